"""Whole flows: databases that hold ESCO, and subprocesses with a home of their own."""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from tests.conftest import ROOT, _create, _drop
from tests.flows.jobs import CONNECTORS
from tests.support.replay import Replay
from tests.support.servers import up

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
def own_folder() -> Iterator[Path]:
    """A folder an embedded server may stand in.

    Not below pytest's own: where root runs the tests the server is another user's, and pytest
    shuts its folder to others whenever a second run begins.
    """
    with tempfile.TemporaryDirectory(prefix="isthmus-test-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def prepared_home() -> Iterator[Path]:
    """A home with a migrated database, at rest, to copy: that is much faster than making one."""
    with tempfile.TemporaryDirectory(prefix="isthmus-test-") as folder:
        asyncio.run(_prepare(Path(folder) / "home"))
        yield Path(folder) / "home"


async def _prepare(home: Path) -> None:
    async with await Database.open(home=home):
        """Opening is all there is to do."""


@pytest.fixture
def a_home(own_folder: Path, prepared_home: Path) -> Path:
    """A home of the test's own, with a migrated database at rest."""
    subprocess.run(["cp", "-a", str(prepared_home), str(own_folder / "home")], check=True)
    return own_folder / "home"


@pytest.fixture
def surroundings(a_home: Path) -> Mapping[str, str]:
    """The environment of a command that has a home of its own."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("ISTHMUS_")}
    return clean | {
        "ISTHMUS_HOME": str(a_home),
        "ISTHMUS_ALLOW_LOOPBACK": "1",
        "ISTHMUS_CONNECTORS_DIR": str(ROOT / "connectors"),
    }


@pytest.fixture
def at_home(surroundings: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """The same with its server kept up between commands, which makes them faster."""
    with up(Path(surroundings["ISTHMUS_HOME"])):
        yield surroundings


@pytest.fixture
def paged_home(at_home: Mapping[str, str]) -> Mapping[str, str]:
    """The same with connectors that read pages."""
    return {**at_home, "ISTHMUS_CONNECTORS_DIR": str(CONNECTORS)}
