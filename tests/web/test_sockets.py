"""graphql-transport-ws over a real server, rule by rule."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.typing import Subprotocol

from isthmus.store.database import Database
from isthmus.web import socket_messages
from isthmus.web.origins import Origins
from isthmus.web.sockets import SocketEndpoint, SocketLimits
from isthmus.web.staying import Staying
from tests.support.served import served, tell

SOON = 5.0
PROTOCOL = Subprotocol("graphql-transport-ws")
CHANGED = "subscription { changed { recordId } }"
Open = Callable[..., AbstractAsyncContextManager[ClientConnection]]


@pytest.fixture
async def address(web_database: Database, tmp_path: Path) -> AsyncIterator[str]:
    chosen: dict[str, Any] = {"socket_operations": 3, "max_sockets": 3, "body_max_bytes": 2000}
    async with served(web_database, tmp_path, **chosen) as found:
        yield found


@pytest.fixture
def opened(address: str) -> Open:
    """Open a socket; initialised unless `init` is false."""

    @asynccontextmanager
    async def open_socket(
        *, init: bool = True, protocol: str = PROTOCOL, origin: str | None = None
    ) -> AsyncIterator[ClientConnection]:
        url, names = f"ws://{address}/graphql", [Subprotocol(protocol)]
        headers = {"origin": origin} if origin else {}
        async with connect(url, subprotocols=names, additional_headers=headers) as socket:
            if init:
                await say(socket, type="connection_init")
                assert await hear(socket) == {"type": "connection_ack"}
            yield socket

    return open_socket


async def say(socket: ClientConnection, **message: Any) -> None:
    await socket.send(orjson.dumps(message).decode())


async def ask(socket: ClientConnection, id_: str, query: str, **payload: Any) -> None:
    await say(socket, id=id_, type="subscribe", payload={"query": query, **payload})


async def hear(socket: ClientConnection) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(await asyncio.wait_for(socket.recv(), SOON))
    return found


async def closed(socket: ClientConnection) -> int | None:
    async with asyncio.timeout(SOON):
        with suppress(ConnectionClosedError):  # any code but 1000 and 1001 is one
            async for _ in socket:
                pass
        await socket.wait_closed()
    return socket.close_code


async def test_a_query_is_answered_and_done(opened: Open) -> None:
    async with opened() as socket:
        await ask(socket, "q", "{ __typename }")
        answer = await hear(socket)
        assert (answer["type"], answer["payload"]["data"]) == ("next", {"__typename": "Query"})
        assert await hear(socket) == {"type": "complete", "id": "q"}


async def test_a_subscriber_is_told_as_it_happens(opened: Open, web_database: Database) -> None:
    async with opened() as socket:
        await ask(socket, "s", CHANGED)
        await asyncio.sleep(0.2)
        await tell(web_database, 5)
        answer = await hear(socket)
    told = {"data": {"changed": {"recordId": "vac_5"}}}
    assert answer == {"id": "s", "type": "next", "payload": told}


async def test_what_a_client_ends_says_nothing_more(opened: Open, web_database: Database) -> None:
    async with opened() as socket:
        await ask(socket, "s", CHANGED)
        await asyncio.sleep(0.2)
        await say(socket, id="s", type="complete")
        await say(socket, type="ping", payload={"a": 1})
        await tell(web_database, 6)
        assert await hear(socket) == {"type": "pong", "payload": {"a": 1}}
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.recv(), 0.3)
        await ask(socket, "s", "{ __typename }")  # its id is free
        assert (await hear(socket))["type"] == "next"


@pytest.mark.parametrize(
    ("query", "code"),
    [("{ nothing }", "VALIDATION_FAILED"), ("{{{", "PARSE_FAILED"), ("", "PARSE_FAILED")],
)
async def test_a_document_that_cannot_run_ends_only_its_operation(
    opened: Open, query: str, code: str
) -> None:
    async with opened() as socket:
        await ask(socket, "q", query)
        answer = await hear(socket)
        assert (answer["id"], answer["type"]) == ("q", "error")
        assert answer["payload"][0]["extensions"]["code"] == code
        await ask(socket, "q", "{ __typename }")
        assert (await hear(socket))["type"] == "next"


async def test_a_registered_document_that_is_not_there_is_an_error(opened: Open) -> None:
    async with opened() as socket:
        id_ = f"sha256:{'0' * 64}"
        await say(socket, id="d", type="subscribe", payload={"documentId": id_})
        answer = await hear(socket)
    assert answer["payload"][0]["extensions"]["code"] == "PERSISTED_NOT_FOUND"


@pytest.mark.parametrize(
    "text",
    [
        "{nope", "null", "[]", "1", '"ping"', "{}", '{"type":"nonsense"}', '{"type":1}',
        '{"type":["ping"]}', '{"type":"next","id":"1"}', '{"type":"ping","payload":[]}',
        '{"id":"1","type":"subscribe"}', '{"id":"1","type":"subscribe","payload":{}}',
        '{"id":1,"type":"subscribe","payload":{"query":"{a}"}}',
        '{"id":"","type":"subscribe","payload":{"query":"{a}"}}',
        '{"id":"1","type":"subscribe","payload":{"query":1}}',
        '{"id":"1","type":"subscribe","payload":{"query":"{a}","variables":[]}}',
        '{"type":"complete"}',
        '{"id":"%s","type":"complete"}' % ("x" * 201),
    ],
)  # fmt: skip
async def test_what_breaks_the_protocol_closes_the_socket(opened: Open, text: str) -> None:
    async with opened() as socket:
        await socket.send(text)
        assert await closed(socket) == 4400


async def test_bytes_that_are_no_text_close_the_socket(opened: Open) -> None:
    async with opened() as socket:
        await socket.send(b"\x00\xff")
        assert await closed(socket) == 4400


async def test_a_message_has_its_limit(opened: Open) -> None:
    async with opened() as socket:
        await ask(socket, "q", "{ __typename } #" + "x" * 3000)
        assert await closed(socket) == 1009


async def test_nothing_runs_before_the_socket_is_initialised(opened: Open) -> None:
    async with opened(init=False) as socket:
        await ask(socket, "q", "{ __typename }")
        assert await closed(socket) == 4401


async def test_a_socket_is_initialised_once(opened: Open) -> None:
    async with opened() as socket:
        await say(socket, type="connection_init")
        assert await closed(socket) == 4429


async def test_an_id_names_one_operation_at_a_time(opened: Open) -> None:
    async with opened() as socket:
        await ask(socket, "s", CHANGED)
        await ask(socket, "s", CHANGED)
        assert await closed(socket) == 4409


async def test_a_socket_of_another_protocol_is_closed(opened: Open) -> None:
    async with opened(init=False, protocol="graphql-ws") as socket:
        assert await closed(socket) == 4406


async def test_a_socket_that_says_nothing_is_closed() -> None:
    sent: list[Any] = []
    unused: Any = None
    limits = SocketLimits(init_seconds=0.05)
    endpoint = SocketEndpoint(unused, unused, Staying(1), Origins(()), limits)
    incoming = iter([{"type": "websocket.connect"}])

    async def receive() -> Any:
        return next(incoming, None) or await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    await endpoint({"headers": [], "subprotocols": [PROTOCOL]}, receive, send)
    assert [message.get("code") for message in sent] == [None, 4408]


@pytest.mark.parametrize(
    ("origin", "status"), [("https://evil.test", 403), ("null", 403), ("self", 101)]
)
async def test_a_page_of_another_origin_gets_no_socket(
    opened: Open, address: str, origin: str, status: int
) -> None:
    origin = f"http://{address}" if origin == "self" else origin
    try:
        async with opened(origin=origin):
            found = 101
    except InvalidStatus as refused:
        found = refused.response.status_code
    assert found == status


async def test_operations_of_one_socket_have_their_limit(opened: Open) -> None:
    async with opened() as socket:
        for number in range(4):
            await ask(socket, str(number), CHANGED)
        answer = await hear(socket)
    assert (answer["id"], answer["type"]) == ("3", "error")
    assert answer["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_sockets_have_their_limit_and_make_room(opened: Open) -> None:
    async with opened(), opened(), opened(), opened(init=False) as socket:
        assert await closed(socket) == 1013
    async with opened():
        pass


async def test_operations_end_with_their_socket(opened: Open, address: str) -> None:
    async with opened() as socket:
        await ask(socket, "s", CHANGED)
        await asyncio.sleep(0.2)
        assert await figures(address) == (1, 1)
    await asyncio.sleep(0.2)
    assert await figures(address) == (0, 0)


async def figures(address: str) -> tuple[int, int]:
    async with httpx.AsyncClient() as client:
        text = (await client.get(f"http://{address}/metrics")).text
    found = re.findall(
        r"^isthmus_(?:connections_staying|subscriptions_open) (\d+)", text, re.MULTILINE
    )
    return int(found[0]), int(found[1])


def test_a_reason_fits_into_a_close_frame() -> None:
    assert len(socket_messages.reason_text("é" * 100).encode()) <= 120
