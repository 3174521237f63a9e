"""A page of what was read whole, or of what is read row by row under consent.

A cursor holds the hub's own key, and nothing of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from isthmus.graph.connection import Edge, GraphInfo, PageInfo
from isthmus.query.cursors import decode_cursor, encode_cursor
from isthmus.query.pages import page_request

NODES = "people"
"""The order that a cursor of such a page belongs to: by key, newest first."""


class ListedPage:
    """One page: its items with their keys, and what lies beyond it."""

    def __init__(
        self,
        keys: Sequence[int],
        nodes: Sequence[Any],
        *,
        has_next: bool,
        has_previous: bool,
        total: int | None = None,
        is_exact: bool = True,
        sources: Callable[[GraphInfo], list[Any]] = lambda _: [],
    ) -> None:
        self._keys = keys
        self._nodes = nodes
        self._has_next = has_next
        self._has_previous = has_previous
        self._total = total
        self._is_exact = is_exact
        self._sources = sources

    def is_exact(self, info: GraphInfo) -> bool:
        """Tell whether all is counted."""
        del info
        return self._is_exact

    async def nodes(self, info: GraphInfo) -> list[Any]:
        """Give the page's nodes."""
        del info
        return list(self._nodes)

    async def edges(self, info: GraphInfo) -> list[Any]:
        """Give the page's nodes with their cursors."""
        del info
        pairs = zip(self._keys, self._nodes, strict=True)
        return [Edge(cursor=cursor_of(key), node=node) for key, node in pairs]

    async def page_info(self, info: GraphInfo) -> PageInfo:
        """Say where the page stands."""
        del info
        return PageInfo(
            has_next_page=self._has_next,
            has_previous_page=self._has_previous,
            start_cursor=cursor_of(self._keys[0]) if self._keys else None,
            end_cursor=cursor_of(self._keys[-1]) if self._keys else None,
        )

    async def total(self, info: GraphInfo) -> int | None:
        """Count the whole list; None where nobody can say cheaply."""
        del info
        return self._total

    async def sources(self, info: GraphInfo) -> list[Any]:
        """Say what each source asked gave."""
        return self._sources(info)


def cursor_of(key: int) -> str:
    """Give the cursor of an item."""
    return encode_cursor(NODES, key, key)


def asked_page(first: int | None, after: str | None) -> tuple[int, int | None]:
    """Check the arguments of a page; give its size, and the key it begins after."""
    size = page_request(first=first).size
    return size, decode_cursor(after, NODES, "bigint").key if after else None


def page_of_all(
    items: Sequence[Any],
    first: int | None,
    after: str | None,
    *,
    key: Callable[[Any], int],
    node: Callable[[Any], Any],
    **further: Any,
) -> ListedPage:
    """Cut a page out of the whole list, whose keys fall."""
    size, begin = asked_page(first, after)
    left = [item for item in items if begin is None or key(item) < begin]
    cut = left[:size]
    return ListedPage(
        [key(item) for item in cut],
        [node(item) for item in cut],
        has_next=len(left) > size,
        has_previous=begin is not None,
        total=len(items),
        **further,
    )


def page_read(
    rows: Sequence[Any],
    size: int,
    begin: int | None,
    *,
    key: Callable[[Any], int],
    node: Callable[[Any], Any],
) -> ListedPage:
    """Make a page of rows of which one more was read than it holds."""
    cut = rows[:size]
    return ListedPage(
        [key(row) for row in cut],
        [node(row) for row in cut],
        has_next=len(rows) > size,
        has_previous=begin is not None,
    )
