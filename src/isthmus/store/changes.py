"""What each transaction changed: its rows of the feed, and the generations it moves.

Rows are written where records are, set by set. `settle` comes last in every transaction: from
there on it holds the one row that all writers share, and that must be for a moment only.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from isthmus.model.reference import Noun
from isthmus.store.database import Connection, Database

CHANNEL = "isthmus"
SOURCE = "SOURCE"
"""Stands where a noun does in changes of sources."""


class Op(StrEnum):
    """What became of a record."""

    ADDED = "ADDED"
    UPDATED = "UPDATED"
    REMOVED = "REMOVED"


async def note(connection: Connection, noun: Noun | str, op: Op, keys: Iterable[int]) -> None:
    """Write one change for each of `keys`, in their order."""
    listed = list(dict.fromkeys(keys))
    if listed:
        await connection.execute(
            "INSERT INTO change (noun, op, entity_id) SELECT $1, $2, unnest($3::bigint[])",
            str(noun),
            op.value,
            listed,
        )


async def settle(connection: Connection, *, sources: bool = False) -> None:
    """Move the generation of the records if the transaction changed any, and tell listeners.

    `sources`: how sources or their runs are doing has changed too.
    """
    await connection.execute(
        "WITH mine AS (SELECT EXISTS (SELECT FROM change WHERE xid = pg_current_xact_id()"
        " AND noun <> 'SOURCE')::int AS records, $1::int AS sources),"
        " moved AS (UPDATE generation g SET records = g.records + m.records,"
        " sources = g.sources + m.sources FROM mine m WHERE m.records + m.sources > 0"
        " RETURNING g.records, g.sources, m.records AS by_records, m.sources AS by_sources)"
        " SELECT pg_notify($2, text) FROM moved, LATERAL (VALUES"
        " (by_records, 'records:' || records), (by_sources, 'sources:' || sources)) v (by, text)"
        " WHERE v.by > 0",
        int(sources),
        CHANNEL,
    )


async def name_hub(database: Database, hub: str) -> None:
    """Give the hub the name that its changes bear, in place of the one drawn at first."""
    await database.execute("UPDATE generation SET hub = $1 WHERE hub <> $1", hub)


async def sweep(database: Database, days: float) -> int:
    """Drop changes older than `days`; remembers how far, so that no reader misses one unawares."""
    dropped: int = await database.value(
        "WITH gone AS (DELETE FROM change WHERE at < now() - $1 * interval '1 day'"
        " RETURNING xid, id),"
        " last AS (SELECT xid, id FROM gone ORDER BY xid DESC, id DESC LIMIT 1),"
        " noted AS (UPDATE generation g SET swept_xid = l.xid, swept_id = l.id FROM last l"
        " WHERE (g.swept_xid, g.swept_id) < (l.xid, l.id))"
        " SELECT count(*) FROM gone",
        float(days),
    )
    return dropped
