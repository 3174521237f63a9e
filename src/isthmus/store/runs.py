"""One run of one stream: its lease, its pages, its end.

A run holds one connection from beginning to end, and on it an advisory lock: when the process
dies the lock is free at once, so no run is running for ever, and nothing can be written under
a lease that was lost. What a dead run wrote is whole pages; the next run goes on from its
cursor with what it had seen.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

import asyncpg

from isthmus.model.reference import Noun
from isthmus.model.run import Rejection, RunState
from isthmus.store.changes import settle
from isthmus.store.database import Connection, Database
from isthmus.store.entries import Counts, Entry, PageOfEntries
from isthmus.store.leasing import leased_connection
from isthmus.store.page_writer import PageWriter
from isthmus.store.pointers import resolve_pending
from isthmus.store.rejections import (
    forget_older_rejections,
    forget_rejections,
    write_rejections,
)
from isthmus.store.removals import hold_or_remove, remove_expired, remove_keys
from isthmus.store.storable import UNSTORABLE, write_storable

WRITE_ATTEMPTS = 3
RESUMABLE = "24 hours"


class Run:
    """A run under way."""

    def __init__(
        self,
        connection: Connection,
        source: int,
        stream: str,
        noun: Noun,
        row: asyncpg.Record,
        *,
        is_aside: bool = False,
    ) -> None:
        """Take up a run; one that is aside leaves alone where the others stand."""
        self._connection = connection
        self._source = source
        self._stream = stream
        self._noun = noun
        self._is_aside = is_aside
        self.id: int = row["id"]
        self.cursor: str | None = row["cursor"]
        self.watermark: str | None = row["watermark"]
        self.etag: str | None = row["etag"]
        self.resumed: bool = row["pages"] > 0
        self._rejected: bool = row["rejected"]
        self._pages: int = row["pages"]
        self._before: set[bytes] = set()
        self._digests: set[bytes] = set()
        self.writer = PageWriter(connection, source, stream, noun)

    async def load_digests(self) -> None:
        """Remember which pages an interrupted run had written."""
        rows = await self._connection.fetch(
            "SELECT digest FROM run_page WHERE run_id = $1", self.id
        )
        self._before = {row[0] for row in rows}

    def is_repeated(self, digest: bytes) -> bool:
        """Tell whether the source has given the same page twice since this run was taken up."""
        return digest in self._digests

    def was_written(self, digest: bytes) -> bool:
        """Tell whether the page was written before the run was interrupted."""
        if digest not in self._before:
            return False
        self._before.discard(digest)
        self._digests.add(digest)
        return True

    async def write(self, page: PageOfEntries) -> Counts:
        """Write a page with its cursor in one transaction; give what became of its records."""
        tries, piecemeal = 1, False
        while True:
            try:
                async with self._connection.transaction():
                    counts = await self._write(page, piecemeal=piecemeal)
                break
            except (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError):
                # two sources brought the same new thing at once: it is there at the next try
                self.writer.forget()
                if tries == WRITE_ATTEMPTS:
                    raise
                tries += 1
            except UNSTORABLE:
                self.writer.forget()
                if piecemeal:
                    raise
                piecemeal = True
        self._pages += 1
        self._digests.add(page.digest)
        self.cursor = page.cursor
        return counts

    async def _write(self, page: PageOfEntries, *, piecemeal: bool) -> Counts:
        refused: list[tuple[Entry, Rejection]] = []
        if piecemeal:
            found = await write_storable(self._connection, self.writer, page.entries)
            counts, records, refused = found
        else:
            counts, records = await self.writer.write(page.entries)
        rejections = [*page.rejections, *(rejection for _, rejection in refused)]
        if page.rehashed:
            await self._connection.executemany(
                "UPDATE record SET raw_hash = $2 WHERE id = $1", page.rehashed
            )
        if self._rejected:  # most streams have none
            keys = [e.source_key for e in page.entries]
            await forget_rejections(self._connection, self._source, self._stream, keys)
        self._rejected = self._rejected or bool(rejections)
        await write_rejections(self._connection, self._source, self._stream, self.id, rejections)
        counts.removed += await remove_keys(
            self._connection, self._source, self._stream, self._noun, page.deleted
        )
        counts.seen = page.seen
        counts.unchanged = page.seen_before
        counts.rejected = len(rejections)
        counts.statements, counts.matched, counts.pages = page.statements, page.matched, 1
        kept = [*page.kept, *(e.known.record_id for e, _ in refused if e.known is not None)]
        seen = [*records, *page.unchanged, *kept, *(key for key, _ in page.rehashed)]
        await self._note_page(page, seen, counts)
        await settle(self._connection)
        return counts

    async def _note_page(self, page: PageOfEntries, seen: list[int], c: Counts) -> None:
        # one statement: a page of a few hundred records is little beside a round trip
        await self._connection.execute(
            "WITH page AS (INSERT INTO run_page (run_id, number, digest, records)"
            " VALUES ($1, $10, $11, $12)),"
            " state AS (UPDATE stream_state SET cursor = $15"
            " WHERE source_id = $13 AND stream = $14 AND $16)"
            " UPDATE sync_run SET heartbeat_at = now(), pages = pages + 1, seen = seen + $2,"
            " added = added + $3, changed = changed + $4, unchanged = unchanged + $5,"
            " removed = removed + $6, rejected = rejected + $7, statements = statements + $8,"
            " matched = matched + $9 WHERE id = $1",
            self.id, c.seen, c.added, c.changed, c.unchanged, c.removed, c.rejected,
            c.statements, c.matched, self._pages, page.digest, seen,
            self._source, self._stream, page.cursor, not self._is_aside,
        )  # fmt: skip

    async def finish(
        self,
        *,
        complete: bool,
        snapshot: bool,
        max_loss: float,
        expires: int | None = None,
        watermark: str | None = None,
        etag: str | None = None,
        drift: Iterable[str] = (),
    ) -> Counts:
        """End a complete run: remove what vanished if that is plausible, and let go.

        `complete`: every record was read. `snapshot`: absence means removal; `expires`: it does
        so many seconds after a record last changed. Removals over
        `max_loss` are held for an operator, and then no etag is kept: the source must give its
        list again for them to be confirmed.
        """
        async with self._connection.transaction():
            written: bool = await self._connection.fetchval(
                "SELECT added + changed + removed > 0 FROM sync_run WHERE id = $1", self.id
            )
            removed = held = 0
            if snapshot:
                removed, held = await hold_or_remove(
                    self._connection, self._source, self._stream, self._noun, self.id, max_loss
                )
            elif expires is not None and complete:
                removed = await remove_expired(
                    self._connection, self._source, self._stream, self._noun, self.id, expires
                )
            if written or removed:
                await resolve_pending(self._connection, self._noun)
            if complete:
                await forget_older_rejections(self._connection, self._source, self._stream, self.id)
            at_rest = "" if self._is_aside else ", run_id = NULL, cursor = NULL"
            done = not self._is_aside or complete
            await self._connection.execute(
                f"UPDATE stream_state SET watermark = coalesce($3, watermark), etag = $4{at_rest},"
                " last_complete = CASE WHEN $5 THEN now() ELSE last_complete END"
                " WHERE source_id = $1 AND stream = $2",
                self._source,
                self._stream,
                watermark or self.watermark,
                None if held else etag,
                done,
            )
            await self._connection.execute("DELETE FROM run_page WHERE run_id = $1", self.id)
            return await self._end(RunState.DONE, removed, held, drift=drift)

    async def fail(self, state: RunState, code: str, message: str, drift: Iterable[str]) -> Counts:
        """End a run that could not go on; its pages stay, and the next run goes on from them."""
        async with self._connection.transaction():
            return await self._end(state, 0, 0, code=code, message=message, drift=drift)

    async def abandon(self) -> None:
        """Forget where this run stood, so that the next one begins anew."""
        if not self._is_aside:
            await self._connection.execute(
                "UPDATE stream_state SET run_id = NULL, cursor = NULL"
                " WHERE source_id = $1 AND stream = $2",
                self._source,
                self._stream,
            )
        await self._connection.execute("DELETE FROM run_page WHERE run_id = $1", self.id)

    async def _end(
        self,
        state: RunState,
        removed: int,
        held: int,
        *,
        code: str | None = None,
        message: str | None = None,
        drift: Iterable[str] = (),
    ) -> Counts:
        row = await self._connection.fetchrow(
            "UPDATE sync_run SET state = $2, finished_at = now(), heartbeat_at = now(),"
            " removed = removed + $3, removals_held = $4, fault_code = $5, fault = $6,"
            " drift = $7 WHERE id = $1 RETURNING seen, added, changed, unchanged, removed,"
            " rejected, removals_held, statements, matched, pages",
            self.id,
            state.value,
            removed,
            held,
            code,
            message,
            list(drift),
        )
        await settle(self._connection, sources=True)
        return Counts(**dict(row))


@asynccontextmanager
async def leased_run(
    database: Database, source: int, stream: str, noun: Noun, *, aside: bool = False
) -> AsyncIterator[Run]:
    """Begin or resume the run of a stream, alone.

    `aside`: begin one that takes up nothing, and leaves what another interrupted as it is.
    Raises as `leased_connection` does.
    """
    async with leased_connection(database, source, stream) as connection:
        row = await (_begin_aside if aside else _begin)(connection, source, stream)
        run = Run(connection, source, stream, noun, row, is_aside=aside)
        if run.resumed:
            await run.load_digests()
        yield run


_REJECTED = (
    "EXISTS (SELECT FROM rejected_record j WHERE j.source_id = $1 AND j.stream = $2) AS rejected"
)


async def _begin_aside(connection: Connection, source: int, stream: str) -> asyncpg.Record:
    """Open a run that no other will ever take up."""
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO stream_state (source_id, stream) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            source,
            stream,
        )
        await _end_lost(connection, source, stream, ["RUNNING"])
        return await connection.fetchrow(
            "INSERT INTO sync_run (source_id, stream, state) VALUES ($1, $2, 'RUNNING')"
            " RETURNING id, pages, NULL::text AS cursor, NULL::text AS watermark,"
            f" NULL::text AS etag, {_REJECTED}",
            source,
            stream,
        )


async def _begin(connection: Connection, source: int, stream: str) -> asyncpg.Record:
    """Take up an unfinished run of the stream, or open a new one."""
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO stream_state (source_id, stream) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            source,
            stream,
        )
        unfinished = await connection.fetchval(
            "SELECT r.id FROM stream_state s JOIN sync_run r ON r.id = s.run_id"
            " WHERE s.source_id = $1 AND s.stream = $2"
            f" AND r.heartbeat_at > now() - interval '{RESUMABLE}'",
            source,
            stream,
        )
        run = await _asked_for(connection, source, stream, unfinished) or unfinished
        if run is None:
            run = await connection.fetchval(
                "INSERT INTO sync_run (source_id, stream, state) VALUES ($1, $2, 'RUNNING')"
                " RETURNING id",
                source,
                stream,
            )
        if run != unfinished:
            await connection.execute(
                "UPDATE stream_state SET run_id = $3, cursor = CASE WHEN $4 THEN cursor END"
                " WHERE source_id = $1 AND stream = $2",
                source,
                stream,
                run,
                unfinished is not None,
            )
        await connection.execute("UPDATE source SET began_at = now() WHERE id = $1", source)
        await _end_lost(connection, source, stream, ["RUNNING", "QUEUED"], run)
        row = await connection.fetchrow(
            "UPDATE sync_run r SET heartbeat_at = now(), finished_at = NULL, fault_code = NULL,"
            " started_at = CASE WHEN state = 'QUEUED' AND pages = 0 THEN now() ELSE started_at END,"
            " fault = NULL, state = 'RUNNING'"
            " FROM stream_state s WHERE r.id = $3 AND s.run_id = r.id"
            f" RETURNING r.id, r.pages, s.cursor, s.watermark, s.etag, {_REJECTED}",
            source,
            stream,
            run,
        )
        await settle(connection, sources=True)
        return row


async def _end_lost(
    connection: Connection, source: int, stream: str, states: Sequence[str], but: int = 0
) -> None:
    """End the runs that claim to be on this stream: they have lost its lease, for we hold it."""
    await connection.execute(
        "UPDATE sync_run SET state = 'FAILED', finished_at = now(), fault_code = 'RUN_LOST',"
        " fault = 'the process that ran it is gone' WHERE source_id = $1 AND stream = $2"
        " AND state = ANY($3) AND id <> $4",
        source,
        stream,
        states,
        but,
    )


async def _asked_for(
    connection: Connection, source: int, stream: str, unfinished: int | None
) -> int | None:
    """Find the run that was asked for; it goes on with what an unfinished one had read."""
    asked: int | None = await connection.fetchval(
        "SELECT max(id) FROM sync_run WHERE source_id = $1 AND stream = $2 AND state = 'QUEUED'"
        " AND pages = 0 AND id IS DISTINCT FROM $3",
        source,
        stream,
        unfinished,
    )
    if asked is not None and unfinished is not None:
        await connection.execute(
            "UPDATE run_page SET run_id = $1 WHERE run_id = $2", asked, unfinished
        )
        await connection.execute(
            "UPDATE sync_run q SET pages = o.pages, seen = o.seen, added = o.added,"
            " changed = o.changed, unchanged = o.unchanged, removed = o.removed,"
            " rejected = o.rejected, statements = o.statements, matched = o.matched"
            " FROM sync_run o WHERE q.id = $1 AND o.id = $2",
            asked,
            unfinished,
        )
    return asked
