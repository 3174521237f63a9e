"""Databases filled for the benches, kept under `.isthmus/bench` until their loader changes.

One embedded PostgreSQL serves the hub and every peer that reads PostgreSQL; it runs on the core
of the load generator, not on that of the server under load.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg

from isthmus.store import migrating
from isthmus.store.embedded import EmbeddedServer
from tests.bench import dataset_rows, shared_harness, sqlite_copy
from tests.bench.processes import LOAD_CORE, pinned

HOME = shared_harness.ROOT / ".isthmus" / "bench"
TENTH = (13_900, 200, 40, 2_000, 6_000, 2_000)
"""Size T: M's skills, and a tenth of what grows, as M is to L."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Prepared:
    """The server of the benches, and its databases by size."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server

    @property
    def postmaster(self) -> int:
        """The process whose children do PostgreSQL's work."""
        return int((self.server.data / "postmaster.pid").read_text().split()[0])

    def hub(self, size: str) -> str:
        """Give the address of a database of the hub, filled with the shared data set."""
        return asyncio.run(self._kept(f"bench_{size.lower()}", self._fill, size))

    def own(self, size: str) -> Path:
        """Fill the database a hub opens by itself; give the hub's home."""
        asyncio.run(self._kept("isthmus", self._fill, size, size))
        return HOME

    def sqlite(self, size: str) -> Path:
        """Give a SQLite file with the columns of the hub's tables that the operations read."""
        url, stamp = self.hub(size), _stamp()
        path = HOME / f"hub-{size.lower()}-{stamp}.sqlite"
        if not path.is_file():
            _drop(f"hub-{size.lower()}-*")
            say(f"copying size {size} to SQLite")
            asyncio.run(sqlite_copy.write(url, path))
        return path

    async def _kept(self, name: str, fill, size: str, more: str = "") -> str:
        """Fill a database, unless it was filled by this loader."""
        stamp, url = _stamp() + more, self.server.url(name)
        admin = await asyncpg.connect(self.server.url("postgres"))
        try:
            held = await admin.fetchval(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1",
                name,
            )
            if held != stamp:
                began = time.perf_counter()
                await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                await admin.execute(f'CREATE DATABASE "{name}"')
                await fill(url, size)
                await admin.execute(f"COMMENT ON DATABASE \"{name}\" IS '{stamp}'")
                say(f"filled {name} in {time.perf_counter() - began:.0f} s")
        finally:
            await admin.close()
        return url

    async def _fill(self, url: str, size: str) -> None:
        await asyncio.to_thread(migrating.upgrade, url)
        shared = dataset_rows.Shared(_rows(size))
        connection = await asyncpg.connect(url)
        async with connection.transaction():
            for table in dataset_rows.TABLES:
                await connection.copy_records_to_table(
                    table.name, records=table.rows(shared), columns=table.columns
                )
                if table.columns[0] == "id":
                    await connection.execute(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id))"
                        f" FROM {table.name}"
                    )
        await connection.execute("VACUUM ANALYZE")
        await connection.close()


def _rows(size: str) -> dataset_rows.Rows:
    dataset = shared_harness.module("dataset")
    dataset.SIZES["T"] = TENTH
    found: dataset_rows.Rows = dataset.generate(size)
    return found


def _stamp() -> str:
    """Tell this loader and these migrations from any other."""
    folder = shared_harness.ROOT / "src" / "isthmus" / "store" / "migrations" / "versions"
    files = [*sorted(folder.glob("*.sql")), Path(dataset_rows.__file__),
             Path(sqlite_copy.__file__), shared_harness.folder() / "dataset.py"]  # fmt: skip
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:16]


def _drop(pattern: str) -> None:
    for old in HOME.glob(pattern):
        old.unlink()


@contextlib.contextmanager
def prepared() -> Iterator[Prepared]:
    """Start the server of the benches, and stop it."""
    HOME.mkdir(parents=True, exist_ok=True)
    server = EmbeddedServer(HOME)
    with pinned(LOAD_CORE):
        server.start()
    try:
        yield Prepared(server)
    finally:
        server.stop()
