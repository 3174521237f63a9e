"""Callbacks on their way: calls that are waited for, and what has come to any process.

Whoever receives a callback writes it; whoever waits is told by NOTIFY and takes it. A call stays
known a while after its end, so that what comes late is told from what nobody asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from isthmus.connector.callback.contract import Awaited, Received, Waiting
from isthmus.connector.callback.refusals import CallbackRefused, Reason
from isthmus.store.database import Connection, Database

CHANNEL = "isthmus_callback"
REMEMBERED = "10 minutes"
"""How long after its end a call is known."""
LOOK_SECONDS = 1.0
"""How often is looked without having been told: a lost NOTIFY costs no more than that."""

_CALLS = (
    "SELECT id, stream, transaction_name, message, NOT closed AND until > clock_timestamp() AS open"
    " FROM awaited_callback WHERE source = $1 AND action = $2"
    f" AND until > clock_timestamp() - interval '{REMEMBERED}'"
)


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that is waited for, or (`is_open` false) no longer is."""

    id: int
    stream: str
    transaction: str
    message: str
    is_open: bool


async def calls_of(database: Database, source: str, action: str) -> list[OpenCall]:
    """List the calls that a source may be answering by an action."""
    rows = await database.fetch(_CALLS, source, action)
    return [OpenCall(*row) for row in rows]


async def note_refused(database: Database, call: OpenCall, reason: Reason) -> None:
    """Count a callback to a known call that was not taken."""
    column = "late" if reason is Reason.LATE else "refused"
    await database.execute(
        f"UPDATE awaited_callback SET {column} = {column} + 1 WHERE id = $1",
        call.id,
    )


async def keep(database: Database, call: OpenCall, sender: str, body: bytes) -> None:
    """Keep a callback for whoever waits; raise where it came too late, twice or as one too many."""
    digest = hashlib.blake2b(body, digest_size=32, key=b"callback").digest()
    try:
        kept = await database.value(
            "WITH place AS (UPDATE awaited_callback SET received = received + 1,"
            " received_bytes = received_bytes + $2 WHERE id = $1 AND NOT closed"
            " AND until > clock_timestamp() AND received < most"
            " AND received_bytes + $2 <= most_bytes RETURNING id),"
            " kept AS (INSERT INTO received_callback (awaited_id, digest, sender, body)"
            " SELECT id, $3, $4, $5 FROM place RETURNING awaited_id)"
            " SELECT awaited_id FROM kept, LATERAL pg_notify($6, awaited_id::text)",
            call.id, len(body), digest, sender, body, CHANNEL,
        )  # fmt: skip
    except asyncpg.UniqueViolationError:
        raise CallbackRefused(Reason.REPEATED) from None
    if kept is None:
        still = await database.value(
            "SELECT NOT closed AND until > clock_timestamp() FROM awaited_callback WHERE id = $1",
            call.id,
        )
        raise CallbackRefused(Reason.TOO_MANY if still else Reason.LATE)


async def sweep(database: Database) -> None:
    """Drop the calls that are no longer known, with all that came to them."""
    await database.execute(
        f"DELETE FROM awaited_callback WHERE until <= clock_timestamp() - interval '{REMEMBERED}'"
    )


class StoredMailbox:
    """The mailbox of one source, in the database."""

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self._source = source

    @asynccontextmanager
    async def awaiting(self, awaited: Awaited) -> AsyncIterator[Waiting]:
        """Wait for the callbacks of a call, on a connection of its own."""
        await sweep(self._database)
        connection = await asyncpg.connect(self._database.url, statement_cache_size=0)
        try:
            waiting = await _StoredWait.begin(connection, self._source, awaited)
            try:
                yield waiting
            finally:
                await waiting.end()
        finally:
            connection.terminate()


class _StoredWait:
    """One wait."""

    def __init__(self, connection: Connection, key: int, late_before: int) -> None:
        self._connection = connection
        self._key = key
        self._told = asyncio.Event()
        self.late_before = late_before

    @classmethod
    async def begin(cls, connection: Connection, source: str, awaited: Awaited) -> _StoredWait:
        """Write down what is waited for; what is known of the stream's earlier calls goes."""
        async with connection.transaction():
            rows = await connection.fetch(
                "DELETE FROM awaited_callback WHERE source = $1 AND stream = $2 RETURNING late",
                source,
                awaited.stream,
            )
            key = await connection.fetchval(
                "INSERT INTO awaited_callback (source, stream, action, transaction_name, message,"
                " until, most, most_bytes) VALUES ($1, $2, $3, $4, $5,"
                " clock_timestamp() + make_interval(secs => $6), $7, $8) RETURNING id",
                source, awaited.stream, awaited.action, awaited.transaction, awaited.message,
                awaited.seconds, awaited.most, awaited.max_bytes,
            )  # fmt: skip
        found = cls(connection, key, sum(row["late"] for row in rows))
        await connection.add_listener(CHANNEL, found._heard)
        return found

    async def messages(self, enough: int | None = None) -> AsyncIterator[Received]:
        """Give what comes, until the deadline or until it is enough."""
        count = 0
        while enough is None or count < enough:
            self._told.clear()  # before looking: what comes after the look is told of again
            found = await self._take()
            if found is not None:
                count += 1
                yield found
            elif not await self._wait():
                break
        await self._close()
        while (found := await self._take()) is not None:  # taken before it was closed
            yield found

    async def refused(self) -> int:
        """Count the callbacks to this call that were not taken."""
        found: int = await self._connection.fetchval(
            "SELECT refused FROM awaited_callback WHERE id = $1", self._key
        )
        return found or 0

    async def end(self) -> None:
        """Wait no longer, and drop the bodies that nobody took."""
        with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await self._close()
            await self._connection.execute(
                "UPDATE received_callback SET body = NULL WHERE awaited_id = $1", self._key
            )

    async def _close(self) -> None:
        await self._connection.execute(
            "UPDATE awaited_callback SET closed = true WHERE id = $1", self._key
        )

    async def _take(self) -> Received | None:
        row = await self._connection.fetchrow(
            "SELECT id, sender, body FROM received_callback WHERE awaited_id = $1"
            " AND body IS NOT NULL ORDER BY id LIMIT 1",
            self._key,
        )
        if row is None:
            return None
        await self._connection.execute(
            "UPDATE received_callback SET body = NULL WHERE id = $1", row["id"]
        )
        return Received(row["sender"], bytes(row["body"]))

    async def _wait(self) -> bool:
        """Wait for news; False where the time is over."""
        left = await self._connection.fetchval(
            "SELECT extract(epoch FROM until - clock_timestamp()) FROM awaited_callback"
            " WHERE id = $1",
            self._key,
        )
        if left is None or left <= 0:
            return False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(float(left), LOOK_SECONDS)):
                await self._told.wait()
        return True

    def _heard(self, _: Any, __: int, ___: str, payload: str) -> None:
        if payload == str(self._key):
            self._told.set()
