"""How much a sync costs beside bare COPY of the same rows: CPU, wall clock, peak memory.

    python -m tests.bench loads [--postings N]

Every figure comes from a process of its own over one embedded server: `cpu` is that process's,
`postgres` what PostgreSQL took meanwhile. "bare" reads nothing, checks nothing and links nothing.

All load the same postings from the same server over HTTP, durably. orjson + COPY fills eight
columns of a table with the indexes of ours, the HTML as it came, and can tell nobody afterwards
where a row came from. dlt flattens every field into columns without an index, the HTML as it
came, one row for an id. A sync makes text of the HTML, checks each record against its schema,
reads employer, place and dates, hashes what came and what it says, and writes row, provenance and
feed; what could not be read is noted, and a run that is killed goes on where it stood.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import orjson

from isthmus.cli.surroundings import new_loop
from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store import migrating
from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from tests.bench import shared_harness
from tests.bench.processes import cpu_seconds

ROOT = Path(__file__).resolve().parents[2]
ESCO = ROOT.parent / "shared" / "fixtures" / "taxonomies" / "esco"
ARCHIVE = "esco-v1.1.1-en-csv.zip"
TABLES = ("skill", "occupation", "occupation_skill", "skill_broader", "occupation_broader",
          "skill_mapping", "record")  # fmt: skip
VACANCY_COLUMNS = ("uri", "title", "title_lang", "description", "description_lang",
                   "employment_type", "status", "apply_url")  # fmt: skip


def figures(began: tuple[float, float], **more: Any) -> dict[str, Any]:
    wall, cpu = began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "cpu": round(time.process_time() - cpu, 2),
        "wall": round(time.perf_counter() - wall, 2),
        "peak_mb": round(peak),
        **more,
    }


def start() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


async def hub_at(url: str, home: Path) -> Hub:
    database = await Database.open(url=url, home=home)
    settings = Settings(
        home=home, allow_loopback=True, connectors_dir=str(ROOT / "tests/bench/connectors")
    )
    return Hub(settings, database, ROOT)


async def esco_sync(url: str, home: Path, _: str) -> dict[str, Any]:
    database = await Database.open(url=url, home=home)
    hub = Hub(Settings(home=home, connectors_dir=str(ROOT / "connectors")), database, ROOT)
    config = {"version": "1.1.1", "archives": [ARCHIVE]}
    await hub.add_source("esco", "esco", config, base_url=ESCO.as_uri(), replace=True)
    began = start()
    reports = await hub.sync(["esco"])
    found = figures(began, records=sum(s.counts.seen for s in reports[0].streams))
    await hub.close()
    return found


def csv_rows() -> Iterator[list[str]]:
    """Read the rows of the files a sync reads, as text."""
    csv.field_size_limit(10_000_000)
    files = ("skills_en", "skillGroups_en", "occupations_en", "ISCOGroups_en",
             "occupationSkillRelations", "skillSkillRelations", "broaderRelationsSkillPillar",
             "broaderRelationsOccPillar")  # fmt: skip
    with zipfile.ZipFile(ESCO / ARCHIVE) as archive:
        for name in files:
            with archive.open(f"{name}.csv") as raw:
                yield from csv.reader(io.TextIOWrapper(raw, encoding="utf-8-sig", newline=""))


async def esco_bare(url: str, home: Path, _: str) -> dict[str, Any]:
    """Read the CSV rows, and COPY the rows that a sync made of them into tables like its own."""
    del home
    connection = await asyncpg.connect(url)
    rows: dict[str, tuple[list[str], list[Any]]] = {}
    for table in TABLES:
        names = await connection.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0"
            " AND attgenerated = '' AND NOT attisdropped ORDER BY attnum",
            table,
        )
        columns = [row["attname"] for row in names]
        held = await connection.fetch(f"SELECT {', '.join(columns)} FROM {table}")
        rows[table] = (columns, [tuple(row) for row in held])
        await connection.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
    began = start()
    for _ in csv_rows():
        pass
    async with connection.transaction():
        for table, (columns, held) in rows.items():
            await connection.copy_records_to_table(f"bare_{table}", records=held, columns=columns)
    found = figures(began, rows=sum(len(held) for _, held in rows.values()))
    for table in TABLES:
        await connection.execute(f"DROP TABLE bare_{table}")
    await connection.close()
    return found


async def postings_sync(url: str, home: Path, address: str) -> dict[str, Any]:
    hub = await hub_at(url, home)
    await hub.add_source("postings", "postings", {}, base_url=address, replace=True)
    await hub.linker()  # built once for a process, not once for a sync
    began = start()
    reports = await hub.sync(["postings"])
    counts = reports[0].streams[0].counts
    found = figures(began, added=counts.added, unchanged=counts.unchanged, matched=counts.matched)
    await hub.close()
    return found


async def postings_raw(url: str, home: Path, address: str) -> dict[str, Any]:
    """Fetch, decode and COPY the columns a posting states, as they are."""
    del home
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE raw_vacancy (LIKE vacancy INCLUDING ALL)")
    began, count, page = start(), 0, 1
    async with httpx.AsyncClient(timeout=30) as client:
        while True:
            body = (await client.get(f"{address}/postings", params={"page": page})).content
            jobs = orjson.loads(body)["jobs"]
            if not jobs:
                break
            rows = [
                (j["absolute_url"], j["title"], j["language"], j["content"], j["language"],
                 "UNKNOWN", "UNKNOWN", j["absolute_url"])
                for j in jobs
            ]  # fmt: skip
            await connection.copy_records_to_table(
                "raw_vacancy", records=rows, columns=VACANCY_COLUMNS
            )
            count, page = count + len(jobs), page + 1
    found = figures(began, added=count)
    await connection.execute("DROP TABLE raw_vacancy")
    await connection.close()
    return found


WORK: dict[str, Callable[[str, Path, str], Awaitable[dict[str, Any]]]] = {
    f.__name__: f for f in (esco_sync, esco_bare, postings_sync, postings_raw)
}


def apart(server: EmbeddedServer, name: str, url: str, home: Path, more: str = "") -> Any:
    """Run one piece of work in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.loads", "--work", name, url, str(home), more]
    return beside(server, command, ROOT)


def beside(server: EmbeddedServer, command: list[str], folder: Path) -> dict[str, Any]:
    """Give the figures that a process prints last, and what PostgreSQL took meanwhile."""
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
    before = cpu_seconds(postmaster)
    said = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=True).stdout
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found | {"postgres": round(cpu_seconds(postmaster) - before, 2)}


def dlt_load(server: EmbeddedServer, url: str, home: Path, address: str) -> Any:
    """Let dlt load the same postings, where it is installed (`make bench-peers`)."""
    python = shared_harness.dlt_python()
    if python is None:
        return None
    command = [str(python), str(ROOT / "tests/bench/peers/dlt_peer.py"), address, url, str(home)]
    return beside(server, command, home)  # its log goes to standard output before its figures


@contextmanager
def served(count: int) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.postings_source", str(count)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def show(name: str, found: dict[str, Any], beside: dict[str, Any] | None = None) -> None:
    said = f"{name:34} {json.dumps(found)}"
    if beside:
        own, other = found["cpu"], max(beside["cpu"], 0.01)
        both = (own + found["postgres"]) / (other + beside["postgres"])
        said += f"  = {own / other:.1f}x the CPU, {both:.1f}x with PostgreSQL's"
    print(said, flush=True)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench loads")
    parser.add_argument("--postings", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=1)
    chosen = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="isthmus-bench-") as folder,
        served(chosen.postings) as address,
    ):
        home = Path(folder)
        server = EmbeddedServer(home)
        server.start()
        try:
            for number in range(chosen.rounds):
                _round(server, home, address, f"bench_{number}")
        finally:
            server.stop()


def _round(server: EmbeddedServer, home: Path, address: str, name: str) -> None:
    async def create(database: str) -> None:
        connection = await asyncpg.connect(server.url("postgres"))
        await connection.execute(f"CREATE DATABASE {database}")
        await connection.close()

    asyncio.run(create(name))
    url = server.url(name)
    migrating.upgrade(url)
    if ESCO.is_dir():
        synced = apart(server, "esco_sync", url, home)
        bare = apart(server, "esco_bare", url, home)
        show("ESCO, csv + COPY of the same rows", bare)
        show("ESCO, sync", synced, bare)
        show("ESCO, same sync again", apart(server, "esco_sync", url, home), synced)
    raw = apart(server, "postings_raw", url, home, address)
    plain = f"{name}_plain"
    asyncio.run(create(plain))
    migrating.upgrade(server.url(plain))
    unlinked = apart(server, "postings_sync", server.url(plain), home, address)
    show("postings, sync, no skills known", unlinked, raw)
    # dlt links no skills either
    if (loaded := dlt_load(server, url, home, address)) is not None:
        show("postings, dlt to PostgreSQL", loaded, unlinked)
    else:
        print("postings, dlt: not installed (make bench-peers)")
    show("postings, orjson + COPY", raw)
    first = apart(server, "postings_sync", url, home, address)
    show("postings, sync", first, raw)
    show("postings, same sync again", apart(server, "postings_sync", url, home, address), first)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        _, _, work, where, folder, *rest = sys.argv
        with asyncio.Runner(loop_factory=new_loop) as runner:  # that of `isthmus sync`, for all
            print(json.dumps(runner.run(WORK[work](where, Path(folder), *rest))))
    else:
        main(sys.argv[1:])
