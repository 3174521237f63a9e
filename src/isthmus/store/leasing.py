"""A stream's lease: one connection and an advisory lock on it.

When the process dies the lock is free at once, so that no lease is held for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from isthmus.errors import IsthmusError
from isthmus.store.database import FAILURES, LOST, Connection, Database

LEASE_SECONDS = 2.0


class StreamBusy(IsthmusError):
    """Another process reads this stream at this moment."""

    code = "STREAM_BUSY"
    retryable = True


class RunLost(IsthmusError):
    """The connection that holds the lease is gone; nothing more can be written under it."""

    code = "RUN_LOST"
    retryable = True


@asynccontextmanager
async def leased_connection(
    database: Database, source: int, stream: str, *, patience: float = LEASE_SECONDS
) -> AsyncIterator[Connection]:
    """Give a connection that holds a stream's lease.

    Raises `StreamBusy` when another holds it for longer than `patience`, `RunLost` when the
    database goes away under it.
    """
    try:
        connection = await database.pool.acquire()
    except (*LOST, OSError) as error:
        raise _lost(error) from None
    try:
        async with _lease(connection, source, stream, patience):
            yield connection
    except (*LOST, OSError, asyncpg.PostgresError) as error:
        if _is_away(connection):  # whatever was said last
            raise _lost(error) from None
        raise
    finally:
        with contextlib.suppress(*LOST, OSError):
            await database.pool.release(connection)


def _is_away(connection: Connection) -> bool:
    """Tell whether a connection is lost; the pool takes one back that it saw die."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


def _lost(error: BaseException) -> RunLost:
    return RunLost(f"the database went away ({type(error).__name__})")


@asynccontextmanager
async def _lease(
    connection: Connection, source: int, stream: str, patience: float
) -> AsyncIterator[None]:
    """Hold the stream's lock; that of a process killed a moment ago may need a moment to fall."""
    lock = _lock_of(source, stream)
    until = asyncio.get_running_loop().time() + patience
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock):
        if asyncio.get_running_loop().time() > until:
            raise StreamBusy(f"the stream {stream} is being read by another process")
        await asyncio.sleep(LEASE_SECONDS / 20)
    try:
        yield
    finally:
        with contextlib.suppress(*FAILURES):
            await connection.execute("SELECT pg_advisory_unlock($1)", lock)


def _lock_of(source: int, stream: str) -> int:
    name = f"isthmus stream {source} {stream}".encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), signed=True)
