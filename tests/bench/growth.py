"""The same operations over ten times the data: time an answer, as a ratio.

    python -m tests.bench growth [--rounds N] [--seconds S] [--long] [--json FILE]

Skills stay as many, as in a real scheme; vacancies, qualifications and providers grow. By
default a tenth of size M stands beside M; with --long M beside L, whose loading takes minutes.
"""

from __future__ import annotations

import json

from tests.bench import operations, peer_servers
from tests.bench.graph import options
from tests.bench.loading import Requests
from tests.bench.prepared import prepared
from tests.bench.processes import running
from tests.bench.rounds import cell, interleaved, ratios, table


def main(arguments: list[str]) -> None:
    chosen = options("growth", arguments)
    small, large = ("M", "L") if chosen.long else ("T", "M")
    with prepared() as store:
        specs = [peer_servers.hub(store.hub(size), size, f"size {size}") for size in (small, large)]
        with running(specs) as servers:
            requests = {
                key: {name: Requests(lines) for name, lines in _bodies(server.url).items()}
                for key, server in servers.items()
            }
            runs = interleaved(
                servers, requests, connections=dict.fromkeys(servers, (1,)),
                rounds=max(chosen.rounds, 4), seconds=chosen.seconds, postmaster=store.postmaster,
            )  # fmt: skip
    print(f"size {large} / size {small}, one connection: median (least-most)")
    rows = [
        [said, *(cell(ratios(runs, large, small, n, 1, of), "{:.2f}") for n in operations.NAMES)]
        for said, of in (
            ("time an answer", lambda f: f.p50_ms),
            ("CPU of hub and PostgreSQL", lambda f: f.cpu_ms + f.database_cpu_ms),
        )
    ]
    table(["", *operations.NAMES], rows)
    if chosen.json:
        chosen.json.write_text(json.dumps({"sizes": [small, large], "runs": runs.as_list()}))


def _bodies(url: str) -> dict[str, list[bytes]]:
    return operations.bodies(url).hub
