"""The feed of changes as it is read: in one order, with nothing slipping in behind the reader.

Changes come in the order of (transaction, id), and only those of transactions older than every
one still open. Whatever commits later has a higher number than all that was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from isthmus.store.database import Database, Row
from isthmus.store.sharing import SharedReadings

AT_ONCE = 2
"""Readings of the feed at one time, however many follow it."""

_SETTLED = "pg_snapshot_xmin(pg_current_snapshot())"


class Position(NamedTuple):
    """A place in the feed: everything up to it is known."""

    xid: int
    id: int


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Changes after a position, oldest first, with what lies beyond them."""

    rows: Sequence[Row]
    position: Position
    """Where to read on: past all that was looked at, given or not."""
    has_more: bool
    is_held_back: bool
    """Whether changes are written that an older, open transaction keeps from being given."""


def position_of(row: Row) -> Position:
    """Give the place of a change."""
    return Position(row["xid"], row["id"])


class Feed:
    """Reads changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._readings = SharedReadings(AT_ONCE)

    async def end(self) -> Position:
        """Give the place before whatever is told of from now on."""
        return await self._readings.get("end", self._end)

    async def _end(self) -> Position:
        rows = await self._database.read(f"SELECT {_SETTLED} AS settled")
        return Position(rows[0]["settled"], 0)

    async def start(self) -> Position:
        """Give the place before the oldest change that is kept."""
        rows = await self._database.read("SELECT swept_xid, swept_id FROM generation")
        return Position(rows[0]["swept_xid"], rows[0]["swept_id"])

    async def is_whole_after(self, position: Position) -> bool:
        """Tell whether every change after a place is still kept, and the place is of this hub."""
        rows = await self._database.read(
            "SELECT (swept_xid, swept_id) <= ($1::xid8, $2::bigint)"
            " AND $1::xid8 <= pg_snapshot_xmax(pg_current_snapshot()) FROM generation",
            *position,
        )
        return bool(rows[0][0])

    async def read(
        self,
        after: Position | None,
        most: int,
        *,
        nouns: Sequence[str] | None = None,
        key: int | None = None,
    ) -> FeedPage:
        """Read up to `most` changes after a place, of some nouns or of one record only."""
        place = after or Position(0, 0)
        wanted = None if nouns is None else tuple(sorted(nouns))
        return await self._readings.get(
            (place, most, wanted, key), lambda: self._read(place, most, wanted, key)
        )

    async def _read(
        self, place: Position, most: int, nouns: Sequence[str] | None, key: int | None
    ) -> FeedPage:
        narrowed, values = "", [place.xid, place.id, most + 1]
        for condition, value in (("c.noun = ANY({})", nouns), ("c.entity_id = {}", key)):
            if value is not None:
                values.append(value)  # type: ignore[arg-type]
                narrowed += " AND " + condition.format(f"${len(values)}")
        rows = await self._database.read(
            f"WITH now AS (SELECT {_SETTLED} AS settled)"
            " SELECT n.settled, f.*, g.hub, EXISTS"
            " (SELECT FROM change c, now WHERE c.xid >= now.settled) AS held_back"
            " FROM now n CROSS JOIN generation g LEFT JOIN LATERAL"
            " (SELECT c.xid, c.id, c.noun, c.op, c.entity_id, c.at FROM change c"
            " WHERE (c.xid, c.id) > ($1::xid8, $2::bigint) AND c.xid < n.settled"
            f"{narrowed} ORDER BY c.xid, c.id LIMIT $3) f ON true ORDER BY f.xid, f.id",
            *values,
        )
        return _page(rows, place, most)


def _page(rows: Sequence[Row], place: Position, most: int) -> FeedPage:
    head = rows[0]
    found: list[Any] = [row for row in rows if row["id"] is not None]
    has_more = len(found) > most
    found = found[:most]
    reached = position_of(found[-1]) if has_more else Position(head["settled"], 0)
    return FeedPage(found, max(place, reached), has_more, head["held_back"])
