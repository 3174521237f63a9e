"""`isthmus connector test`: a database of its own, and the stages over it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import stamina.instrumentation

from isthmus.cli.sources import address_of, config_of
from isthmus.cli.surroundings import say
from isthmus.connector import installed
from isthmus.connector.kit.samples import samples_of
from isthmus.connector.kit.verdicts import Report
from isthmus.errors import Misconfigured
from isthmus.outbound import Outbound, Terms
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.trials.measuring import measure
from isthmus.trials.trial import ground_of, try_connector
from isthmus.trials.visiting import visit

stamina.instrumentation.set_on_retry_hooks([])  # its log lines would carry addresses


@asynccontextmanager
async def own_database() -> AsyncIterator[Database]:
    """Open an embedded database that ends with the command; the operator's own is not touched."""
    say("preparing a database for this test alone")
    with tempfile.TemporaryDirectory(prefix="isthmus-test-") as home:
        async with await Database.open(home=Path(home)) as database:
            yield database


async def try_folder(folder: Path, *, is_short: bool) -> Report:
    """Run the stages over a folder."""
    return await try_connector(_standing(folder), own_database, is_short=is_short)


async def measured(folder: Path) -> bool:
    """Say how many records a second a connector brings, from its samples made larger."""
    connector = installed.load_folder(_standing(folder))
    if "live" in connector.manifest.modes:
        raise Misconfigured("CONNECTOR_LIVE", "A live connector is not read in bulk.")
    if connector.manifest.is_called_back:
        raise Misconfigured(
            "CALLBACKS_UNHEARD", "A source that calls back is read by a sync alone."
        )
    async with own_database() as database, ground_of(connector, database) as ground:
        for line in await measure(ground, samples_of(folder)):
            print(line)
    return True


async def visited(
    settings: Settings, folder: Path, stated: list[str], base_url: str | None
) -> bool:
    """Ask the real service for the first page of every stream, and say what came."""
    connector = installed.load_folder(_standing(folder))
    config = config_of(connector.manifest, stated)
    connector.check_config(config)
    terms = Terms(timeout=settings.source_timeout, attempts=1)
    outbound = Outbound(allow_private=settings.allow_loopback)
    ok = True
    async for is_good, line in visit(connector, config, address_of(base_url), outbound, terms):
        print(line)
        ok = ok and is_good
    return ok


def _standing(folder: Path) -> Path:
    if not (folder / installed.FILE).is_file():
        message = f"{folder} holds no {installed.FILE}."
        raise Misconfigured("CONNECTOR_UNKNOWN", message)
    return folder.resolve()
