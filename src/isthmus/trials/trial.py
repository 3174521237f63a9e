"""All stages of one connector, in order; a stage that fails stops those that rest on it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import msgspec

from isthmus.connector.installed import InstalledConnector
from isthmus.connector.kit.faults import Fault
from isthmus.connector.kit.samples import samples_of
from isthmus.connector.kit.spoiling import ALL_FAULTS, SHORT
from isthmus.connector.kit.static import static_stage
from isthmus.connector.kit.upstream import Upstream
from isthmus.connector.kit.verdicts import Report
from isthmus.store.database import Database
from isthmus.trials.calling_back import callers_of
from isthmus.trials.consenting import consent_stage
from isthmus.trials.faulting import call_fault_stage, fault_stage
from isthmus.trials.ground import Ground
from isthmus.trials.living import live_faults, live_replay
from isthmus.trials.replaying import replay_stage

OpenDatabase = Callable[[], AbstractAsyncContextManager[Database]]


async def try_connector(
    folder: Path,
    database: OpenDatabase,
    *,
    is_short: bool = False,
    is_data: bool = False,
    allow_private: bool = False,
) -> Report:
    """Run every stage over a connector's folder; the database is opened when first needed.

    `is_data` and `allow_private` are those of the static stage.
    """
    report = Report(folder.name, is_short=is_short)
    connector = static_stage(folder, report, is_data=is_data, allow_private=allow_private)
    if connector is None or not report.is_good("static"):
        return report
    faults = faults_of(is_short=is_short)
    is_personal = connector.manifest.personal
    samples = samples_of(
        folder, is_live=is_personal, is_called_back=connector.manifest.is_called_back
    )
    async with database() as opened, ground_of(connector, opened) as ground:
        if is_personal:
            await live_replay(ground, samples, report)
            await live_faults(ground, samples, faults, report)
            await consent_stage(ground, samples, report)
        else:
            await replay_stage(ground, samples, report)
            await fault_stage(ground, samples, faults, report)
            await call_fault_stage(ground, samples, report)
    return report


def faults_of(*, is_short: bool) -> list[Fault]:
    """Give the faults of a trial: all, or the eight that tell most."""
    return [fault for fault in ALL_FAULTS if not is_short or fault.name in SHORT]


@asynccontextmanager
async def ground_of(connector: InstalledConnector, database: Database) -> AsyncIterator[Ground]:
    """Give the ground a connector is tried on."""
    with tempfile.TemporaryDirectory(prefix="isthmus-trial-") as work:
        async with Upstream().serving() as upstream:
            unhurried = _unhurried(connector)
            callers = callers_of(unhurried.manifest, database)
            yield Ground(unhurried, upstream, database, Path(work), callers)


def _unhurried(connector: InstalledConnector) -> InstalledConnector:
    """Leave the rate out: it spares the real service, and the upstream here bears any."""
    manifest = connector.manifest
    http = msgspec.structs.replace(manifest.http, rate=None)
    return replace(connector, manifest=msgspec.structs.replace(manifest, http=http))
