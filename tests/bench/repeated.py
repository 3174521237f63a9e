"""A public operation asked again by GET, beside the same bytes held by Starlette (L1).

    python -m tests.bench repeated [--size M] [--rounds N] [--seconds S] [--json FILE]

The hub runs with its defaults: it answers from memory as long as its data stands still. That is
a cache, so it is reported here and nowhere else; no peer but the limit is beside it.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from tests.bench import operations, peer_servers
from tests.bench.graph import options
from tests.bench.loading import Requests
from tests.bench.prepared import prepared
from tests.bench.processes import Server, running
from tests.bench.rounds import cell, interleaved, ratios, table

CONNECTIONS = (1, 32)


def target(body: bytes) -> str:
    """Write a request as the target of a GET."""
    asked = json.loads(body)
    said = {"query": asked["query"], "operationName": asked["operationName"],
            "variables": json.dumps(asked["variables"], separators=(",", ":"))}  # fmt: skip
    return f"/graphql?{urlencode(said)}"


def same_bytes(hub: Server, targets: dict[str, str], folder: Path) -> None:
    """Keep the hub's answers for the limit; each must come a second time the same."""
    for name, path in targets.items():
        first, again = (operations.get(hub.port, path) for _ in range(2))
        if first != again:
            raise SystemExit(f"{name} does not come the same twice")
        (folder / f"{name}.json").write_bytes(first)


def main(arguments: list[str]) -> None:
    chosen = options("repeated", arguments)
    with prepared() as store, tempfile.TemporaryDirectory() as made:
        url, folder = store.hub(chosen.size), Path(made)
        defaults = {"answer_cache_bytes": str(64 * 1024 * 1024)}
        spec = peer_servers.hub(url, name="isthmus, answers remembered", **defaults)
        with running([spec]) as first:
            bodies = operations.bodies(first["hub"].url).hub
            targets = {name: target(bodies[name][0]) for name in operations.NAMES}
            same_bytes(first["hub"], targets, folder)
            with running([peer_servers.constant(folder)]) as second:
                servers = first | second
                requests = {
                    "hub": {n: Requests([t.encode()], "GET") for n, t in targets.items()},
                    "L1": {n: Requests([f"/{n}".encode()], "GET") for n in targets},
                }
                runs = interleaved(
                    servers, requests, connections=dict.fromkeys(servers, CONNECTIONS),
                    rounds=chosen.rounds, seconds=chosen.seconds, postmaster=store.postmaster,
                )  # fmt: skip
    print("hub / constant bytes, answers a second: median (least-most)")
    rows = [
        [str(count), *(cell(ratios(runs, "hub", "L1", name, count), "{:.2f}") for name in targets)]
        for count in CONNECTIONS
    ]
    table(["connections", *targets], rows)
    if chosen.json:
        chosen.json.write_text(json.dumps({"size": chosen.size, "runs": runs.as_list()}))
