"""The one loader: many keys at once, for one request.

graphql-core cancels the siblings of a field that fails, and a loader hands one future to all
who wait for the same key; so a plain future would carry one row's failure to all others. The
futures here cannot be cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from aiodataloader import DataLoader

from isthmus.query.pages import PageRequest
from isthmus.query.reading import Reader, RowPage
from isthmus.query.vocabulary import Many, Page, Whole
from isthmus.store.database import Database, Row
from isthmus.store.feed import Feed

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
BATCH_SECONDS = 20.0


class SharedFuture(asyncio.Future[Any]):
    """A future that several fields wait for: one's cancellation must not reach the others."""

    def cancel(self, msg: Any | None = None) -> bool:
        """Refuse."""
        del msg
        return False


class HubLoader(DataLoader[K, V]):
    """aiodataloader's loader, safe against cancelled siblings, each batch with a deadline."""

    def __init__(self, fetch: Callable[[list[K]], Awaitable[Sequence[V]]]) -> None:
        async def batch(keys: list[K]) -> Sequence[V]:
            async with asyncio.timeout(BATCH_SECONDS):
                return await fetch(keys)

        super().__init__(batch_load_fn=batch)  # type: ignore[arg-type]  # any sequence will do

    def load(self, key: Any = None) -> asyncio.Future[V]:
        """Give the future of a key, shared by all who ask for it in this request."""
        cache_key = self.get_cache_key(key)
        future = self._cache.get(cache_key)
        if future is None:
            future = self._cache[cache_key] = SharedFuture(loop=self.loop)
            self.do_resolve_reject(key, future)
        return future


class Loaders:
    """The loaders of one request, one for each kind of thing asked."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._made: dict[Hashable, HubLoader[Any, Any]] = {}

    @property
    def feed(self) -> Feed:
        """The feed of changes, which is read page by page and never in batches."""
        return Feed(self._reader.database)

    @property
    def database(self) -> Database:
        """The database, for what is not read by a plan."""
        return self._reader.database

    async def fresh(self, type_name: str, keys: list[int]) -> Mapping[int, Row]:
        """Read rows as they are now, after something was done to them."""
        return await self._reader.rows(type_name, keys)

    async def row(self, type_name: str, key: int) -> Row | None:
        """Load one row by key."""

        async def fetch(keys: list[int]) -> list[Row | None]:
            found = await self._reader.rows(type_name, keys)
            return [found.get(k) for k in keys]

        row: Row | None = await self._loader(("row", type_name), fetch).load(key)
        return row

    async def key_of_uri(self, type_name: str, uri: str) -> int | None:
        """Load the key of the row that a URI names."""

        async def fetch(uris: list[str]) -> list[int | None]:
            found = await self._reader.keys_by_uri(type_name, uris)
            return [found.get(u) for u in uris]

        key: int | None = await self._loader(("uri", type_name), fetch).load(uri)
        return key

    async def by_key(self, type_name: str, key: tuple[str, Any]) -> Row | None:
        """Load one row by id, URI or identifier."""
        return await self._reader.row_by_key(type_name, key)

    async def whole(self, plan: Whole, arguments: Mapping[str, Any]) -> Sequence[Row]:
        """Load every row of a short table."""
        return await self._reader.whole(plan, arguments)

    async def children(self, plan: Many, owner: int) -> Sequence[Row]:
        """Load the rows of a short list."""

        async def fetch(owners: list[int]) -> list[Sequence[Row]]:
            found = await self._reader.children(plan, owners)
            return [found.get(k, []) for k in owners]

        rows: Sequence[Row] = await self._loader(("many", id(plan)), fetch).load(owner)
        return rows

    async def page(self, plan: Page, request: PageRequest, owner: int | None) -> RowPage:
        """Load one page of a connection."""

        async def fetch(owners: list[int | None]) -> list[RowPage]:
            found = await self._reader.pages(plan, request, _owners(owners))
            return [found[k] for k in owners]

        page: RowPage = await self._loader(("page", id(plan), request), fetch).load(owner)
        return page

    async def count(self, plan: Page, request: PageRequest, owner: int | None) -> int:
        """Load how many rows a connection has."""

        async def fetch(owners: list[int | None]) -> list[int]:
            found = await self._reader.counts(plan, request, _owners(owners))
            return [found.get(k, 0) for k in owners]

        count: int = await self._loader(("count", id(plan), request), fetch).load(owner)
        return count

    async def sources(self, noun: str) -> Sequence[Row]:
        """Load how the sources of a noun are doing at this moment."""

        async def fetch(nouns: list[str]) -> list[Sequence[Row]]:
            return [await self._reader.sources(n) for n in nouns]

        rows: Sequence[Row] = await self._loader(("sources",), fetch).load(noun)
        return rows

    def _loader(
        self, key: Hashable, fetch: Callable[[list[Any]], Awaitable[Sequence[Any]]]
    ) -> HubLoader[Any, Any]:
        if key not in self._made:
            self._made[key] = HubLoader(fetch)
        return self._made[key]


def _owners(keys: Sequence[int | None]) -> list[int] | None:
    """Give the owners' keys; a list of all has none."""
    return None if keys == [None] else [k for k in keys if k is not None]
