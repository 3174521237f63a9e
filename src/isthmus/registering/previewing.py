"""The first page of every stream, read from where it really is, and what it comes to."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import orjson

from isthmus.connector import template
from isthmus.connector.authorizing import authority_of, without_secrets
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.page import Page
from isthmus.connector.part import Context
from isthmus.connector.pull import StreamReader
from isthmus.errors import SourceFault
from isthmus.model.run import Rejection
from isthmus.outbound import Outbound, SourceClient, Terms
from isthmus.trials.mapping import Mapper

SHOWN = 5
"""Accepted records that are shown of one stream."""
MOST_REJECTED = 50
TERMS = Terms(timeout=8.0, max_bytes=16 * 1024 * 1024, max_file_bytes=32 * 1024 * 1024, attempts=1)
"""A first look is short: somebody waits for it."""


@dataclass(slots=True)
class Preview:
    """What was read before anything is stored."""

    fetched: int = 0
    accepted: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    sample: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, mapper: Mapper) -> None:
        """Count what a stream came to."""
        came = mapper.result
        self.fetched += came.seen
        self.accepted += len(came.records)
        self.rejected += came.rejections[: max(0, MOST_REJECTED - len(self.rejected))]
        self.sample += [orjson.dumps(r).decode() for r in list(came.records.values())[:SHOWN]]


async def preview(
    connector: InstalledConnector,
    config: Mapping[str, Any],
    base_url: str | None,
    outbound: Outbound,
) -> Preview:
    """Read the first page of every stream; what cannot be read is among the faults."""
    manifest, found = connector.manifest, Preview()
    public = without_secrets(manifest, config)
    address = template.base_address(base_url or manifest.http.base_url or "", public)
    authority = authority_of(manifest, config)
    headers = manifest.http.headers
    with tempfile.TemporaryDirectory(prefix="isthmus-preview-") as work:
        async with outbound.client(manifest.id, address, TERMS, headers=headers) as client:
            context = Context(public, client.allowed_by(authority), Path(work))
            for stream in manifest.streams:
                try:
                    found.add(await _first_page(connector, stream, context))
                except SourceFault as fault:
                    found.faults.append(f"{stream}: {fault} [{fault.code}]")
    return found


async def _first_page(connector: InstalledConnector, stream: str, context: Context) -> Mapper:
    mapper = Mapper(connector, stream, context.config)
    reader = StreamReader(connector, stream, context, mapper.functions)
    pages: _Closable = reader.pages(None)  # type: ignore[assignment]
    async with aclosing(pages):
        async for page in pages:
            mapper.take(page.records, page.rejected)
            break
    return mapper


class _Closable(Protocol):
    """An iterator that can be left before its end."""

    def __aiter__(self) -> AsyncIterator[Page]: ...

    async def aclose(self) -> None:
        """End it."""
        ...


async def whole(
    connector: InstalledConnector, config: Mapping[str, Any], client: SourceClient, work: Path
) -> Preview:
    """Read every stream of a sample to its end."""
    found = Preview()
    for stream in connector.manifest.streams:
        mapper = Mapper(connector, stream, config)
        context = Context(config, client, work)
        async for page in StreamReader(connector, stream, context, mapper.functions).pages(None):
            mapper.take(page.records, page.rejected)
        found.add(mapper)
    return found
