"""A hub over an empty database that asks boards live, through its whole application.

One database serves all of them, emptied before each: that is much faster than making one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from tests.conftest import _create, _drop
from tests.support.boards import Boards

EMPTIED = """DO $$ DECLARE one text; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
        AND tablename NOT IN ('alembic_version', 'generation') LOOP
        EXECUTE format('DELETE FROM %I', one);
    END LOOP;
END $$"""


@pytest.fixture(scope="session")
def shared_url(server: EmbeddedServer, template: str) -> Iterator[str]:
    """The address of the database of them all."""
    _create(server, "fresh", template)
    yield server.url("fresh")
    _drop(server, "fresh")


@pytest.fixture
async def database(server: EmbeddedServer, shared_url: str) -> AsyncIterator[Database]:
    """An empty database."""
    found = await Database.open(url=shared_url, home=server.home)
    await found.execute(EMPTIED)
    yield found
    await found.close()


@pytest.fixture(params=[True, False], ids=["compiled", "executed"])
async def both_ways(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path
) -> AsyncIterator[Boards]:
    """The hub, once with plans and once without."""
    found = Boards(database, tmp_path, {"plans": request.param})
    yield found
    await found.close()


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Boards]:
    """The hub with its defaults."""
    found = Boards(database, tmp_path)
    yield found
    await found.close()
