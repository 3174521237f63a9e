"""What every test may ask for: a clean database, a filled one, the shared fixtures."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import hypothesis
import pytest

from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store import migrating
from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from tests.support import sockets
from tests.support.servers import a_server
from tests.support.world import fill_world

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_numbers = itertools.count(1)

# how fast an example comes says more of what else the machine does than of the code
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test reach another machine."""
    sockets.allow_loopback_only(monkeypatch)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared folder beside the checkout; the test is skipped where there is none."""
    if not (SHARED / "fixtures").is_dir():
        pytest.skip("needs the shared fixtures beside the checkout, which are not here")
    return SHARED


@pytest.fixture(scope="session")
def fixtures(shared: Path) -> Path:
    """Real data of real systems."""
    return shared / "fixtures"


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """One embedded PostgreSQL for the whole run."""
    with a_server("test") as running:
        asyncio.run(_hurried(running))
        yield running


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> str:
    """A migrated, empty database to copy."""
    _create(server, "template_empty")
    migrating.upgrade(server.url("template_empty"))
    return "template_empty"


@pytest.fixture(scope="session")
def world_template(server: EmbeddedServer, template: str) -> str:
    """A database that holds the playground, read through the real connectors."""
    _create(server, "template_world", template)
    asyncio.run(fill_world(server.url("template_world")))
    return "template_world"


@pytest.fixture
async def database(server: EmbeddedServer, template: str) -> AsyncIterator[Database]:
    """An empty database of the test's own."""
    name = f"test_{next(_numbers)}"
    await asyncio.to_thread(_create, server, name, template)
    found = await Database.open(url=server.url(name), home=server.home)
    yield found
    await found.close()
    await asyncio.to_thread(_drop, server, name)


@pytest.fixture
async def hub(database: Database, tmp_path: Path) -> Hub:
    """A hub over an empty database, whose sources may stand on loopback."""
    return Hub(Settings(home=tmp_path, allow_loopback=True, source_timeout=5.0), database, ROOT)


@pytest.fixture(scope="session")
def world_url(server: EmbeddedServer, world_template: str) -> str:
    """The address of a database with the playground in it, for tests that only read."""
    return server.url(world_template)


@pytest.fixture
async def world(world_url: str, server: EmbeddedServer) -> AsyncIterator[Database]:
    """The playground's database; tests must only read it."""
    found = await Database.open(url=world_url, home=server.home)
    yield found
    await found.close()


@pytest.fixture
async def own_world(server: EmbeddedServer, world_template: str) -> AsyncIterator[Database]:
    """A copy of the playground's database that a test may write to."""
    name = f"test_town_{next(_numbers)}"
    await asyncio.to_thread(_create, server, name, world_template)
    found = await Database.open(url=server.url(name), home=server.home)
    yield found
    await found.close()
    await asyncio.to_thread(_drop, server, name)


def _create(server: EmbeddedServer, name: str, template: str = "template1") -> None:
    # copied file by file: a third of the time of copying through the log
    statement = f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy'
    asyncio.run(_execute(server, statement))


def _drop(server: EmbeddedServer, name: str) -> None:
    asyncio.run(_execute(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _hurried(server: EmbeddedServer) -> None:
    """Let a server that lives for the tests alone wait for no disk."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        await _execute(server, f"ALTER SYSTEM SET {setting} = off")
    await _execute(server, "SELECT pg_reload_conf()")


async def _execute(server: EmbeddedServer, statement: str) -> None:
    connection = await asyncpg.connect(server.url("postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
