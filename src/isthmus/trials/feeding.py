"""The kit over a feed: what it tells about itself, its first pages, and every fault before them."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import orjson

from isthmus.connector import feed
from isthmus.connector.authorizing import authority_of
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.kit.replies import Reply
from isthmus.connector.kit.samples import Answers
from isthmus.connector.kit.verdicts import Report, Verdict
from isthmus.connector.manifest import Manifest
from isthmus.connector.part import Context
from isthmus.errors import SourceFault
from isthmus.outbound import Outbound, SourceClient, Terms
from isthmus.trials.faulting import fault_stage
from isthmus.trials.mapping import Mapper
from isthmus.trials.trial import OpenDatabase, faults_of, ground_of

TERMS = Terms(timeout=8.0, max_bytes=16 * 1024 * 1024, attempts=1)
MOST_RECORDS = 200
"""Of a page that is put before the faults: more would show nothing else."""
SAID = 5


@dataclass(frozen=True, slots=True)
class Recorded:
    """The first page of each stream, in the place of a sample."""

    records: Mapping[str, Mapping[str, Any]]
    pages: Mapping[str, bytes]
    config: dict[str, Any] = field(default_factory=dict)
    situation: str = "first-pages"
    name: str = "the first pages"

    def expected(self) -> dict[str, Any]:
        """Give what the pages came to."""
        return {"streams": {name: {"records": held} for name, held in self.records.items()}}

    def answers(self) -> Answers:
        """Give the pages as the feed's answers."""
        kind = {"content-type": "application/x-ndjson"}
        return {
            f"/{feed.ROOT}/streams/{name}": Reply(body, headers=kind)
            for name, body in self.pages.items()
        }


async def fetch_manifest(address: str, outbound: Outbound) -> str:
    """Ask a feed what it is; raise `SourceFault`."""
    async with outbound.client("feed", address, TERMS) as client:
        return (await client.get(f"{feed.ROOT}/{feed.FILE}")).text()


async def try_feed(
    connector: InstalledConnector,
    config: Mapping[str, Any],
    outbound: Outbound,
    database: OpenDatabase,
    *,
    is_short: bool = False,
) -> Report:
    """Run every stage over a feed; its answers are asked for once, and then put before faults."""
    manifest = connector.manifest
    report = Report(manifest.id, manifest, is_short=is_short)
    report.judge("static", "manifest", [], f"{len(manifest.streams)} streams")
    address = manifest.http.base_url or ""
    async with outbound.client("feed", address, TERMS) as client:
        report.judge("static", "health", await _health(client), "answers that it is well")
        if manifest.secrets - config.keys():
            said = "its records need a token, which comes with a source"
            report.add("replay", "all", Verdict.SKIPPED, said)
            return report
        http = client.allowed_by(authority_of(manifest, config))
        recorded = await _recorded(connector, http, report)
    if manifest.secrets:  # what is put before the faults needs no token, and is given none
        connector = replace(connector, manifest=_open(manifest))
    if recorded.records and report.ok:
        async with database() as opened, ground_of(connector, opened) as ground:
            samples: Any = [recorded]
            await fault_stage(ground, samples, faults_of(is_short=is_short), report)
    return report


def _open(manifest: Manifest) -> Manifest:
    """Give a manifest that asks for no token."""
    http = msgspec.structs.replace(manifest.http, auth="none")
    return msgspec.structs.replace(manifest, http=http, config={})


async def _health(client: SourceClient) -> list[str]:
    try:
        await client.get(f"{feed.ROOT}/health")
    except SourceFault as fault:
        return [f"{feed.ROOT}/health: {fault} [{fault.code}]"]
    return []


async def _recorded(
    connector: InstalledConnector, client: SourceClient, report: Report
) -> Recorded:
    records: dict[str, dict[str, Any]] = {}
    pages: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory(prefix="isthmus-feed-") as work:
        context = Context({}, client, Path(work))
        for stream in connector.manifest.streams:
            said, mapper, body = await _one(connector, stream, context)
            good = f"{len(mapper.result.records)} of {mapper.result.seen} records read"
            report.judge("replay", stream, said, good)
            if mapper.result.records:
                records[stream] = mapper.result.records
                pages[stream] = body
    return Recorded(records, pages)


async def _one(
    connector: InstalledConnector, stream: str, context: Context
) -> tuple[list[str], Mapper, bytes]:
    """Read a stream's first page twice: it must be the same, and records of it must read.

    A record that does not is no fault of the feed's: it is rejected whenever it comes.
    """
    mapper, again = Mapper(connector, stream, context.config), Mapper(connector, stream)
    path = f"{feed.ROOT}/streams/{stream}"
    try:
        for one in (mapper, again):
            body = (await context.http.get(path)).body
            page = feed.page_of(body)
            one.take(page.records, page.rejected)
    except SourceFault as fault:
        return [f"streams/{stream}: {fault} [{fault.code}]"], mapper, b""
    came = mapper.result
    rejected = [f"{r.source_key}: {r.message} [{r.reason}]" for r in came.rejections[:SAID]]
    said = rejected if rejected and not came.records else []
    if mapper.result.records != again.result.records:
        said.append("the same page came with other records a moment later")
    return said, mapper, _alone(body, came.records)


def _alone(body: bytes, read: Collection[str]) -> bytes:
    """Make a first page into a whole list of what reads, short enough to be spoilt in every way."""
    *lines, _ = [line for line in body.split(b"\n") if line.strip()]
    lines = [line for line in lines if _key_of(line) in read]
    return b"\n".join([*lines[:MOST_RECORDS], b'{"end":{"complete":true}}', b""])


def _key_of(line: bytes) -> str | None:
    try:
        held = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return str(held.get("id")) if isinstance(held, dict) else None
