"""Queries beside a live source that hangs, against the same without it, in the same run.

    python -m tests.bench live [--postings N] [--rounds N] [--seconds S] [--json FILE]

Two hubs over databases of one content: a board that was synced, and a live one that answers. The
second has a further live source that takes every call and answers none. Asked are vacancies, whose
sources both are, and bodies, which no live source brings.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from isthmus.hub import Hub
from isthmus.model.run import SourceMode
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from tests.bench import operations, peer_servers
from tests.bench.loading import Requests
from tests.bench.processes import LOAD_CORE, Spec, pinned, running
from tests.bench.rounds import Runs, cell, interleaved, ratios, table
from tests.conftest import _create
from tests.support.servers import a_server

MANIFEST = """\
isthmus: 1
id: board
version: 1.0.0
title: Board
maintainers: [isthmus]
transport: rest
modes: [synced, live]
redistributable: true
streams:
  jobs:
    produces: Vacancy@1
    request: {path: /jobs}
    records: jobs
    id: id
    deletes: snapshot
    deadline: 1s
    live: {keep: 1s}
    map:
      title: title
      url: absolute_url
      description_html: content
      employer: {name: company_name}
      published_at: first_published
"""
QUERIES = {
    "of the live noun": "{ vacancies(first: 20) { nodes { title { value } publishedAt"
    " employer { name { value } } } sources { state returned } } }",
    "of another noun": "{ organizations(first: 20) { nodes { name { value } } } }",
}
CONNECTIONS = (1, 8)


@contextmanager
def board(count: int) -> Iterator[str]:
    """Serve postings from another process."""
    command = [sys.executable, "-m", "tests.bench.postings_source", str(count)]
    with pinned(LOAD_CORE), subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


@contextmanager
def hanging() -> Iterator[str]:
    """Take every call, and answer none."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def take() -> None:
            while True:
                try:
                    held.append(listener.accept()[0])
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    for one in held:
        one.close()


async def fill(url: str, folder: Path, synced: str, live: str, hung: str | None) -> None:
    """Make a hub's database: its boards, and what the synced one lists."""
    async with await Database.open(url=url, home=folder) as database:
        settings = Settings(home=folder, allow_loopback=True, connectors_dir=str(folder))
        hub = Hub(settings, database, folder)
        await hub.add_source("synced", "board", {}, base_url=synced)
        for report in await hub.sync():
            assert report.ok, report
        await hub.add_source("live", "board", {}, base_url=live, mode=SourceMode.LIVE)
        if hung is not None:
            await hub.add_source("hung", "board", {}, base_url=hung, mode=SourceMode.LIVE)
        await database.execute("ANALYZE")
        await hub.close()


def spec_of(url: str, folder: Path, key: str) -> Spec:
    """Give a hub over a database, with the caches an operator has."""
    spec = peer_servers.hub(
        url, key, allow_loopback="1", connectors_dir=str(folder), home=str(folder),
        remembered_bytes=str(32 * 1024 * 1024),
    )  # fmt: skip
    return replace(spec, folder=folder)


def options(arguments: list[str]) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench live")
    parser.add_argument("--postings", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--long", action="store_true", help="more and longer rounds")
    parser.add_argument("--json", type=Path)
    found = parser.parse_args(arguments)
    if found.long:
        found.rounds, found.seconds = max(found.rounds, 8), max(found.seconds, 8)
    return found


def asked(document: str) -> Requests:
    """Give the one request of a query."""
    return Requests([json.dumps({"query": document}).encode()])


def state_of(url: str) -> dict[str, int]:
    """Ask once; count what the sources told."""
    answer = operations.ask(url, json.dumps({"query": QUERIES["of the live noun"]}).encode())
    states = [row["state"] for row in answer["data"]["vacancies"]["sources"]]
    return {state: states.count(state) for state in states}


def prepared(server: EmbeddedServer, folder: Path, places: tuple[str, str, str]) -> list[Spec]:
    """Fill both databases; give both hubs."""
    (folder / "board").mkdir()
    (folder / "board" / "connector.yaml").write_text(MANIFEST)
    synced, live, hung = places
    specs = []
    for key, third in (("beside", hung), ("alone", None)):
        _create(server, f"live_{key}")
        asyncio.run(fill(server.url(f"live_{key}"), folder, synced, live, third))
        specs.append(spec_of(server.url(f"live_{key}"), folder, key))
    return specs


def main(arguments: list[str]) -> None:
    chosen = options(arguments)
    with (
        a_server("bench") as server,
        tempfile.TemporaryDirectory(prefix="isthmus-bench-") as made,
        board(chosen.postings) as synced,
        board(chosen.postings) as live,
        hanging() as hung,
        running(prepared(server, Path(made), (synced, live, hung))) as servers,
    ):
        for one in servers.values():
            state_of(one.url)  # the first to ask waits for the hung source
        requests = {key: {n: asked(q) for n, q in QUERIES.items()} for key in servers}
        runs = interleaved(
            servers, requests, connections=dict.fromkeys(servers, CONNECTIONS),
            rounds=chosen.rounds, seconds=chosen.seconds,
            postmaster=int((server.data / "postmaster.pid").read_text().split()[0]),
        )  # fmt: skip
        told = {key: state_of(one.url) for key, one in servers.items()}
    assert told["beside"] == {"OK": 2, "TIMED_OUT": 1}, told
    for what in ("p99_ms", "p50_ms"):
        print(f"beside a hung live source / without it, {what}: median (least-most)")
        rows = [
            [str(count), *(_ratio(runs, name, count, what) for name in QUERIES)]
            for count in CONNECTIONS
        ]
        table(["connections", *QUERIES], rows)
    if chosen.json:
        chosen.json.write_text(json.dumps({"runs": runs.as_list()}))


def _ratio(runs: Runs, name: str, count: int, what: str) -> str:
    found = ratios(runs, "beside", "alone", name, count, lambda figures: getattr(figures, what))
    wrong = sum(f.errors for key in ("beside", "alone") for f in runs.of(key, name, count))
    return cell(found, "{:.2f}") + (f" ({wrong} errors)" if wrong else "")
