"""A hub, its live sources over real HTTP, and learners."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from isthmus.hub import Hub
from tests.support.stores import Linked, linking


@pytest.fixture
async def linked(hub: Hub) -> AsyncIterator[Linked]:
    """A hub whose learners can link the simulated stores."""
    async with linking(hub) as found:
        yield found
