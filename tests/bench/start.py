"""Cold start of `isthmus serve` on an existing store until /ready answers, and memory under load.

    python -m tests.bench start [--size M] [--rounds N] [--json FILE]

Once with the embedded PostgreSQL stopped before each start, once beside one that runs. Memory is
that of the hub's process after 32 connections sent every operation: without the caches, whose
bounds are settings, and with them as they are by default.
"""

from __future__ import annotations

import json
import statistics

from tests.bench import operations, peer_servers
from tests.bench.graph import options
from tests.bench.loading import Requests, load
from tests.bench.prepared import Prepared, prepared
from tests.bench.processes import Server, Spec, memory_mb, running
from tests.bench.rounds import table

STARTS = 5


def seconds_until_ready(spec: Spec) -> float:
    """Start a server, wait for /ready, and stop it."""
    server = Server(spec)
    try:
        return server.wait("/ready")
    finally:
        server.stop()


def starts(spec: Spec, rounds: int) -> list[float]:
    """Start several times; the first, which fills the system's page cache, is left out."""
    return [seconds_until_ready(spec) for _ in range(rounds + 1)][1:]


def memory(store: Prepared, url: str, **settings: str) -> tuple[float, float]:
    """Give the resident memory after a load, and its peak."""
    with running([peer_servers.hub(url, **settings)]) as servers:
        hub = servers["hub"]
        for lines in operations.bodies(hub.url).hub.values():
            load(hub, Requests(lines), connections=32, seconds=3, postmaster=store.postmaster)
        return memory_mb(hub.pid), memory_mb(hub.pid, "VmHWM")


def main(arguments: list[str]) -> None:
    chosen = options("start", arguments)
    rounds = max(chosen.rounds, STARTS)
    with prepared() as store:
        url, own = store.hub(chosen.size), store.own(chosen.size)
        beside = starts(peer_servers.hub(url), rounds)
        bounds = {"answer_cache_bytes": str(64 * 2**20), "remembered_bytes": str(32 * 2**20)}
        found = {
            "without caches": memory(store, url),
            "with caches (64 + 32 MiB)": memory(store, url, **bounds),
        }
    cold = starts(peer_servers.hub("", home=str(own)), rounds)
    rows = [
        [said, f"{statistics.median(took):.2f} ({min(took):.2f}-{max(took):.2f})"]
        for said, took in (("embedded PostgreSQL too", cold), ("PostgreSQL running", beside))
    ]
    table(["cold start until /ready", "seconds"], rows)
    rows = [[said, f"{now:.0f}", f"{peak:.0f}"] for said, (now, peak) in found.items()]
    table(["memory of the hub", "resident MB", "peak MB"], rows)
    if chosen.json:
        told = {"embedded": cold, "beside": beside, "memory_mb": found}
        chosen.json.write_text(json.dumps(told))
