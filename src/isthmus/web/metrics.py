"""Figures of this process in Prometheus' text exposition.

Written by hand: a handful of counters needs no registry, and an answer from the cache is counted
with a few additions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the latency histogram, in seconds."""

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
Gauges = Callable[[], Mapping[str, float]]


class Metrics:
    """Counts requests by type and outcome, their time, and what the caches spared."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.cache_hits = 0
        self.cache_misses = 0
        self.not_modified = 0
        self._requests: dict[tuple[str, str], int] = {}
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0
        self._gauges: list[Gauges] = []
        self._generation: Callable[[], str | None] = lambda: None

    def count(self, kind: str, outcome: str, seconds: float) -> None:
        """Count one request."""
        key = (kind, outcome)
        self._requests[key] = self._requests.get(key, 0) + 1
        self._buckets[bisect_left(BOUNDS, seconds)] += 1
        self._seconds += seconds

    def watch(self, gauges: Gauges) -> None:
        """Ask for these figures whenever the metrics are read; names without the prefix."""
        self._gauges.append(gauges)

    def watch_generation(self, generation: Callable[[], str | None]) -> None:
        """Show the generation of the data."""
        self._generation = generation

    def text(self) -> bytes:
        """Give the exposition."""
        return ("\n".join(self._lines()) + "\n").encode()

    def _lines(self) -> Iterable[str]:
        yield from _head("requests_total", "counter", "Requests by operation type and outcome.")
        for (kind, outcome), count in sorted(self._requests.items()):
            yield f'isthmus_requests_total{{type="{kind}",outcome="{outcome}"}} {count}'
        yield from self._histogram()
        counters = {
            "answer_cache_hits_total": ("Answers from the cache.", self.cache_hits),
            "answer_cache_misses_total": ("Answers not in the cache.", self.cache_misses),
            "not_modified_total": ("Answers 304.", self.not_modified),
        }
        for name, (text, count) in counters.items():
            yield from _head(name, "counter", text)
            yield f"isthmus_{name} {count}"
        gauges: dict[str, float] = {"requests_in_flight": self.in_flight}
        for more in self._gauges:
            gauges |= more()
        for name, value in gauges.items():
            yield from _head(name, "gauge", name.replace("_", " ").capitalize() + ".")
            yield f"isthmus_{name} {value}"
        generation = self._generation()
        if generation is not None:
            yield from _head("generation_info", "gauge", "The generation of the data.")
            yield f'isthmus_generation_info{{generation="{_escaped(generation)}"}} 1'

    def _histogram(self) -> Iterable[str]:
        yield from _head("request_seconds", "histogram", "Time from request to answer.")
        total = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self._buckets, strict=True):
            total += count
            yield f'isthmus_request_seconds_bucket{{le="{bound}"}} {total}'
        yield f"isthmus_request_seconds_sum {self._seconds:.6f}"
        yield f"isthmus_request_seconds_count {total}"


def _head(name: str, kind: str, text: str) -> Iterable[str]:
    yield f"# HELP isthmus_{name} {text}"
    yield f"# TYPE isthmus_{name} {kind}"


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
