"""Whole flows: databases that hold ESCO, and subprocesses with a home of their own."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from tests.conftest import ROOT, _create, _drop
from tests.support.replay import Replay

ESCO = "esco-v1.1.1-en-csv.zip"
_numbers = itertools.count(1)


@pytest.fixture
def replay() -> Iterator[Replay]:
    """A source on loopback that answers as the test says."""
    with Replay().serving() as running:
        yield running


@pytest.fixture(scope="session")
def esco_template(server: EmbeddedServer, template: str, fixtures: Path) -> str:
    """A database that holds the official ESCO 1.1.1, read once a session."""
    _create(server, "template_esco", template)
    asyncio.run(_fill_esco(server, fixtures))
    return "template_esco"


async def _fill_esco(server: EmbeddedServer, fixtures: Path) -> None:
    async with await Database.open(url=server.url("template_esco"), home=server.home) as database:
        hub = Hub(Settings(home=server.home / "esco"), database, ROOT)
        config = {"version": "1.1.1", "archives": [ESCO]}
        folder = (fixtures / "taxonomies" / "esco").as_uri()
        await hub.add_source("esco", "esco", config, base_url=folder)
        for report in await hub.sync():
            assert report.ok, report
        await database.execute("ANALYZE")


@pytest.fixture
async def esco(server: EmbeddedServer, esco_template: str, tmp_path: Path) -> AsyncIterator[Hub]:
    """A hub of the test's own that holds ESCO."""
    name = f"esco_{next(_numbers)}"
    await asyncio.to_thread(_create, server, name, esco_template)
    database = await Database.open(url=server.url(name), home=server.home)
    yield Hub(Settings(home=tmp_path, allow_loopback=True), database, ROOT)
    await database.close()
    await asyncio.to_thread(_drop, server, name)


@pytest.fixture
def surroundings(tmp_path: Path) -> Mapping[str, str]:
    """The environment of a command that has a home of its own."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("ISTHMUS_")}
    return clean | {
        "ISTHMUS_HOME": str(tmp_path / "home"),
        "ISTHMUS_ALLOW_LOOPBACK": "1",
        "ISTHMUS_CONNECTORS_DIR": str(ROOT / "connectors"),
    }
