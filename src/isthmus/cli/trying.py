"""`isthmus connector test`: a database of its own, and the stages over it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import stamina.instrumentation

from isthmus.cli.sources import address_of, config_of, secrets_of
from isthmus.cli.surroundings import say
from isthmus.connector import feed, installed
from isthmus.connector.kit.samples import samples_of, situations
from isthmus.connector.kit.verdicts import Report
from isthmus.errors import Misconfigured
from isthmus.outbound import Outbound, Terms
from isthmus.settings import SECRET_PREFIX, Settings
from isthmus.store.database import Database
from isthmus.trials.feeding import fetch_manifest, try_feed
from isthmus.trials.measuring import measure
from isthmus.trials.replaying import write_expectation
from isthmus.trials.trial import ground_of, try_connector
from isthmus.trials.visiting import visit

stamina.instrumentation.set_on_retry_hooks([])  # its log lines would carry addresses


FEED_TOKEN = f"{SECRET_PREFIX}FEED_TOKEN"
"""The variable with what a feed that is tried lets its readers in with."""


@asynccontextmanager
async def own_database() -> AsyncIterator[Database]:
    """Open an embedded database that ends with the command; the operator's own is not touched."""
    say("preparing a database for this test alone")
    with tempfile.TemporaryDirectory(prefix="isthmus-test-") as home:
        async with await Database.open(home=Path(home)) as database:
            yield database


async def try_stated(settings: Settings, stated: str, *, is_short: bool) -> Report:
    """Run the stages over a folder, or over the feed at an address."""
    if urlsplit(stated).scheme not in {"http", "https"}:
        return await try_connector(
            _standing(Path(stated)),
            own_database,
            is_short=is_short,
            allow_private=settings.allow_loopback,
        )
    outbound, address = Outbound(allow_private=settings.allow_loopback), feed.address_of(stated)
    connector = feed.ready(await fetch_manifest(address, outbound), address)
    token = os.environ.get(FEED_TOKEN)
    config = {"token": token} if token and connector.manifest.secrets else {}
    return await try_feed(connector, config, outbound, own_database, is_short=is_short)


async def written(folder: Path, stated: list[str]) -> bool:
    """Write the expectation of every sample as it comes out, for its author to read."""
    connector = installed.load_folder(_standing(folder))
    if connector.manifest.personal:
        raise Misconfigured("CONNECTOR_LIVE", "What a live sample comes to is written by hand.")
    invented = dict.fromkeys(connector.manifest.secrets, "invented")
    config = config_of(connector.manifest, stated)
    nowhere: Any = None  # nothing of this touches a database
    async with ground_of(connector, nowhere) as ground:
        for sample in situations(folder):
            held = sample.config if sample.file.is_file() else {}
            for stream, (good, bad) in (
                await write_expectation(ground, sample, invented | held | config)
            ).items():
                print(f"{sample.name}: {stream}: {good} records, {bad} rejected")
    return True


async def measured(folder: Path) -> bool:
    """Say how many records a second a connector brings, from its samples made larger."""
    connector = installed.load_folder(_standing(folder))
    if connector.manifest.personal:
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
    manifest = connector.manifest
    config = config_of(manifest, stated) | secrets_of(manifest, manifest.id, os.environ)
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
