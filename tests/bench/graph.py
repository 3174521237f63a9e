"""The hub beside its peers, in one interleaved run: all features of the hub on, no caches.

    python -m tests.bench graph [--size M] [--rounds N] [--seconds S] [--json FILE]

Every server is one process on one core; the load generator and PostgreSQL have the other.
Before any load the answers of all servers are compared: the same data, key by key, but for the
text of cursors. Peers that read PostgreSQL read the hub's own tables there. Ratios to (a) and
(a-pg) are taken with one connection only: with 32 too few of their answers end in time.
The hub with what it may remember of catalogues (`hub+`) is reported beside, for no peer has that.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Mapping
from pathlib import Path

from tests.bench import operations, peer_servers
from tests.bench.loading import Requests
from tests.bench.operations import Bodies, objects_in, without_cursors
from tests.bench.prepared import Prepared, prepared
from tests.bench.processes import Server, memory_mb, running
from tests.bench.rounds import Runs, best_ratio, cell, interleaved, ratios, table

SLOW = {"a", "a-pg"}
HUBS = {"hub", "hub+"}
COMPARED = (0, 5, 11, 40)


def options(name: str, arguments: list[str], *, rounds: int = 2) -> argparse.Namespace:
    """Read the options every bench of servers has."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.bench {name}")
    parser.add_argument("--size", choices=("S", "T", "M", "L"), default="M")
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--long", action="store_true", help="more and longer rounds")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--peers", help="only these, by key and with commas")
    parser.add_argument("--check", action="store_true", help="only compare the answers")
    found = parser.parse_args(arguments)
    if found.long:
        found.rounds, found.seconds = max(found.rounds, 2 * rounds, 5), max(found.seconds, 3)
    return found


def compare(servers: Mapping[str, Server], bodies: Bodies) -> None:
    """Make sure that all servers give the same data."""
    for name in operations.NAMES:
        for number in COMPARED:
            wanted = None
            for key, server in servers.items():
                body = (bodies.hub if key in HUBS else bodies.peer)[name][number]
                answer = without_cursors(operations.ask(server.url, body))
                if "errors" in answer or wanted not in (None, answer["data"]):
                    said = f"{key} {name}[{number}]: {json.dumps(answer)[:1500]}"
                    raise SystemExit(f"answers differ\n{said}\nhub: {json.dumps(wanted)[:1500]}")
                wanted = answer["data"]


def sizes(server: Server, bodies: Bodies) -> list[list[str]]:
    """Say how much each operation gives."""
    rows = []
    for name in operations.NAMES:
        answer = operations.ask(server.url, bodies.hub[name][0])
        size = len(json.dumps(answer, separators=(",", ":"), ensure_ascii=False).encode())
        rows.append([name, str(objects_in(answer["data"])), f"{size / 1000:.1f}"])
    return rows


def requests_of(servers: Mapping[str, Server], bodies: Bodies) -> dict[str, dict[str, Requests]]:
    """Give each server its requests, in files shared by all peers."""
    hub = {name: Requests(lines) for name, lines in bodies.hub.items()}
    peer = {name: Requests(lines) for name, lines in bodies.peer.items()}
    return {key: hub if key in HUBS else peer for key in servers}


def report(runs: Runs, servers: Mapping[str, Server]) -> None:
    """Print what the hub is beside each server."""
    others = [key for key in servers if key != "hub"]
    for count in (1, 32):
        print(f"hub / peer, answers a second, {count} connection(s): median (least-most)")
        fair = [k for k in others if count == 1 or k not in SLOW]
        _ratios(runs, servers, fair, count)
        print("the same, the best round of each")
        rows = [
            [k, *(best_ratio(runs, "hub", k, name, count) for name in operations.NAMES)]
            for k in fair
        ]
        table(["beside", *operations.NAMES], rows)
    print("peer / hub, CPU of the server's process an answer, 1 connection")
    _ratios(runs, servers, others, 1, cpu=True)
    print("answers a second, and CPU in ms an answer (server + PostgreSQL), 1 connection")
    rows = []
    for key in servers:
        cells = [_absolute(runs, key, name, 1) for name in operations.NAMES]
        memory = f"{memory_mb(servers[key].pid):.0f}"
        rows.append([key, *cells, memory])
    table(["server", *operations.NAMES, "resident MB"], rows)


def _ratios(
    runs: Runs, servers: Mapping[str, Server], others: list[str], count: int, *, cpu: bool = False
) -> None:
    rows = []
    for key in others:
        pair = (key, "hub") if cpu else ("hub", key)
        found = [
            cell(ratios(runs, *pair, name, count, (lambda f: f.cpu_ms) if cpu else _rate))
            for name in operations.NAMES
        ]
        rows.append([f"{key}: {servers[key].spec.name}", *found])
    table(["beside", *operations.NAMES], rows)


def _rate(figures) -> float:
    return figures.rate


def _absolute(runs: Runs, key: str, name: str, count: int) -> str:
    found = runs.of(key, name, count)
    if not found:
        return ""
    rate = statistics.median(f.rate for f in found)
    cpu = statistics.median(f.cpu_ms for f in found)
    database = statistics.median(f.database_cpu_ms for f in found)
    wrong = " ERRORS" if any(f.errors for f in found) else ""
    return f"{rate:.0f}: {cpu:.2f} + {database:.2f}{wrong}"


def main(arguments: list[str]) -> None:
    chosen = options("graph", arguments)
    with prepared() as store:
        _run(store, chosen)


def _run(store: Prepared, chosen: argparse.Namespace) -> None:
    peers = peer_servers.all_peers(store, chosen.size)
    if chosen.peers:
        peers = [peer for peer in peers if peer.key in chosen.peers.split(",")]
    url = store.hub(chosen.size)
    hubs = [peer_servers.hub(url), peer_servers.remembering_hub(url)]
    with running([*hubs, *peers]) as servers:
        bodies = operations.bodies(servers["hub"].url)
        compare(servers, bodies)
        print(f"size {chosen.size}; the answers of {', '.join(servers)} are the same data")
        table(["operation", "objects", "kB"], sizes(servers["hub"], bodies))
        if chosen.check:
            return
        runs = interleaved(
            servers, requests_of(servers, bodies),
            connections={key: (1,) if key in SLOW else (1, 32) for key in servers},
            rounds=chosen.rounds, seconds=chosen.seconds, postmaster=store.postmaster,
        )  # fmt: skip
        report(runs, servers)
    if chosen.json:
        chosen.json.write_text(json.dumps({"size": chosen.size, "runs": runs.as_list()}))
