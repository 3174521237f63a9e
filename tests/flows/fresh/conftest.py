"""A hub over an empty database that asks boards live, through its whole application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from isthmus.store.database import Database
from tests.support.boards import Boards


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
