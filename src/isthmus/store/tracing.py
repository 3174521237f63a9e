"""Spans of OpenTelemetry, of operations and statements: names, hashes and figures, no values.

Without a configured SDK nothing is made at all: `is_on` is asked once, at start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.trace import ProxyTracerProvider, Span, SpanKind, StatusCode

LONGEST = 4000
"""Characters of a statement that a span keeps."""


def is_on() -> bool:
    """Tell whether an SDK was configured, by us or around us."""
    provider = trace.get_tracer_provider()
    return not isinstance(provider, ProxyTracerProvider | trace.NoOpTracerProvider)


@contextmanager
def operation_span(carrier: Mapping[str, str]) -> Iterator[Span]:
    """Span one operation; `carrier` holds the headers that name the caller's trace."""
    with _span("graphql", SpanKind.SERVER, propagate.extract(carrier)) as span:
        yield span


@contextmanager
def statement_span(statement: str) -> Iterator[Span]:
    """Span one statement; its values stay outside."""
    with _span("postgresql", SpanKind.CLIENT) as span:
        span.set_attribute("db.system.name", "postgresql")
        span.set_attribute("db.query.text", statement[:LONGEST])
        yield span


@contextmanager
def _span(name: str, kind: SpanKind, context: Context | None = None) -> Iterator[Span]:
    """Span a block; of a failure only its class is kept, since its text may hold values."""
    with trace.get_tracer("isthmus").start_as_current_span(
        name,
        context=context,
        kind=kind,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except BaseException as error:
            span.set_status(StatusCode.ERROR, type(error).__name__)
            raise
