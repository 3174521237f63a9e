"""One span an operation, where an SDK of OpenTelemetry is configured; else nothing at all."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from opentelemetry.trace import Span, StatusCode

from isthmus.errors import Misconfigured
from isthmus.graph.answer import GraphAnswer, Operation
from isthmus.store import tracing

LONGEST_NAME = 100
_CARRIED = (b"traceparent", b"tracestate")


class OperationSpan:
    """Told of an operation once it was answered."""

    def __init__(self, span: Span | None = None) -> None:
        self._span = span

    def done(self, operation: Operation, answer: GraphAnswer) -> None:
        """Name the span: its document by hash, its outcome by code, never a variable."""
        if self._span is None:
            return
        name = (operation.name or "")[:LONGEST_NAME]
        outcome = answer.codes[0] if answer.codes else "ok"
        self._span.update_name(f"{answer.operation_type} {name}".rstrip())
        self._span.set_attributes(
            {
                "graphql.operation.type": answer.operation_type,
                "graphql.operation.name": name,
                "isthmus.document.hash": hashlib.sha256(operation.document.encode()).hexdigest(),
                "isthmus.cost": answer.cost or 0,
                "isthmus.outcome": outcome,
            }
        )
        if answer.codes:
            self._span.set_status(StatusCode.ERROR, outcome)


_SILENT = nullcontext(OperationSpan())


class Tracing:
    """Spans operations; `watch` is what the graph calls for each statement, None when off."""

    def __init__(self) -> None:
        self._is_on = tracing.is_on()
        self.watch = tracing.statement_span if self._is_on else None

    def operation(self, headers: Mapping[bytes, bytes]) -> AbstractContextManager[OperationSpan]:
        """Give the span of one operation, as a context."""
        return _spanned(headers) if self._is_on else _SILENT


@contextmanager
def _spanned(headers: Mapping[bytes, bytes]) -> Iterator[OperationSpan]:
    carrier = {n.decode(): headers[n].decode("latin-1") for n in _CARRIED if n in headers}
    with tracing.operation_span(carrier) as span:
        yield OperationSpan(span)


def export_to(endpoint: str) -> None:
    """Send spans to an OTLP collector over HTTP; raise `Misconfigured` without the extra."""
    try:
        sdk: Any = importlib.import_module("opentelemetry.sdk.trace")
        export: Any = importlib.import_module("opentelemetry.sdk.trace.export")
        resources: Any = importlib.import_module("opentelemetry.sdk.resources")
        otlp: Any = importlib.import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ImportError:
        message = "`traces_endpoint` needs the extra: install isthmus[traces]."
        raise Misconfigured("SETTING_INVALID", message) from None
    api: Any = importlib.import_module("opentelemetry.trace")
    provider = sdk.TracerProvider(resource=resources.Resource({"service.name": "isthmus"}))
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter(endpoint=endpoint)))
    api.set_tracer_provider(provider)
