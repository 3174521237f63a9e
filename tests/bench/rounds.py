"""Interleaved rounds over several servers, and tables of ratios."""

from __future__ import annotations

import math
import random
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.bench.loading import Figures, Requests, load
from tests.bench.processes import Server

Asked = Mapping[str, Requests]
LONGEST = 8


@dataclass
class Runs:
    """The figures of every server, operation and number of connections, round by round."""

    found: dict[tuple[str, str, int], list[Figures]] = field(default_factory=dict)

    def add(self, server: str, operation: str, connections: int, figures: Figures) -> None:
        self.found.setdefault((server, operation, connections), []).append(figures)

    def of(self, server: str, operation: str, connections: int) -> list[Figures]:
        return self.found.get((server, operation, connections), [])

    def as_list(self) -> list[dict]:
        return [
            {"server": s, "operation": o, "connections": c, "rounds": [f.as_dict() for f in runs]}
            for (s, o, c), runs in self.found.items()
        ]


def interleaved(
    servers: Mapping[str, Server],
    requests: Mapping[str, Asked],
    *,
    connections: Mapping[str, Sequence[int]],
    rounds: int,
    seconds: float,
    postmaster: int,
) -> Runs:
    """Load every server with every operation, one after the other, in another order each round.

    A slow server gets a longer run, so that each of its connections is answered.
    """
    runs, dice, pace = Runs(), random.Random(1), {}
    for key, server in servers.items():
        for operation, asked in requests[key].items():
            warm = load(server, asked, connections=2, seconds=1, postmaster=postmaster)
            pace[key, operation] = max(warm.rate, 1)
    order = list(servers)
    for number in range(rounds):
        for operation in next(iter(requests.values())):
            for count in sorted({c for some in connections.values() for c in some}):
                dice.shuffle(order)
                for key in [k for k in order if count in connections[k]]:
                    least = math.ceil(2 * count / pace[key, operation])
                    figures = load(
                        servers[key], requests[key][operation], connections=count,
                        seconds=min(max(seconds, least), LONGEST), postmaster=postmaster,
                    )  # fmt: skip
                    runs.add(key, operation, count, figures)
        print(f"round {number + 1} of {rounds} done", file=sys.stderr, flush=True)
    return runs


def ratios(
    runs: Runs,
    server: str,
    beside: str,
    operation: str,
    count: int,
    of: Callable[[Figures], float] = lambda figures: figures.rate,
) -> list[float]:
    """Divide a server's figure by another's, round by round."""
    pairs = zip(runs.of(server, operation, count), runs.of(beside, operation, count), strict=False)
    return [of(a) / max(of(b), 1e-6) for a, b in pairs]


def best_ratio(runs: Runs, server: str, beside: str, operation: str, count: int) -> str:
    """Divide the best rounds: whatever else runs on a machine only ever slows."""
    best = [max((f.rate for f in runs.of(key, operation, count)), default=0.0)
            for key in (server, beside)]  # fmt: skip
    return f"{best[0] / best[1]:.1f}" if all(best) else ""


def cell(found: Sequence[float], form: str = "{:.1f}") -> str:
    """Write a median with its least and most."""
    if not found:
        return ""
    said = form.format(statistics.median(found))
    return f"{said} ({form.format(min(found))}-{form.format(max(found))})"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table."""
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    for row in (head, ["-" * width for width in widths], *rows):
        print("| " + " | ".join(text.ljust(w) for text, w in zip(row, widths, strict=True)) + " |")
    print(flush=True)
