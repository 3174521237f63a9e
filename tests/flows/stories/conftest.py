"""A stage over a copy of the playground's database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from tests.conftest import _create, _drop, _numbers
from tests.support.stories import Stage, stage
from tests.support.vocabulary import vocabulary


@pytest.fixture
async def on_stage(
    server: EmbeddedServer, world_template: str, tmp_path: Path
) -> AsyncIterator[Stage]:
    """A hub with the playground's catalogue, whose stores and provider are served."""
    name = f"test_story_{next(_numbers)}"
    await asyncio.to_thread(_create, server, name, world_template)
    database = await Database.open(url=server.url(name), home=server.home)
    contexts = str(vocabulary(tmp_path / "contexts"))
    async with stage(database, tmp_path, contexts_dir=contexts) as found:
        yield found
    await asyncio.to_thread(_drop, server, name)
