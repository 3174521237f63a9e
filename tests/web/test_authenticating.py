"""Who asks, over every transport of the whole application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError
from websockets.typing import Subprotocol

from isthmus.graph.answer import GraphAnswer
from isthmus.hub import Hub
from isthmus.model.viewer import Role, Viewer
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.store.people.clients import revoke_client
from isthmus.web.app import create_app
from tests.conftest import ROOT
from tests.support.callers import a_client, a_learner, bearer
from tests.support.served import served, tell
from tests.web.conftest import ToldGraph

ASKED = "/graphql?query=%7Ba%7D"
QUERY = {"query": "{ __typename }"}
CHANGED = "subscription { changed { recordId } }"
SOON = 5.0


@dataclass
class Told:
    """The application over a graph that keeps who asked it."""

    hub: Hub
    graph: ToldGraph
    client: httpx.AsyncClient


@pytest.fixture
async def told_hub(database: Database, tmp_path: Path) -> AsyncIterator[Told]:
    settings = Settings(home=tmp_path)
    hub, graph = Hub(settings, database, ROOT), ToldGraph()
    transport = httpx.ASGITransport(app=create_app(hub, settings, graph=graph))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as client:
        yield Told(hub, graph, client)


async def test_without_a_token_nobody_asks(told_hub: Told) -> None:
    await told_hub.client.get(ASKED)
    assert told_hub.graph.viewers == [Viewer()]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_learner_asks_as_themselves(told_hub: Told, method: str) -> None:
    learner = await a_learner(told_hub.hub)
    headers = await bearer(told_hub.hub, learner)
    if method == "GET":
        await told_hub.client.get(ASKED, headers=headers)
    else:
        await told_hub.client.post("/graphql", json={"query": "{a}"}, headers=headers)
    assert told_hub.graph.viewers == [learner]


async def test_a_platform_asks_for_its_body(told_hub: Told) -> None:
    platform = await a_client(told_hub.hub)
    await told_hub.client.get(ASKED, headers=await bearer(told_hub.hub, platform))
    assert told_hub.graph.viewers == [platform]
    assert platform.organization_id is not None


async def test_a_request_with_a_token_is_neither_remembered_nor_answered_from_memory(
    told_hub: Told,
) -> None:
    told_hub.graph.generation = "1.1"
    told_hub.graph.answer = GraphAnswer(b'{"data":{"a":1}}', etag="e1")
    await told_hub.client.get(ASKED)
    headers = await bearer(told_hub.hub, await a_learner(told_hub.hub))
    for _ in range(2):
        answer = await told_hub.client.get(ASKED, headers=headers)
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers
    await told_hub.client.get(ASKED)
    assert len(told_hub.graph.asked) == 3


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic YTpi",
        "Bearer a.b.c",
        "bearer a.b.c d",
        "x" * 9000,
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_token_that_does_not_verify_is_refused_and_not_passed_over(
    told_hub: Told, stated: str, method: str
) -> None:
    headers = {"authorization": stated}
    if method == "GET":
        answer = await told_hub.client.get(ASKED, headers=headers)
    else:
        answer = await told_hub.client.post("/graphql", json=QUERY, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert told_hub.graph.asked == []


async def test_two_tokens_in_one_request_are_none(told_hub: Told) -> None:
    one = await bearer(told_hub.hub, await a_learner(told_hub.hub))
    headers = [*one.items(), *one.items()]
    assert (await told_hub.client.get(ASKED, headers=headers)).status_code == 401


async def test_a_token_elsewhere_is_no_token(told_hub: Told) -> None:
    learner = await a_learner(told_hub.hub)
    token = (await bearer(told_hub.hub, learner))["authorization"].removeprefix("Bearer ")
    await told_hub.client.get(f"{ASKED}&access_token={token}")
    await told_hub.client.get(ASKED, headers={"cookie": f"token={token}; access_token={token}"})
    await told_hub.client.get(ASKED, headers={"x-forwarded-user": "1", "x-user-id": "1"})
    assert told_hub.graph.viewers == [Viewer()] * 3


async def test_a_client_that_was_revoked_is_out_within_a_second(told_hub: Told) -> None:
    platform = await a_client(told_hub.hub)
    headers = await bearer(told_hub.hub, platform)
    assert (await told_hub.client.get(ASKED, headers=headers)).status_code == 200
    vault = await told_hub.hub.vault()
    async with vault.on_errand() as connection:
        await revoke_client(connection, "a-platform")
    await asyncio.sleep(1.0)
    assert (await told_hub.client.get(ASKED, headers=headers)).status_code == 401


async def test_a_learner_who_is_gone_is_out_within_a_second(told_hub: Told) -> None:
    learner = await a_learner(told_hub.hub)
    headers = await bearer(told_hub.hub, learner)
    assert (await told_hub.client.get(ASKED, headers=headers)).status_code == 200
    await told_hub.hub.database.execute("DELETE FROM learner WHERE id = $1", learner.learner_id)
    await asyncio.sleep(1.0)
    assert (await told_hub.client.get(ASKED, headers=headers)).status_code == 401


@pytest.fixture
async def address(database: Database, tmp_path: Path) -> AsyncIterator[str]:
    async with served(database, tmp_path) as found:
        yield found


@pytest.fixture
def hub_of(database: Database, tmp_path: Path) -> Hub:
    """Another process of the same hub."""
    return Hub(Settings(home=tmp_path), database, ROOT)


async def _say(socket: ClientConnection, **message: Any) -> None:
    await socket.send(orjson.dumps(message).decode())


async def _hear(socket: ClientConnection) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(await asyncio.wait_for(socket.recv(), SOON))
    return found


async def _closed(socket: ClientConnection) -> int | None:
    async with asyncio.timeout(SOON):
        try:
            async for _ in socket:
                pass
        except ConnectionClosedError:
            pass
        await socket.wait_closed()
    return socket.close_code


def _socket(address: str, **headers: str) -> Any:
    names = [Subprotocol("graphql-transport-ws")]
    return connect(f"ws://{address}/graphql", subprotocols=names, additional_headers=headers)


@pytest.mark.parametrize("name", ["authorization", "Authorization"])
async def test_a_socket_opens_with_a_token_in_its_first_message(
    address: str, hub_of: Hub, name: str
) -> None:
    stated = (await bearer(hub_of, await a_learner(hub_of)))["authorization"]
    async with _socket(address) as socket:
        await _say(socket, type="connection_init", payload={name: stated})
        assert await _hear(socket) == {"type": "connection_ack"}


@pytest.mark.parametrize("payload", [{"authorization": "Bearer a.b.c"}, {"authorization": 1}])
async def test_a_socket_with_a_false_token_is_closed(address: str, payload: Any) -> None:
    async with _socket(address) as socket:
        await _say(socket, type="connection_init", payload=payload)
        assert await _closed(socket) == 4403


async def test_the_header_of_a_socket_counts_as_its_first_message(address: str) -> None:
    async with _socket(address, authorization="Bearer a.b.c") as socket:
        await _say(socket, type="connection_init")
        assert await _closed(socket) == 4403


async def test_a_socket_ends_when_its_token_does(address: str, hub_of: Hub) -> None:
    headers = await bearer(hub_of, await a_learner(hub_of), seconds=2)
    async with _socket(address, **headers) as socket:
        await _say(socket, type="connection_init")
        await _hear(socket)
        await _say(socket, id="s", type="subscribe", payload={"query": CHANGED})
        assert await _closed(socket) == 4403


async def test_a_subscription_ends_when_its_client_is_revoked(
    address: str, hub_of: Hub, database: Database
) -> None:
    headers = await bearer(hub_of, await a_client(hub_of))
    vault = await hub_of.vault()
    async with _socket(address, **headers) as socket:
        await _say(socket, type="connection_init")
        await _hear(socket)
        await _say(socket, id="s", type="subscribe", payload={"query": CHANGED})
        await asyncio.sleep(0.3)
        async with vault.on_errand() as connection:
            await revoke_client(connection, "a-platform")
        await asyncio.sleep(1.0)
        await tell(database, 5)
        answer = await _hear(socket)
    assert answer["type"] == "error"
    assert answer["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_stream_with_a_false_token_never_begins(address: str) -> None:
    headers = {"accept": "text/event-stream", "authorization": "Bearer a.b.c"}
    async with httpx.AsyncClient(base_url=f"http://{address}") as client:
        answer = await client.post("/graphql", json={"query": CHANGED}, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_a_stream_ends_when_its_token_does(address: str, hub_of: Hub) -> None:
    headers = await bearer(hub_of, await a_learner(hub_of), seconds=2)
    headers["accept"] = "text/event-stream"
    async with httpx.AsyncClient(base_url=f"http://{address}", timeout=SOON) as client:
        answer = await client.post("/graphql", json={"query": CHANGED}, headers=headers)
    assert "UNAUTHENTICATED" in answer.text
    assert answer.text.endswith("event: complete\ndata: \n\n")


async def test_a_role_is_the_table_s_and_not_the_token_s(told_hub: Told) -> None:
    """A client that was a steward's when the token was issued is what its row says now."""
    steward = await a_client(told_hub.hub, "a-steward", Role.STEWARD)
    headers = await bearer(told_hub.hub, steward)
    await told_hub.hub.database.execute("UPDATE client SET role = 'PARTNER', scopes = '{}'")
    await told_hub.client.get(ASKED, headers=headers)
    assert told_hub.graph.viewers[0].role is Role.PARTNER
    assert told_hub.graph.viewers[0].scopes == frozenset()
