"""The page of connectors: who asks decides which there are, so that no plan can be compiled."""

from __future__ import annotations

from typing import Any

from isthmus.graph.connection import Connection, GraphInfo
from isthmus.graph.listed_page import ListedPage, asked_page
from isthmus.graph.rows import entity_of
from isthmus.registering.applicant import Applicant
from isthmus.store.connectors import list_connectors


async def connectors_page(info: GraphInfo, first: int | None, after: str | None) -> Any:
    """Give one page."""
    size, begin = asked_page(first, after)
    applicant = Applicant.of(info.context.viewer)
    database = info.context.loaders.database
    keys, total = await list_connectors(
        database, body=applicant.body, sees_all=applicant.sees_all, after=begin, most=size + 1
    )
    rows = await info.context.loaders.fresh("Connector", keys[:size])
    cut = [key for key in keys[:size] if key in rows]
    page: Any = ListedPage(
        cut,
        [entity_of("Connector", rows[key]) for key in cut],
        has_next=len(keys) > size,
        has_previous=begin is not None,
        total=total,
    )
    return Connection(page=page)
