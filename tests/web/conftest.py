"""The whole application without a socket, over an empty database or a graph of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from isthmus.graph.allowance import Allowance
from isthmus.graph.answer import GraphAnswer, Operation
from isthmus.hub import Hub
from isthmus.model.viewer import ANONYMOUS, Viewer
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from isthmus.web.app import create_app
from tests.conftest import ROOT, _create

GRAPHQL = "application/graphql-response+json"


@dataclass
class ToldGraph:
    """A graph that answers as it is told, and keeps what it was asked."""

    answer: GraphAnswer = field(default_factory=lambda: GraphAnswer(b'{"data":{"a":1}}'))
    generation: str | None = None
    cost: int = 0
    asked: list[tuple[Operation, Sequence[str]]] = field(default_factory=list)
    viewers: list[Viewer] = field(default_factory=list)
    work: Callable[[], Awaitable[Any]] | None = None

    async def run(
        self,
        operation: Operation,
        languages: Sequence[str] = (),
        *,
        viewer: Viewer = ANONYMOUS,
        allowance: Allowance | None = None,
    ) -> GraphAnswer:
        if allowance is not None:
            allowance.spend(self.cost)
        self.viewers.append(viewer)
        self.asked.append((operation, languages))
        if self.work is not None:
            await self.work()
        return self.answer

    def etag(self, operation: Operation, languages: Sequence[str] = ()) -> str | None:
        return self.answer.etag


@pytest.fixture(scope="session")
def web_url(server: EmbeddedServer, template: str) -> str:
    _create(server, "test_web", template)
    return server.url("test_web")


@pytest.fixture
async def web_database(web_url: str, server: EmbeddedServer) -> AsyncIterator[Database]:
    found = await Database.open(url=web_url, home=server.home)
    yield found
    await found.close()


Serve = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def over(tmp_path: Path) -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    """Give a client of the application over a database and, where stated, another graph."""
    clients: list[httpx.AsyncClient] = []

    def started(database: Any, graph: Any, settings: dict[str, Any]) -> httpx.AsyncClient:
        chosen = Settings(home=tmp_path, **settings)
        app = create_app(Hub(chosen, database, ROOT), chosen, graph=graph)
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://hub.test"))
        return clients[-1]

    yield started
    await asyncio.gather(*(client.aclose() for client in clients))


@pytest.fixture
def serve(over: Callable[..., httpx.AsyncClient]) -> Serve:
    """Give a client of the application over a told graph, without a database."""
    unopened: Any = None
    nowhere = Database("postgresql://nowhere.test/none", unopened, unopened, None)
    return lambda graph, **settings: over(nowhere, graph, settings)


@pytest.fixture
def serve_hub(over: Callable[..., httpx.AsyncClient], web_database: Database) -> Serve:
    """Give a client of the application over the real graph and an empty database."""
    return lambda **settings: over(web_database, None, settings)


@pytest.fixture
def client(serve_hub: Serve) -> httpx.AsyncClient:
    """A client of the real application under the default settings."""
    return serve_hub()


@pytest.fixture
def told() -> ToldGraph:
    """A graph that answers as it is told."""
    return ToldGraph()


@pytest.fixture
def told_client(serve: Serve, told: ToldGraph) -> httpx.AsyncClient:
    """A client of the application over the told graph."""
    return serve(told)
