"""The graph over the playground."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from isthmus.graph.executing import Graph, GraphAnswer, Operation
from isthmus.store.database import Database

Ask = Callable[..., Awaitable[dict[str, Any]]]
Run = Callable[..., Awaitable[GraphAnswer]]


@pytest.fixture
def run(world: Database) -> Run:
    """Run a document; give the whole answer."""
    graph = Graph(world)

    async def run_document(
        document: str, languages: tuple[str, ...] = (), **variables: Any
    ) -> GraphAnswer:
        return await graph.run(Operation(document, variables=variables), languages)

    return run_document


@pytest.fixture
def ask(run: Run) -> Ask:
    """Run a document that must not fail; give its data."""

    async def ask_document(document: str, **variables: Any) -> dict[str, Any]:
        answer = await run(document, **variables)
        assert answer.errors == []
        assert answer.data is not None
        return dict(answer.data)

    return ask_document
