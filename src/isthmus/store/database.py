"""The connection pool, and everything that must be true before it opens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeAlias
from urllib.parse import urlsplit

import asyncpg

from isthmus.errors import Misconfigured
from isthmus.store import migrating
from isthmus.store.embedded import EmbeddedServer
from isthmus.store.reading_pool import ReadingPool

Connection: TypeAlias = Any  # asyncpg's pool hands out proxies that carry no types
Row: TypeAlias = asyncpg.Record

OLDEST_SERVER = 14
STATEMENT_CACHE = 512
READING_SECONDS = 30
"""The longest a reading statement may run, whatever became of whoever asked."""

SESSION = {
    "application_name": "isthmus",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""Of each connection. The server shall notice within half a minute that a whole machine is gone,
and free its locks.
"""

FAILURES = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncio.TimeoutError,
)
"""What a statement raises when the database is away or refuses it.

asyncpg's InternalClientError among them: it comes, about once in ten, where the server's word
that it ends a connection meets a statement on its way there.
"""


LOST = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What a statement raises when the database went away under it."""


class Database:
    """Connections to a migrated database: a pool for everything, and one that only reads."""

    def __init__(
        self, url: str, pool: asyncpg.Pool, readers: ReadingPool, server: EmbeddedServer | None
    ) -> None:
        self.url = url
        self.pool = pool
        self._readers = readers
        self._server = server

    @classmethod
    async def open(
        cls,
        *,
        url: str = "",
        home: Path,
        name: str = "isthmus",
        size: int = 10,
        say: Callable[[str], None] = lambda _: None,
    ) -> Self:
        """Open the database at `url`, or the embedded one under `home`, migrated to the newest."""
        server = None
        if not url:
            server = EmbeddedServer(home, say=say)
            await asyncio.to_thread(server.start)
            url = server.url(name)
        try:
            if server is not None:
                await _create_missing(server.url("postgres"), name)
            await _migrate(url, say)
            pool = await _pool(url, size)
            reading = {"default_transaction_read_only": "on"}
            reading["statement_timeout"] = f"{READING_SECONDS}s"
            readers = ReadingPool(partial(asyncpg.connect, url, **_terms(reading)), size)
        except FAILURES as error:
            if server is not None:
                await asyncio.to_thread(server.stop)
            raise _unreachable(url, error) from None
        return cls(url, pool, readers, server)

    @property
    def is_embedded(self) -> bool:
        """Whether the server is our own, and so is what becomes of its files."""
        return self._server is not None

    async def close(self) -> None:
        """Close every connection, then give the embedded server back."""
        self._readers.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                await self.pool.close()
        self.pool.terminate()
        if self._server is not None:
            await asyncio.to_thread(self._server.stop)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def fetch(self, statement: str, *values: Any) -> list[Row]:
        """Run one statement and give its rows."""
        rows: list[Row] = await self.pool.fetch(statement, *values)
        return rows

    async def read(self, statement: str, *values: Any) -> list[Row]:
        """Run one statement that only reads and give its rows."""
        async with self._readers.reading() as connection:
            rows: list[Row] = await connection.fetch(statement, *values)
            return rows

    async def row(self, statement: str, *values: Any) -> Row | None:
        """Run one statement and give its first row."""
        return await self.pool.fetchrow(statement, *values)

    async def value(self, statement: str, *values: Any) -> Any:
        """Run one statement and give the first value of its first row."""
        return await self.pool.fetchval(statement, *values)

    async def execute(self, statement: str, *values: Any) -> str:
        """Run one statement for what it does; gives its command tag."""
        tag: str = await self.pool.execute(statement, *values)
        return tag

    def connections(self) -> tuple[int, int]:
        """Count the connections that are open, and those of them that have nothing to do."""
        readers, idle_readers = self._readers.counts()
        return self.pool.get_size() + readers, self.pool.get_idle_size() + idle_readers

    def reading(self) -> Any:
        """Give a connection that only reads, as an asynchronous context."""
        return self._readers.reading()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Give a connection inside a transaction: all of it is written, or nothing."""
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection

    async def ping(self) -> bool:
        """Tell whether the database answers."""
        try:
            return bool(await self.pool.fetchval("SELECT 1", timeout=2) == 1)
        except FAILURES:
            return False


async def _pool(url: str, size: int) -> asyncpg.Pool:
    return await asyncpg.create_pool(url, min_size=1, max_size=size, **_terms({}))


def _terms(settings: Mapping[str, str]) -> dict[str, Any]:
    """Give what every connection is opened with."""
    return {
        "statement_cache_size": STATEMENT_CACHE,
        "max_cached_statement_lifetime": 0,
        "server_settings": {**SESSION, "jit": "off", **settings},
    }


async def _create_missing(url: str, name: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            with suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


async def _migrate(url: str, say: Callable[[str], None]) -> None:
    connection = await asyncpg.connect(url)
    try:
        version = connection.get_server_version()
        if version.major < OLDEST_SERVER:
            message = f"PostgreSQL {OLDEST_SERVER} or newer is needed; this is {version.major}."
            raise Misconfigured("DATABASE_UNREACHABLE", message)
        held = await _revision(connection)
    finally:
        await connection.close()
    newest = migrating.head()
    if held is not None and held > newest:
        message = f"The database is at revision {held}, newer than this isthmus ({newest})."
        raise Misconfigured("DATABASE_TOO_NEW", message)
    if held != newest:
        say(f"migrating the database from {held or 'nothing'} to {newest}")
        await asyncio.to_thread(migrating.upgrade, url)


async def _revision(connection: Connection) -> str | None:
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    return found


def _unreachable(url: str, error: BaseException) -> Misconfigured:
    parts = urlsplit(url)
    where = parts.hostname or "the embedded server"
    reason = type(error).__name__
    if isinstance(error, asyncpg.PostgresError):
        reason = str(error)
    message = f"The database at {where} cannot be used: {reason}."
    return Misconfigured("DATABASE_UNREACHABLE", message)
