"""The first page of every stream, read from where it really is, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from isthmus.connector.installed import InstalledConnector
from isthmus.errors import SourceFault
from isthmus.model.run import Rejection
from isthmus.outbound import Outbound, SourceClient, Terms
from isthmus.trials.mapping import Mapped, reading
from isthmus.trials.visiting import first_pages

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

    def add(self, came: Mapped) -> None:
        """Count what a stream came to."""
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
    found = Preview()
    async for stream, came, _ in first_pages(connector, config, base_url, outbound, TERMS):
        if isinstance(came, SourceFault):
            found.faults.append(f"{stream}: {came} [{came.code}]")
        else:
            found.add(came)
    return found


async def whole(
    connector: InstalledConnector, config: Mapping[str, Any], client: SourceClient, work: Path
) -> Preview:
    """Read every stream of a sample to its end."""
    found, read = Preview(), reading(client, work)
    for stream in connector.manifest.streams:
        found.add(await read(connector, stream, config))
    return found
