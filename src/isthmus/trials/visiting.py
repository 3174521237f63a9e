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
from isthmus.outbound import Outbound, SourceClient, Terms
from isthmus.trials.mapping import Mapper


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
    public = without_secrets(manifest, config)
    address = template.base_address(base_url or manifest.http.base_url or "", public)
    with tempfile.TemporaryDirectory(prefix="isthmus-visit-") as work:
        headers = manifest.http.headers
        async with outbound.client(manifest.id, address, terms, headers=headers) as client:
            http = client.allowed_by(authority_of(manifest, config))
            for stream in manifest.streams:
                yield await _first_page(connector, stream, public, http, Path(work))


async def _first_page(
    connector: InstalledConnector,
    stream: str,
    config: Mapping[str, Any],
    client: SourceClient,
    work: Path,
) -> tuple[bool, str]:
    mapper = Mapper(connector, stream, config)
    reader = StreamReader(connector, stream, Context(config, client, work), mapper.functions)
    has_more = False
    try:
        async with aclosing(reader.pages(None)) as pages:  # type: ignore[type-var]
            async for page in pages:
                mapper.take(page.records, page.rejected)
                has_more = page.cursor is not None
                break
    except SourceFault as fault:
        return False, f"{stream}: {fault} [{fault.code}]"
    came = mapper.result
    said = [f"{came.seen} records on the first page, {len(came.records)} read"]
    said += [f"{len(came.rejections)} rejected"] if came.rejections else []
    said += ["there are more pages" if has_more else "there is no other page"]
    lines = [f"{stream}: {', '.join(said)}"]
    lines += [f"  {r.source_key}: {r.message} [{r.reason}]" for r in came.rejections[:5]]
    lines += [f"  drift: {line}" for line in came.drift[:5]]
    return bool(came.records) or not came.seen, "\n".join(lines)
