"""The connectors of this checkout, their samples, and the graph over the playground."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from isthmus.graph.executing import Graph, GraphAnswer, Operation
from isthmus.hub import Hub
from isthmus.outbound import Outbound, SourceClient, Terms
from isthmus.store.database import Database
from isthmus.trials.mapping import ReadStream, reading
from tests.support.replay import Replay

Run = Callable[..., Awaitable[GraphAnswer]]


@pytest.fixture
def run(world: Database) -> Run:
    """Run a document on the playground; give the whole answer."""
    graph = Graph(world)

    async def run_document(document: str) -> GraphAnswer:
        return await graph.run(Operation(document))

    return run_document


@pytest.fixture
def replay() -> Iterator[Replay]:
    """A source on loopback that knows no address yet."""
    with Replay().serving() as serving:
        yield serving


@pytest.fixture
async def http(replay: Replay) -> AsyncIterator[SourceClient]:
    """The guarded client of the source `replay`."""
    outbound = Outbound(allow_private=True)
    async with outbound.client("replay", replay.url, Terms(timeout=5.0, attempts=1)) as client:
        yield client


@pytest.fixture
def read_stream(http: SourceClient, tmp_path: Path) -> ReadStream:
    """Read one stream of the source `replay` to its end, without a database."""
    return reading(http, tmp_path)


@pytest.fixture
def add_source(hub: Hub, replay: Replay) -> Callable[..., Awaitable[str]]:
    """Add the source `replay` of a connector to the hub; give its name."""

    async def add(connector: str, config: dict[str, Any]) -> str:
        await hub.add_source("replay", connector, config, base_url=replay.url)
        return "replay"

    return add
