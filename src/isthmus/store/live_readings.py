"""Questions to live sources of public records: one process asks, the others hear what came.

A claim is a row with an end, no lock: nobody holds a connection while a source is waited for, and
what a killed process claimed is free again when its time is over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from isthmus.model.reference import Noun
from isthmus.store.changes import settle
from isthmus.store.database import Database, Row
from isthmus.store.entries import Known
from isthmus.store.leasing import StreamBusy, leased_connection
from isthmus.store.page_writer import PageWriter
from isthmus.store.removals import remove_kept, remove_unseen
from isthmus.store.sources import StoredSource, stored_source

WHOLE_LIST = b""
"""The question where no words are searched for."""
RUNS_KEPT = "7 days"


@dataclass(frozen=True, slots=True)
class Place:
    """One question to one stream of one source."""

    source: int
    stream: str
    question: bytes = WHOLE_LIST

    @classmethod
    def of(cls, source: int, stream: str, words: str) -> Place:
        """Give the place of words; what they were is not kept."""
        asked = hashlib.blake2b(words.encode(), digest_size=16).digest() if words else WHOLE_LIST
        return cls(source, stream, asked)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a question: whether it is ours to ask, and what came of it before.

    `age` counts from the last good answer, `failed` from a fault after it; `retry` is how long the
    source asked to be left in peace.
    """

    is_ours: bool
    is_busy: bool
    age: float | None
    is_whole: bool
    fault_code: str | None
    failed: float | None
    retry: float | None
    etag: str | None


_FRESH = (
    "SELECT FROM stream_state s WHERE s.source_id = $1 AND s.stream = $2"
    " AND s.last_complete > now() - make_interval(secs => $5)"
)
_CLAIM = (
    "INSERT INTO live_reading AS l (source_id, stream, question, claimed_until)"
    " SELECT $1, $2, $3, now() + make_interval(secs => $4)"
    f" WHERE NOT EXISTS ({_FRESH})"
    " ON CONFLICT (source_id, stream, question)"
    " DO UPDATE SET claimed_until = excluded.claimed_until"
    " WHERE (l.claimed_until IS NULL OR l.claimed_until < now())"
    " AND (l.answered_at IS NULL OR l.answered_at <= now() - make_interval(secs => $5))"
    " AND (l.retry_at IS NULL OR l.retry_at < now()) RETURNING true"
)
_STANDING = (
    "coalesce(l.claimed_until > now(), false) AS is_busy,"
    " extract(epoch FROM now() - greatest(l.answered_at, s.last_complete))::float8 AS age,"
    " CASE WHEN l.answered_at IS NULL OR s.last_complete >= l.answered_at"
    " THEN s.last_complete IS NOT NULL ELSE l.is_whole END AS is_whole, l.fault_code,"
    " extract(epoch FROM now() - l.failed_at)::float8 AS failed,"
    " extract(epoch FROM l.retry_at - now())::float8 AS retry, s.etag"
    " FROM (VALUES (1)) one"
    " LEFT JOIN live_reading l ON l.source_id = $1 AND l.stream = $2 AND l.question = $3"
    " LEFT JOIN stream_state s ON s.source_id = $1 AND s.stream = $2"
)


async def claim(database: Database, place: Place, *, hold: float, keep: float) -> Standing:
    """Claim a question for `hold` seconds, where it was not answered within `keep`."""
    row = await database.row(
        f"WITH mine AS ({_CLAIM}) SELECT EXISTS (SELECT FROM mine) AS is_ours, {_STANDING}",
        place.source, place.stream, place.question, hold, keep,
    )  # fmt: skip
    return _standing(row)


async def standing_of(database: Database, place: Place) -> Standing:
    """Say what is known of a question, and claim nothing."""
    row = await database.row(
        f"SELECT false AS is_ours, {_STANDING}", place.source, place.stream, place.question
    )
    return _standing(row)


def _standing(row: Row | None) -> Standing:
    if row is None:  # one row was made for it
        raise LookupError
    return Standing(**dict(row))


async def note_answer(database: Database, place: Place, *, is_whole: bool, is_list: bool) -> None:
    """Note a good answer, and let go of the claim; `is_list`: it was the whole list.

    Nothing is told to listeners: what the records say may well be what they said before.
    """
    await database.execute(
        "WITH answered AS (INSERT INTO live_reading (source_id, stream, question, answered_at,"
        " is_whole) VALUES ($1, $2, $3, now(), $4) ON CONFLICT (source_id, stream, question)"
        " DO UPDATE SET claimed_until = NULL, answered_at = now(), is_whole = $4,"
        " fault_code = NULL, failed_at = NULL, retry_at = NULL),"
        " listed AS (INSERT INTO stream_state (source_id, stream, last_complete)"
        " SELECT $1, $2, now() WHERE $5 ON CONFLICT (source_id, stream)"
        " DO UPDATE SET last_complete = now())"
        " UPDATE source SET last_success = now() WHERE id = $1",
        place.source, place.stream, place.question, is_whole, is_list,
    )  # fmt: skip


async def note_fault(database: Database, place: Place, code: str, retry: float | None) -> None:
    """Note that a source did not do its part, and let go of the claim."""
    await database.execute(
        "INSERT INTO live_reading (source_id, stream, question, fault_code, failed_at, retry_at)"
        " VALUES ($1, $2, $3, $4, now(), now() + make_interval(secs => $5))"
        " ON CONFLICT (source_id, stream, question) DO UPDATE SET claimed_until = NULL,"
        " fault_code = excluded.fault_code, failed_at = now(), retry_at = excluded.retry_at",
        place.source, place.stream, place.question, code, retry,
    )  # fmt: skip


async def let_go(database: Database, place: Place) -> None:
    """Let go of a claim of which nothing came."""
    await database.execute(
        "UPDATE live_reading SET claimed_until = NULL"
        " WHERE source_id = $1 AND stream = $2 AND question = $3",
        place.source, place.stream, place.question,
    )  # fmt: skip


async def mark_seen(database: Database, place: Place, keys: Sequence[str]) -> None:
    """Note that a search brought these records."""
    await database.execute(
        "UPDATE record SET seen_at = now()"
        " WHERE source_id = $1 AND stream = $2 AND source_key = ANY($3)",
        place.source, place.stream, list(keys),
    )  # fmt: skip


async def known_records(
    database: Database, place: Place, noun: Noun, keys: Sequence[str]
) -> dict[str, Known]:
    """Look up which of `keys` the store holds."""
    async with database.pool.acquire() as connection:
        return await PageWriter(connection, place.source, place.stream, noun).known(keys)


async def count_lacking(
    database: Database, place: Place, keys: Sequence[str], expires: int | None
) -> int:
    """Count the records of a stream that are not among `keys`; those so old, where it is said."""
    found: int = await database.value(
        "SELECT count(*) FROM record WHERE source_id = $1 AND stream = $2 AND gone_at IS NULL"
        " AND source_key <> ALL($3)"
        " AND ($4::float8 IS NULL OR retrieved_at < now() - make_interval(secs => $4))",
        place.source, place.stream, list(keys), expires,
    )  # fmt: skip
    return found


async def public_live_sources(database: Database) -> list[StoredSource]:
    """List the sources of public records that are asked live, oldest first."""
    rows = await database.fetch(
        "SELECT * FROM source WHERE mode IN ('LIVE', 'HYBRID')"
        " AND NOT 'CREDENTIAL' = ANY(produces) ORDER BY id"
    )
    return [stored_source(row) for row in rows]


async def sweep_stream(
    database: Database, source: int, stream: str, noun: Noun, *, stale: float, searched: bool
) -> int:
    """Remove what a live stream may not keep any longer; give how many records went.

    Of a stream that is searched: what no answer has brought for `stale` seconds. Of a list:
    all of it, where it was not read for so long.
    """
    remove = remove_unseen if searched else remove_kept
    try:
        async with (
            leased_connection(database, source, stream, patience=0) as connection,
            connection.transaction(),
        ):
            removed = await remove(connection, source, stream, noun, stale)
            if removed:
                await connection.execute(
                    "WITH forgotten AS (UPDATE live_reading SET answered_at = NULL"
                    " WHERE source_id = $1 AND stream = $2 AND $3)"
                    " UPDATE stream_state SET etag = NULL, last_complete ="
                    " CASE WHEN $3 THEN NULL ELSE last_complete END"
                    " WHERE source_id = $1 AND stream = $2",
                    source,
                    stream,
                    not searched,
                )
                await settle(connection, sources=True)
            return removed
    except StreamBusy:  # it is being read: the next sweep comes soon
        return 0


async def sweep_readings(database: Database, source: int, stale: float) -> None:
    """Forget questions that nobody asked for long, and runs of a live source of days ago."""
    await database.execute(
        "DELETE FROM live_reading WHERE source_id = $1"
        " AND greatest(answered_at, failed_at, claimed_until) < now() - make_interval(secs => $2)",
        source,
        stale,
    )
    await database.execute(
        "DELETE FROM sync_run WHERE source_id = $1 AND state <> 'RUNNING'"
        f" AND finished_at < now() - interval '{RUNS_KEPT}'"
        " AND id NOT IN (SELECT run_id FROM stream_state WHERE run_id IS NOT NULL)",
        source,
    )
