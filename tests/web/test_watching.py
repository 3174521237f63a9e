"""What an operator sees: figures, spans, log lines, whether the hub is ready."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import ProxyTracerProvider

from isthmus.errors import Misconfigured
from isthmus.graph.answer import GraphAnswer
from isthmus.web import request_ids
from isthmus.web.metrics import Metrics
from isthmus.web.tracing import Tracing, export_to
from tests.web.conftest import Serve, ToldGraph

# ---- figures


async def test_the_figures_count_requests_by_type_and_outcome(client: httpx.AsyncClient) -> None:
    for document in ("{ __typename }", "{ __typename }", "{ nothing }"):
        await client.post("/graphql", json={"query": document})
    text = (await client.get("/metrics")).text
    assert 'isthmus_requests_total{type="query",outcome="ok"} 2' in text
    assert 'isthmus_requests_total{type="query",outcome="VALIDATION_FAILED"} 1' in text
    assert "isthmus_request_seconds_count 3" in text
    assert "isthmus_requests_in_flight 0" in text
    assert "isthmus_database_connections_open" in text


def test_the_figures_tell_what_the_memory_spared() -> None:
    metrics = Metrics()
    metrics.watch_generation(lambda: 'a"b\\c')
    metrics.cache_hits, metrics.not_modified = 7, 3
    text = metrics.text().decode()
    assert "isthmus_answer_cache_hits_total 7" in text
    assert "isthmus_not_modified_total 3" in text
    assert 'isthmus_generation_info{generation="a\\"b\\\\c"} 1' in text


def test_the_histogram_adds_up() -> None:
    metrics = Metrics()
    for seconds in (0.0005, 0.001, 0.003, 99):
        metrics.count("query", "ok", seconds)
    text = metrics.text().decode()
    assert 'isthmus_request_seconds_bucket{le="0.001"} 2' in text
    assert 'isthmus_request_seconds_bucket{le="0.005"} 3' in text
    assert 'isthmus_request_seconds_bucket{le="30.0"} 3' in text
    assert 'isthmus_request_seconds_bucket{le="+Inf"} 4' in text


def test_every_line_of_the_figures_reads() -> None:
    metrics = Metrics()
    metrics.count("query", "ok", 0.1)
    for line in metrics.text().decode().splitlines():
        name, _, value = line.rpartition(" ")
        assert line.startswith("# ") or (name.startswith("isthmus_") and float(value) >= 0)


async def test_the_figures_can_be_left_out(serve: Serve, told: ToldGraph) -> None:
    assert (await serve(told, metrics=False).get("/metrics")).status_code == 404


async def test_readiness_is_that_of_the_database(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await client.get("/ready")).json() == {"ready": True}

    async def away(_: object) -> bool:
        return False

    monkeypatch.setattr("isthmus.store.database.Database.ping", away)
    answer = await client.get("/ready")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert (await client.get("/health")).status_code == 200


# ---- spans


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """An SDK that keeps its spans."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    yield exporter
    provider.shutdown()


async def test_an_operation_has_one_span_and_each_statement_one(
    spans: InMemorySpanExporter, serve_hub: Serve
) -> None:
    document = (
        'query Asked($n: Int) { vacancies(first: $n, filter: {text: "secret"}) { totalCount } }'
    )
    sent = {"query": document, "variables": {"n": 7}, "operationName": "Asked"}
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await serve_hub().post("/graphql", json=sent, headers={"traceparent": parent})
    found = spans.get_finished_spans()
    operation = next(span for span in found if span.name.startswith("query"))
    assert operation.name == "query Asked"
    assert f"{operation.context.trace_id:032x}" == parent.split("-")[1]
    assert operation.attributes is not None
    assert len(str(operation.attributes["isthmus.document.hash"])) == 64
    statements = [span for span in found if span is not operation]
    assert {span.name for span in statements} <= {"postgresql"}
    assert {span.parent and span.parent.span_id for span in statements} <= {
        operation.context.span_id
    }


async def test_no_span_holds_a_variable(spans: InMemorySpanExporter, serve_hub: Serve) -> None:
    document = "query ($t: String) { vacancies(first: 3, filter: {text: $t}) { totalCount } }"
    client = serve_hub()
    await client.post("/graphql", json={"query": document, "variables": {"t": "canary"}})
    await client.post("/graphql", json={"query": document, "variables": {"t": ["canary"]}})
    written = "".join(span.to_json() for span in spans.get_finished_spans())
    assert written
    assert "canary" not in written


async def test_a_failure_is_named_in_the_span_by_its_code(
    spans: InMemorySpanExporter, serve: Serve, told: ToldGraph
) -> None:
    told.answer = GraphAnswer(b"{}", codes=("DEADLINE_EXCEEDED",), cost=5)
    await serve(told).get("/graphql?query={a}")
    (span,) = spans.get_finished_spans()
    assert span.attributes is not None
    assert span.attributes["isthmus.outcome"] == "DEADLINE_EXCEEDED"
    assert span.attributes["isthmus.cost"] == 5
    assert not span.status.is_ok


async def test_without_an_sdk_there_are_no_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", ProxyTracerProvider())
    tracing = Tracing()
    assert tracing.watch is None
    assert tracing.operation({}) is tracing.operation({})


def test_the_collectors_address_needs_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("isthmus.web.tracing.importlib.import_module", absent)
    with pytest.raises(Misconfigured, match=r"isthmus\[traces\]"):
        export_to("http://127.0.0.1:4318/v1/traces")


# ---- log lines


def test_a_log_line_names_its_request() -> None:
    record = logging.LogRecord("isthmus", logging.INFO, "", 0, "said", (), None)
    token = request_ids.current.set("abcdefgh")
    try:
        assert request_ids.RequestIdFilter().filter(record)
    finally:
        request_ids.current.reset(token)
    assert record.__dict__["request"] == "abcdefgh"
