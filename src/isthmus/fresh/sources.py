"""The live sources of public records: which there are by noun, and each ready to be asked.

The list is read anew only when how sources are set up or doing has changed, so that a query which
touches no live noun pays for a look-up in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from isthmus.connector.authorizing import authority_of, without_secrets
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.live_words import seconds_of
from isthmus.connector.manifest import Manifest, Stream
from isthmus.outbound import Outbound, SourceClient, Terms
from isthmus.store.database import Database
from isthmus.store.live_readings import public_live_sources
from isthmus.store.sources import StoredSource
from isthmus.store.traffic import source_client

PATIENCE = 0.5
"""The share of its deadline for which a question waits for its turn under a source's rate.

What is refused by then is told as such, rather than as late.
"""
MOST_BYTES = 16 * 1024 * 1024
"""Bytes of one answer, which is held whole; a larger list is one to be synced."""
GRACE = 0.5
TIMES = 2.0
"""How many deadlines a source has to answer; what comes after the first is for the next query."""

FindConnector = Callable[[str], Awaitable[InstalledConnector]]
OpenConfig = Callable[[StoredSource, InstalledConnector], Awaitable[StoredSource]]


@dataclass(frozen=True, slots=True)
class LiveSource:
    """One source that can be asked; its secrets are in `http` and nowhere else."""

    stored: StoredSource
    connector: InstalledConnector
    http: SourceClient
    default_deadline: float
    open: AsyncExitStack
    """Closes its client."""

    @property
    def streams(self) -> Mapping[str, Stream]:
        """The streams by name."""
        return self.connector.manifest.streams

    @property
    def whole_within(self) -> float:
        """Seconds for a whole answer: a call ends by itself before, so that its circuit learns."""
        terms = self.http.terms
        return terms.timeout + (terms.patience or 0.0) + GRACE

    def deadline(self, stream: str) -> float:
        """Give the seconds a query waits for a stream."""
        stated = self.streams[stream].deadline
        return self.default_deadline if stated is None else seconds_of(stated)


@dataclass(frozen=True, slots=True)
class Listed:
    """The live sources as they were at one generation."""

    by_noun: Mapping[str, tuple[StoredSource, ...]] = field(default_factory=dict)

    def of(self, nouns: Collection[str]) -> bool:
        """Tell whether one of them brings one of these nouns."""
        return not self.by_noun.keys().isdisjoint(nouns)


class LiveSources:
    """The live sources of one hub; a client lives until its source is set up anew."""

    def __init__(
        self,
        database: Database,
        outbound: Outbound,
        terms: Terms,
        find_connector: FindConnector,
        open_config: OpenConfig,
        *,
        deadline: float,
        generation: Callable[[], str | None],
    ) -> None:
        self._database = database
        self._outbound = outbound
        self._terms = terms
        self._find_connector = find_connector
        self._open_config = open_config
        self._deadline = deadline
        self._generation = generation
        self._listed = Listed()
        self._listed_at: str | None = None
        self._ready: dict[int, LiveSource] = {}
        self._retiring: set[asyncio.Task[None]] = set()
        self._lock = asyncio.Lock()

    async def close(self) -> None:
        """Close every client."""
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        while self._ready:
            _, held = self._ready.popitem()
            await held.open.aclose()

    def _retire(self, key: int) -> None:
        """Let go of a client when what is under way with it has ended."""
        held = self._ready.pop(key, None)
        if held is not None:
            task = asyncio.create_task(_close_later(held))
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)

    def known(self) -> Listed | None:
        """Give the list where it is known to be in force; None where it must be read."""
        generation = self._generation()
        return self._listed if generation is not None and generation == self._listed_at else None

    async def listed(self) -> Listed:
        """Give the list, read anew where it may have changed."""
        known = self.known()
        if known is not None:
            return known
        async with self._lock:
            known, generation = self.known(), self._generation()
            if known is not None:
                return known
            live = await public_live_sources(self._database)
            for key in self._ready.keys() - {source.id for source in live}:
                self._retire(key)
            by_noun: dict[str, list[StoredSource]] = {}
            for source in live:
                for noun in source.produces:
                    by_noun.setdefault(noun, []).append(source)
            self._listed = Listed({noun: tuple(found) for noun, found in by_noun.items()})
            self._listed_at = generation
            return self._listed

    def held(self, source: StoredSource) -> LiveSource | None:
        """Give a source where it is ready as it is set up now."""
        held = self._ready.get(source.id)
        is_same = held is not None and (
            held.stored is source or _setup(held.stored) == _setup(source)
        )
        return held if is_same else None

    async def ready(self, source: StoredSource) -> LiveSource:
        """Give a source ready to be asked; raise where its connector or config is faulty."""
        async with self._lock:
            held = self.held(source)
            if held is None:
                self._retire(source.id)
                held = self._ready[source.id] = await self._make(source)
            return held

    async def _make(self, source: StoredSource) -> LiveSource:
        connector = await self._find_connector(source.connector)
        manifest = connector.manifest
        opened = await self._open_config(source, connector)
        connector.check_config(opened.config)
        terms = self._terms_of(manifest)
        http = source_client(self._database, self._outbound, opened, manifest.http, terms)
        opening = AsyncExitStack()
        await opening.enter_async_context(http)
        http = http.allowed_by(authority_of(manifest, opened.config))
        return LiveSource(source, connector, http, self._deadline, opening)

    def _terms_of(self, manifest: Manifest) -> Terms:
        stated = [s.deadline for s in manifest.streams.values()]
        deadlines = [self._deadline if one is None else seconds_of(one) for one in stated]
        # a query waits: a second try is the next one's to make
        return replace(
            self._terms,
            timeout=TIMES * max(deadlines),
            max_bytes=min(self._terms.max_bytes, MOST_BYTES),
            max_file_bytes=min(self._terms.max_file_bytes, MOST_BYTES),
            attempts=1,
            patience=PATIENCE * min(deadlines),
        ).at_rate(manifest.http.rate)


async def _close_later(source: LiveSource) -> None:
    try:
        await asyncio.sleep(source.whole_within)
    finally:
        await source.open.aclose()


def open_to_expressions(source: LiveSource) -> StoredSource:
    """Give a source with what of its config an expression may see."""
    config = without_secrets(source.connector.manifest, source.stored.config)
    return replace(source.stored, config=config)


def must_forget(source: StoredSource) -> bool:
    """Tell whether the licence of a source forbids that its records are kept."""
    return source.is_live and not source.redistributable


def _setup(source: StoredSource) -> tuple[Any, ...]:
    where = source.connector, source.connector_version, source.config, source.base_url
    return *where, source.mode, source.redistributable
