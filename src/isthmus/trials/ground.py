"""The ground a connector is tried on: an upstream, a database, and sources that are read."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isthmus.connector.installed import InstalledConnector
from isthmus.connector.kit.calling import SaidBack
from isthmus.connector.kit.samples import Answers, Sample, reply_of
from isthmus.connector.kit.upstream import Answer, Upstream
from isthmus.outbound import Outbound, SourceClient, Terms
from isthmus.skills import Linker
from isthmus.store import source_setup, sources, traffic
from isthmus.store.database import Database
from isthmus.store.sources import StoredSource
from isthmus.sync import Limits, SourceReport, Syncer
from isthmus.trials.calling_back import Callers

MOST_BYTES = 8 * 1024 * 1024
"""Of one answer: a sample is small, and a fault without end should end soon."""
PATIENCE = 10.0

Held = dict[tuple[str, str], bytes]
_numbers = itertools.count(1)


def terms(patience: float = PATIENCE, attempts: int = 1) -> Terms:
    """Give the limits of a trial's calls."""
    return Terms(
        timeout=patience, max_bytes=MOST_BYTES, max_file_bytes=MOST_BYTES, attempts=attempts
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything one connector's trials need."""

    connector: InstalledConnector
    upstream: Upstream
    database: Database
    work: Path
    callers: Callers | None = None

    @property
    def outbound(self) -> Outbound:
        """The guarded way out: to the upstream, and to nothing else that is private."""
        return Outbound(doors=[self.upstream.door])

    def serve(self, answers: Answers) -> None:
        """Let the upstream answer as it should."""
        self.answer(lambda asked: reply_of(answers, asked))

    def answer(self, answer: Answer) -> None:
        """Let the upstream answer so; who calls back does it afterwards."""
        self.upstream.answer = answer if self.callers is None else self.callers.calling(answer)

    def config_of(self, sample: Sample) -> dict[str, Any]:
        """Give the config of a source that a sample is of."""
        self.connector.check_config(sample.config)
        if self.callers is None:
            return sample.config
        said = [
            SaidBack(path, one.get("when", "`true`"), one["json"])
            for path, one in sample.said_back()
        ]
        return self.callers.config_of(sample.config, said)

    @asynccontextmanager
    async def client(
        self, patience: float = PATIENCE, attempts: int = 1
    ) -> AsyncIterator[SourceClient]:
        """Open the client of the upstream."""
        headers = self.connector.manifest.http.headers
        chosen = terms(patience, attempts)
        url = self.upstream.url
        async with self.outbound.client("trial", url, chosen, headers=headers) as client:
            yield client

    async def add(
        self, config: dict[str, Any], sealed: Callable[[str], dict[str, Any]] | None = None
    ) -> StoredSource:
        """Add a source that stands at the upstream; `sealed` gives its config as it is stored."""
        manifest = self.connector.manifest
        self.connector.check_config(config)
        name = f"trial-{next(_numbers)}"
        return await source_setup.add_source(
            self.database,
            name=name,
            connector=manifest.id,
            connector_version=manifest.version,
            produces=[],
            config=config if sealed is None else sealed(name),
            base_url=self.upstream.url,
            mode=manifest.mode.value,
            every_seconds=None,
            licence=manifest.licence,
            attribution=manifest.attribution,
            redistributable=manifest.redistributable,
        )

    async def sync(
        self, source: StoredSource, *, patience: float = PATIENCE, attempts: int = 1
    ) -> SourceReport:
        """Read a source once, as the hub does when it is due again.

        What it was asked before to wait for is over: a trial does not wait the hour.
        """
        await traffic.forget(self.database, source.id)
        limits = Limits(terms(patience, attempts))
        address = self.upstream.url
        syncer = Syncer(
            self.database, self.outbound, _unlinked, limits, work=self.work, address=address
        )
        if self.callers is None:
            return await syncer.sync(source, self.connector)
        self.callers.desk(source.name, source.config, address)
        report = await syncer.sync(source, self.connector)
        await self.callers.settled()
        return report

    async def held(self, source: StoredSource) -> Held:
        """Give what the store holds of a source."""
        return await sources.held_records(self.database, source.id)


async def _unlinked() -> Linker:
    return Linker(())
