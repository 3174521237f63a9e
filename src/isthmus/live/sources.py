"""Live sources ready to be asked: each with its connector, config, and client behind its gate."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from isthmus.connector import template
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.live_words import seconds_of
from isthmus.connector.manifest import Stream
from isthmus.errors import IsthmusError
from isthmus.live.endpoints import EndpointFinder
from isthmus.outbound import Outbound, SourceClient, Terms
from isthmus.store import sources
from isthmus.store.people.vault import Vault
from isthmus.store.source_secrets import SECRET, open_config
from isthmus.store.sources import StoredSource
from isthmus.store.traffic import SharedGate

DEADLINE = 5.0
"""Seconds for a stream that does not name its own."""
MOST_BYTES = 10 * 1024 * 1024
PATIENCE = 1.0

log = logging.getLogger(__name__)

FindConnector = Callable[[str], InstalledConnector]


@dataclass(frozen=True, slots=True)
class LiveSource:
    """One source that learners link."""

    stored: StoredSource
    connector: InstalledConnector
    config: Mapping[str, Any] = field(repr=False)
    http: SourceClient
    endpoints: EndpointFinder

    @property
    def id(self) -> int:
        """The source's key."""
        return self.stored.id

    @property
    def streams(self) -> Mapping[str, Stream]:
        """The streams by name."""
        return self.connector.manifest.streams

    @property
    def deadline(self) -> float:
        """Seconds for all its streams, which are read at once."""
        stated = (stream.deadline for stream in self.streams.values())
        return max(DEADLINE if each is None else seconds_of(each) for each in stated)


class LiveSources:
    """The live sources of one hub; a client lives until its source is configured anew."""

    def __init__(self, vault: Vault, outbound: Outbound, find_connector: FindConnector) -> None:
        self._vault = vault
        self._outbound = outbound
        self._find_connector = find_connector
        self._ready: dict[int, LiveSource] = {}
        self._lock = asyncio.Lock()
        self._open = AsyncExitStack()

    async def close(self) -> None:
        """Close every client."""
        self._ready.clear()
        await self._open.aclose()

    async def find(self, ids: Iterable[int]) -> dict[int, LiveSource]:
        """Give those of the sources that can be asked: live, not paused, their connector here."""
        stored = await sources.find_sources(self._vault.database, sorted(set(ids)))
        found = {}
        for id_, source in stored.items():
            if source.mode == "LIVE" and not source.paused:
                try:
                    found[id_] = await self._made(source)
                except IsthmusError as error:  # the operator's to mend: the others can be asked
                    log.error("the live source %s cannot be asked: %s", source.name, error.code)  # noqa: TRY400
        return found

    async def _made(self, source: StoredSource) -> LiveSource:
        async with self._lock:
            held = self._ready.get(source.id)
            if held is None or _setup(held.stored) != _setup(source):
                held = self._ready[source.id] = await self._make(source)
            return held

    async def _make(self, source: StoredSource) -> LiveSource:
        connector = self._find_connector(source.connector)
        manifest = connector.manifest
        config = open_config(await self._vault.hub_secret(SECRET), source.name, source.config)
        address = source.base_url or template.base_address(manifest.http.base_url or "", config)
        terms = Terms(
            timeout=DEADLINE,
            max_bytes=MOST_BYTES,
            attempts=1,  # a learner waits: a second try is theirs to make
            patience=PATIENCE,
            private=True,
        ).at_rate(manifest.http.rate)
        # hosted at whatever address a learner names, one that is down says nothing of the others
        has_host = bool(urlsplit(address).netloc)
        database = self._vault.database
        gate = SharedGate(database, source.id, source.name, terms, breaks=has_host)
        http = self._outbound.client(
            source.name,
            address,
            terms,
            headers=manifest.http.headers,
            gate=gate,
        )
        await self._open.enter_async_context(http)
        finder = EndpointFinder(self._vault, source.id, manifest.auth.oauth2, config, http)
        return LiveSource(source, connector, config, http, finder)


def _setup(source: StoredSource) -> tuple[Any, ...]:
    return source.connector, source.connector_version, source.config, source.base_url
