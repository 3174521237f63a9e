"""One world for all tests here, and a way to ask its simulators without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from isthmus.playground.simulator import create_app
from isthmus.playground.world import World, build_world

TODAY = date(2026, 11, 24)
FIXTURES = Path(__file__).resolve().parents[3] / ".." / "shared" / "fixtures"


@pytest.fixture(scope="session")
def world() -> World:
    return build_world(TODAY)


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(world))
    async with httpx.AsyncClient(transport=transport, base_url="http://playground.test") as asked:
        yield asked


@pytest.fixture(scope="session")
def fixtures() -> Path:
    if not FIXTURES.is_dir():
        pytest.skip("the shared fixtures are not beside this checkout")
    return FIXTURES
