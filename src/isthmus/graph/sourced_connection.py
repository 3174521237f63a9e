"""Connections of records that come from sources: a page, and what each source gave to it."""

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeVar

import strawberry

from isthmus.graph import connection as own
from isthmus.graph.connection import AnyPage, Edge, GraphInfo, PageInfo, PageOfNodes
from isthmus.graph.references import SourceStateRef
from isthmus.graph.rows import SHAPES
from isthmus.query.pages import PageRequest, PageStatements
from isthmus.query.statements import Picks
from isthmus.query.vocabulary import Page

NodeType = TypeVar("NodeType")


class SourcedPage(AnyPage, Protocol):
    """What the fields of a connection of sourced records ask of their page."""

    def is_exact(self, info: GraphInfo) -> bool:
        """Tell whether all is counted."""
        ...

    async def sources(self, info: GraphInfo) -> list[Any]:
        """Say what each source asked gave to this page."""
        ...


def is_exact(self: Any, info: GraphInfo) -> bool:
    """Resolve `totalIsExact`."""
    return bool(self.page.is_exact(info))


def sources_of(self: Any, info: GraphInfo) -> Any:
    """Resolve `sources`."""
    return self.page.sources(info)


@strawberry.federation.type(
    description="A page of a list of records that come from sources.", directives=[own.FREE]
)
class Connection(Generic[NodeType]):
    """A page of records that come from sources."""

    page: strawberry.Private[SourcedPage]
    edges: list[Edge[NodeType]] = strawberry.field(resolver=own.edges_of, description=own.EDGES)
    nodes: list[NodeType] = strawberry.field(resolver=own.nodes_of, description=own.NODES)
    page_info: PageInfo = strawberry.field(resolver=own.page_info_of, description=own.PAGE_INFO)
    total_count: int | None = strawberry.field(resolver=own.total_of, description=own.TOTAL)
    total_is_exact: bool = strawberry.field(
        resolver=is_exact, description="Whether `totalCount` is exact."
    )
    sources: list[SourceStateRef] = strawberry.field(
        resolver=sources_of,
        description="One row for each source asked: what it gave, and how old that is.",
    )


def connection_of(plan: Page, request: PageRequest, owner: int | None) -> Any:
    """Give the connection of a request; a cursor that does not read is refused here."""
    PageStatements(plan, SHAPES[plan.type], request).rows(Picks("1"))
    page = PageOfNodes(plan, request, owner)
    return Connection(page=page) if plan.noun else own.Connection(page=page)
