"""Changes: what became of a record or a source, and where that stands in the feed."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import enum_value

from isthmus.errors import ErrorCode, Refused
from isthmus.graph.connection import Connection, Edge, GraphInfo, PageInfo
from isthmus.graph.fields import column, computed
from isthmus.graph.node import Node
from isthmus.graph.rows import SHAPES, Entity, entity_of, from_rows
from isthmus.graph.scalars import Moment
from isthmus.query.cursors import decode_cursor, encode_cursor
from isthmus.query.ids import encode_id
from isthmus.query.pages import page_request
from isthmus.query.vocabulary import Shape
from isthmus.store.feed import Feed, FeedPage, Position, position_of

ORDER = "changes"
TYPES = {"SOURCE": "Source"}
"""The type of what changed, where it is no noun of a record."""


@strawberry.enum(description="What sort of thing changed.")
class ChangeType(Enum):
    """What sort of thing changed."""

    QUALIFICATION = enum_value("QUALIFICATION", description="A qualification.")
    LEARNING_OUTCOME = enum_value("LEARNING_OUTCOME", description="A learning outcome.")
    SKILL = enum_value("SKILL", description="A skill.")
    OCCUPATION = enum_value("OCCUPATION", description="An occupation.")
    VACANCY = enum_value("VACANCY", description="A vacancy.")
    ORGANIZATION = enum_value("ORGANIZATION", description="An organization.")
    FRAMEWORK = enum_value("FRAMEWORK", description="A framework, with its levels.")
    SOURCE = enum_value("SOURCE", description="A source, or how it is doing.")


@strawberry.enum(description="What became of it.")
class ChangeOp(Enum):
    """What became of it."""

    ADDED = enum_value("ADDED", description="It is new.")
    UPDATED = enum_value("UPDATED", description="It says something else than before.")
    REMOVED = enum_value("REMOVED", description="It is gone.")


ChangeTypes = Annotated[
    list[ChangeType] | None, strawberry.argument(description="Only changes of these sorts.")
]


def type_of(noun: str) -> str:
    """Name the type of what changed."""
    return TYPES.get(noun) or next(s.type for s in SHAPES.values() if s.noun == noun)


def id_of(noun: str, key: int) -> str:
    """Give the id that `node` takes of what changed."""
    return encode_id(SHAPES[type_of(noun)].prefix or "", key)


def cursor_of(xid: int, key: int) -> str:
    """Give the cursor of a change."""
    return encode_cursor(ORDER, xid, key)


@from_rows(
    Shape(
        "Change",
        "change",
        prefix="chg",
        of_sources=True,
        columns={"hub": "(SELECT g.hub FROM generation g)"},
    )
)
@strawberry.federation.type(description="One change of one record or source.", keys=["id"])
class Change(Entity, Node):
    """A change, over its row of the feed."""

    type: ChangeType = column("noun", "What sort of thing changed.")
    op: ChangeOp = column("op", "What became of it.")
    record_id: strawberry.ID = computed(
        ("noun", "entity_id"), id_of, "The id of what changed; of what is gone, the one it had."
    )
    at: Moment = column("at", "When the hub wrote it.")
    cursor: str = computed(("xid", "id"), cursor_of, "Its place in the feed, for `after`.")
    origin: str = column("hub", "The hub where the change began: a hub drops its own.")

    @strawberry.field(description="What changed, as it is now; null when it is gone.")
    async def node(self, info: GraphInfo) -> Node | None:
        """Read it as it is now."""
        name = type_of(self.row["noun"])
        row = await info.context.loaders.row(name, self.row["entity_id"])
        found: Node | None = None if row is None else entity_of(name, row)
        return found


async def place_of(feed: Feed, after: str | None) -> Position | None:
    """Read a cursor; raise CURSOR_INVALID where it is none, or the feed has gaps after it."""
    if not after:
        return None
    cursor = decode_cursor(after, ORDER, "bigint")
    place = Position(cursor.value, cursor.key)
    if min(place) < 0 or not await feed.is_whole_after(place):
        message = "The changes after this cursor are not all kept any more: read the lists anew."
        raise Refused(ErrorCode.CURSOR_INVALID, message)
    return place


def nouns_of(types: Any) -> list[str]:
    """Give the nouns asked for, or all that are public: changes of people are told to nobody."""
    return [found.value for found in types or ChangeType]


class ChangePage:
    """One page of the feed, in the shape a connection reads."""

    def __init__(self, page: FeedPage, after: str | None) -> None:
        self._page = page
        self._after = after or None

    async def nodes(self, _: GraphInfo) -> Sequence[Change]:
        """Give the changes."""
        return [entity_of("Change", row) for row in self._page.rows]

    async def edges(self, info: GraphInfo) -> Sequence[Edge[Change]]:
        """Give the changes with their cursors."""
        changes = await self.nodes(info)
        return [Edge(cursor=cursor_of(*position_of(change.row)), node=change) for change in changes]

    async def page_info(self, _: GraphInfo) -> PageInfo:
        """Say where the page stands; the end of an empty one is where it began."""
        rows = self._page.rows
        return PageInfo(
            has_next_page=self._page.has_more,
            has_previous_page=self._after is not None,
            start_cursor=cursor_of(*position_of(rows[0])) if rows else None,
            end_cursor=cursor_of(*position_of(rows[-1])) if rows else self._after,
        )

    async def total(self, _: GraphInfo) -> None:
        """Count nothing: the feed is long, and grows while it is counted."""


async def changes_after(
    info: GraphInfo, first: int | None, after: str | None, types: Any
) -> Connection[Change]:
    """Read one page of the feed."""
    size = page_request(first=first, after=after).size
    feed = info.context.loaders.feed
    place = await place_of(feed, after)
    page = await feed.read(place, size, nouns=nouns_of(types))
    made: Any = ChangePage(page, after)
    return Connection(page=made)
