"""One look at the real service: the first page of every stream, and what it comes to."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

from isthmus.connector import template
from isthmus.connector.authorizing import authority_of, without_secrets
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.part import Context
from isthmus.connector.pull import StreamReader
from isthmus.errors import Misconfigured, SourceFault
from isthmus.outbound import Outbound, Terms
from isthmus.trials.mapping import Mapped, Mapper


async def visit(
    connector: InstalledConnector,
    config: Mapping[str, Any],
    base_url: str | None,
    outbound: Outbound,
    terms: Terms,
) -> AsyncIterator[tuple[bool, str]]:
    """Yield for every stream whether it reads, and what came."""
    manifest = connector.manifest
    if manifest.personal:
        message = f"{manifest.id} is asked for learners who consent, and by no test."
        raise Misconfigured("CONNECTOR_LIVE", message)
    async for stream, came, has_more in first_pages(connector, config, base_url, outbound, terms):
        if isinstance(came, SourceFault):
            yield False, f"{stream}: {came} [{came.code}]"
        else:
            yield bool(came.records) or not came.seen, _told(stream, came, has_more=has_more)


async def first_pages(
    connector: InstalledConnector,
    config: Mapping[str, Any],
    base_url: str | None,
    outbound: Outbound,
    terms: Terms,
) -> AsyncIterator[tuple[str, Mapped | SourceFault, bool]]:
    """Yield for every stream what its first page comes to, or its fault, and if there is more.

    `config` has its secrets in the clear; no expression sees them.
    """
    manifest = connector.manifest
    public = without_secrets(manifest, config)
    address = template.base_address(base_url or manifest.http.base_url or "", public)
    with tempfile.TemporaryDirectory(prefix="isthmus-visit-") as work:
        headers = manifest.http.headers
        async with outbound.client(manifest.id, address, terms, headers=headers) as client:
            http = client.allowed_by(authority_of(manifest, config))
            context = Context(public, http, Path(work))
            for stream in manifest.streams:
                try:
                    yield stream, *await _first_page(connector, stream, context)
                except SourceFault as fault:
                    yield stream, fault, False


async def _first_page(
    connector: InstalledConnector, stream: str, context: Context
) -> tuple[Mapped, bool]:
    mapper = Mapper(connector, stream, context.config)
    reader = StreamReader(connector, stream, context, mapper.functions)
    has_more = False
    async with aclosing(reader.pages(None)) as pages:  # type: ignore[type-var]
        async for page in pages:
            mapper.take(page.records, page.rejected)
            has_more = page.cursor is not None
            break
    return mapper.result, has_more


def _told(stream: str, came: Mapped, *, has_more: bool) -> str:
    said = [f"{came.seen} records on the first page, {len(came.records)} read"]
    said += [f"{len(came.rejections)} rejected"] if came.rejections else []
    said += ["there are more pages" if has_more else "there is no other page"]
    lines = [f"{stream}: {', '.join(said)}"]
    lines += [f"  {r.source_key}: {r.message} [{r.reason}]" for r in came.rejections[:5]]
    lines += [f"  drift: {line}" for line in came.drift[:5]]
    return "\n".join(lines)
