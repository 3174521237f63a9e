"""What each feature costs: the application with all of them on, beside itself without one.

    python -m tests.bench features [--size M] [--rounds N] [--json FILE]

All variants live in one process over one database and are called as an ASGI server calls them.
What is compared is CPU time of that process, in the quietest quarter of many short turns, since
whatever else runs on the machine only ever adds. Nothing is remembered: every answer is made.

Besides the four operations there are `new`: Q4 in a document not seen before, which is parsed,
guarded, validated and planned; and `refused`: a page size out of range, whose failure is put into
the public form, or masked. Tracing is off unless a collector is named; here it makes spans that go
nowhere. A few percent either way are noise.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import os
import random
import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from typing import Any, Self
from unittest import mock

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from isthmus.cli.serving import COLLECT_EVERY
from isthmus.cli.surroundings import new_loop
from isthmus.graph import executing
from isthmus.graph.executing import Graph, Limits
from isthmus.hub import Hub
from isthmus.query import planning
from isthmus.settings import Settings
from isthmus.web import endpoint
from isthmus.web.authenticating import Authenticating
from isthmus.web.budgets import Budgets
from isthmus.web.metrics import Metrics
from isthmus.web.parts import create_endpoint, create_guard
from isthmus.web.tracing import Tracing
from tests.bench import operations, peer_servers
from tests.bench.graph import options
from tests.bench.prepared import HOME, prepared
from tests.bench.processes import SERVER_CORE, running
from tests.bench.rounds import table

FEATURES = ("guard", "cost", "points", "presence", "tracing", "metrics", "masking")
REFUSED = "{ vacancies(first: 1000) { nodes { id } } }"
TURN = 4


class Nowhere(SpanExporter):
    """Takes spans and lets them go, so that what is measured is making them."""

    def export(self, spans: Any) -> SpanExportResult:
        return SpanExportResult.SUCCESS


class NoMetrics(Metrics):
    """Counts nothing."""

    def count(self, kind: str, outcome: str, seconds: float) -> None:
        """Do nothing."""


class Variant:
    """The endpoint without some features, and what must hold while it runs."""

    def __init__(self, hub: Hub, settings: Settings, without: str) -> None:
        self.without = without
        tracing = Tracing()
        if without == "tracing":
            tracing._is_on, tracing.watch = False, None
        limits = Limits(
            max_tokens=None if without == "guard" else settings.max_tokens,
            max_cost=None if without == "cost" else settings.max_cost,
            seconds=settings.request_timeout,
        )
        guard = None if without == "guard" else create_guard(settings)
        graph = Graph(hub.database, limits=limits, guard=guard, watch=tracing.watch)
        metrics = NoMetrics() if without == "metrics" else Metrics()
        authenticating = Authenticating(hub.identity().gate, settings.address)
        points = 0 if without == "points" else int(peer_servers.MANY_POINTS)
        budgets = Budgets(lambda _: points)
        self.endpoint = create_endpoint(
            hub, settings, graph, authenticating, metrics, tracing, budgets, None
        )
        self._patches: list[Any] = []

    def __enter__(self) -> Self:
        if self.without == "cost":
            self._patches.append(mock.patch.object(planning, "_cost", return_value=free))
        if self.without == "masking":
            self._patches.append(mock.patch.object(executing, "published", unmasked))
        if self.without == "presence":
            self._patches.append(
                mock.patch.object(endpoint, "Presence", return_value=nullcontext())
            )
        for patch in self._patches:
            patch.start()
        return self

    def __exit__(self, *_: object) -> None:
        for patch in self._patches:
            patch.stop()
        self._patches.clear()


def free(_: Any) -> int:
    """Estimate nothing."""
    return 0


def unmasked(errors: Any) -> list[dict[str, Any]]:
    """Give errors as the library writes them."""
    return [error.formatted for error in errors or ()]


async def call(served: Any, body: bytes) -> bytes:
    """Ask as an ASGI server does."""
    headers = [(b"content-type", b"application/json"), (b"accept", b"application/json"),
               (b"content-length", str(len(body)).encode())]  # fmt: skip
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"",
             "headers": headers, "client": ("127.0.0.1", 5000)}  # fmt: skip
    sent, parts = [], iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        part = next(parts, None)
        return part if part is not None else await asyncio.Future()

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    await served(scope, receive, send)
    answer: bytes = sent[1]["body"]
    return answer


def asked(bodies: Mapping[str, list[bytes]]) -> dict[str, Iterator[bytes]]:
    """Give the requests of each kind, without end."""
    found: dict[str, Iterator[bytes]] = {n: itertools.cycle(lines) for n, lines in bodies.items()}
    found["new"] = (
        json.dumps(
            {
                "query": operations.document("Q4").replace("Q4", f"Q4_{number}"),
                "variables": {"id": "qua_1"},
            }
        ).encode()
        for number in itertools.count()
    )
    found["refused"] = itertools.repeat(json.dumps({"query": REFUSED}).encode())
    return found


Samples = dict[tuple[str, str], list[float]]


async def measure(url: str, bodies: Mapping[str, list[bytes]], rounds: int) -> Samples:
    """Take CPU time an answer, for each variant and kind of request, in turn."""
    settings = Settings(database_url=url, answer_cache_bytes=0, remembered_bytes=0, home=HOME)
    found: Samples = {}
    async with await Hub.open(settings, working=HOME) as hub:
        variants = {name: Variant(hub, settings, name) for name in ("", *FEATURES)}
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT_EVERY)
        requests = asked(bodies)
        dice, order = random.Random(1), list(variants)
        for number in range(rounds + 1):  # the first one warms up
            for kind, lines in requests.items():
                dice.shuffle(order)
                for name in order:
                    with variants[name] as variant:
                        spent = await _turn(variant.endpoint, lines)
                    if number:
                        found.setdefault((name, kind), []).append(spent)
    return found


async def _turn(served: Any, lines: Iterator[bytes]) -> float:
    began = time.process_time()
    for line in itertools.islice(lines, TURN):
        await call(served, line)
    return (time.process_time() - began) / TURN * 1000


def quiet(samples: list[float]) -> float:
    """Average the quietest quarter."""
    return statistics.mean(sorted(samples)[: max(1, len(samples) // 4)])


def report(found: Samples) -> dict[str, dict[str, float]]:
    """Print each feature's cost in percent of an answer without it."""
    kinds = list(dict.fromkeys(kind for _, kind in found))
    every = {kind: quiet(found["", kind]) for kind in kinds}
    costs = {
        name: {k: 100 * (every[k] / quiet(found[name, k]) - 1) for k in kinds} for name in FEATURES
    }
    print("CPU an answer with all features on, ms, and what each adds to it in percent")
    rows = [["all on, ms", *(f"{every[kind]:.3f}" for kind in kinds)]]
    rows += [[n, *(f"{cost[kind]:+.0f}" for kind in kinds)] for n, cost in costs.items()]
    table(["feature", *kinds], rows)
    return costs


def main(arguments: list[str]) -> None:
    chosen = options("features", arguments, rounds=100)
    with prepared() as store:
        url = store.hub(chosen.size)
        with running([peer_servers.hub(url)]) as servers:
            bodies = operations.bodies(servers["hub"].url).hub
        provider = TracerProvider()
        provider.add_span_processor(BatchSpanProcessor(Nowhere()))
        trace.set_tracer_provider(provider)
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {SERVER_CORE})
        with asyncio.Runner(loop_factory=new_loop) as runner:
            found = runner.run(measure(url, bodies, chosen.rounds))
        os.sched_setaffinity(0, before)
        provider.shutdown()
    costs = report(found)
    if chosen.json:
        chosen.json.write_text(json.dumps({"size": chosen.size, "percent": costs}))
