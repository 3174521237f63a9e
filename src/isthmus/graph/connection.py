"""Connections: pages of nodes, by cursors that hold sort keys.

The class here is for the hub's own records; `sourced_connection` has the one for records that
come from sources. Both are named `Connection` and their parameter `NodeType`, so that
Strawberry prints `SkillConnection` and not the name of a class.
"""

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeVar

import strawberry
from strawberry.federation.schema_directives import Cost
from strawberry.types import Info

from isthmus.graph.context import RequestContext
from isthmus.graph.rows import entity_of
from isthmus.model.asked import is_all
from isthmus.query.ids import key_of
from isthmus.query.pages import PageRequest
from isthmus.query.reading import RowPage
from isthmus.query.vocabulary import Page

NodeType = TypeVar("NodeType")
FREE = Cost(weight=0)
"""What an object costs that is no row of the store."""
GraphInfo = Info[RequestContext, None]


@strawberry.federation.type(
    description="Where a page stands in its list.", shareable=True, directives=[FREE]
)
class PageInfo:
    """Whether there is more, and the cursors at both ends."""

    has_next_page: bool = strawberry.field(description="Whether more follows.")
    has_previous_page: bool = strawberry.field(description="Whether more comes before.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first node.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last node.")


@strawberry.federation.type(description="A node in a page, with its cursor.", directives=[FREE])
class Edge(Generic[NodeType]):
    """A node and its place in the list."""

    cursor: str = strawberry.field(description="The place of the node in the list.")
    node: NodeType = strawberry.field(description="The node.")


class AnyPage(Protocol):
    """What the fields of a connection ask of their page."""

    async def nodes(self, info: GraphInfo) -> list[Any]:
        """Give the page's nodes."""
        ...

    async def edges(self, info: GraphInfo) -> list[Any]:
        """Give the page's nodes with their cursors."""
        ...

    async def page_info(self, info: GraphInfo) -> PageInfo:
        """Say where the page stands."""
        ...

    async def total(self, info: GraphInfo) -> int | None:
        """Count the whole list; None where nobody can say cheaply."""
        ...


class PageOfNodes:
    """One page as its fields need it: read once, when the first of them asks."""

    def __init__(self, plan: Page, request: PageRequest, owner: int | None) -> None:
        self.plan = plan
        self.request = request
        self.owner = owner

    async def rows(self, info: GraphInfo) -> RowPage:
        """Give the page's rows."""
        return await info.context.loaders.page(self.plan, self.request, self.owner)

    async def nodes(self, info: GraphInfo) -> list[Any]:
        """Give the page's nodes."""
        name = self.plan.type
        return [entity_of(name, row) for row in (await self.rows(info)).rows]

    async def edges(self, info: GraphInfo) -> list[Any]:
        """Give the page's nodes with their cursors."""
        page, name = await self.rows(info), self.plan.type
        return [Edge(cursor=page.cursor(row), node=entity_of(name, row)) for row in page.rows]

    async def page_info(self, info: GraphInfo) -> PageInfo:
        """Say where the page stands."""
        page = await self.rows(info)
        return PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursor(page.rows[0]) if page.rows else None,
            end_cursor=page.cursor(page.rows[-1]) if page.rows else None,
        )

    async def total(self, info: GraphInfo) -> int:
        """Count the whole list."""
        return await info.context.loaders.count(self.plan, self.request, self.owner)

    def is_exact(self, info: GraphInfo) -> bool:
        """Tell whether all is counted: what is stored is, and what live sources gave whole."""
        return is_all(info.context.told, self.plan.noun or "")

    async def sources(self, info: GraphInfo) -> list[Any]:
        """Say what each source asked gave to this page."""
        found = await info.context.loaders.sources(self.plan.noun or "")
        wanted = self.request.value("source")
        asked = None if wanted is None else {key_of(text, "src") for text in wanted}
        given: dict[int, int] = {}
        for row in (await self.rows(info)).rows:
            given[row["source_id"]] = given.get(row["source_id"], 0) + 1
        return [
            entity_of("SourceState", {**source, "returned": given.get(source["id"], 0)})
            for source in found
            if asked is None or source["id"] in asked
        ]


def edges_of(self: Any, info: GraphInfo) -> Any:
    """Resolve `edges`."""
    return self.page.edges(info)


def nodes_of(self: Any, info: GraphInfo) -> Any:
    """Resolve `nodes`."""
    return self.page.nodes(info)


def page_info_of(self: Any, info: GraphInfo) -> Any:
    """Resolve `pageInfo`."""
    return self.page.page_info(info)


def total_of(self: Any, info: GraphInfo) -> Any:
    """Resolve `totalCount`."""
    return self.page.total(info)


EDGES = "The nodes of this page with their cursors."
NODES = "The nodes of this page."
PAGE_INFO = "Where this page stands in the list."
TOTAL = "How many there are in all, whatever the page; null when nobody can say cheaply."


@strawberry.federation.type(
    description="A page of a list of the hub's own records.", directives=[FREE]
)
class Connection(Generic[NodeType]):
    """A page of the hub's own records."""

    page: strawberry.Private[AnyPage]
    edges: list[Edge[NodeType]] = strawberry.field(resolver=edges_of, description=EDGES)
    nodes: list[NodeType] = strawberry.field(resolver=nodes_of, description=NODES)
    page_info: PageInfo = strawberry.field(resolver=page_info_of, description=PAGE_INFO)
    total_count: int | None = strawberry.field(resolver=total_of, description=TOTAL)
