"""A town of people in a copy of the playground's database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from isthmus.graph.answer import GraphAnswer, Operation
from isthmus.store.database import Database
from tests.support.town import Town, build_town

AskAs = Callable[..., Awaitable[GraphAnswer]]


@pytest.fixture
async def town(own_world: Database, tmp_path: Path) -> AsyncIterator[Town]:
    """The people."""
    found = await build_town(own_world, tmp_path)
    yield found
    await (await found.hub.stores()).close()


@pytest.fixture
def ask(town: Town) -> AskAs:
    """Ask as somebody of the town, by name."""
    graph = town.graph()

    async def asked(name: str, document: str, **variables: Any) -> GraphAnswer:
        operation = Operation(document, variables=variables)
        answer: GraphAnswer = await graph.run(operation, viewer=town.callers[name])
        return answer

    return asked
