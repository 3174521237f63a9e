"""Asks a served graph over each of its transports, as a client of each would."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

Headers = Mapping[str, str]
Ask = Callable[[httpx.AsyncClient, str, Headers], Awaitable[str]]
MEDIA = "application/graphql-response+json"


async def post(client: httpx.AsyncClient, query: str, headers: Headers) -> str:
    """Ask by POST; give the text of the answer."""
    answer = await client.post("/graphql", json={"query": query},
                               headers={"accept": MEDIA, **headers})  # fmt: skip
    return answer.text


async def get(client: httpx.AsyncClient, query: str, headers: Headers) -> str:
    """Ask by GET."""
    answer = await client.get("/graphql", params={"query": query},
                              headers={"accept": MEDIA, **headers})  # fmt: skip
    return answer.text


async def events(client: httpx.AsyncClient, query: str, headers: Headers) -> str:
    """Ask for a stream of events; give all of it."""
    answer = await client.post("/graphql", json={"query": query},
                               headers={"accept": "text/event-stream", **headers})  # fmt: skip
    return answer.text


async def socket(client: httpx.AsyncClient, query: str, headers: Headers) -> str:
    """Ask over a WebSocket; give every message of the one operation."""
    url = f"ws://{client.base_url.netloc.decode()}/graphql"
    protocol = Subprotocol("graphql-transport-ws")
    async with connect(url, subprotocols=[protocol], additional_headers=dict(headers)) as opened:
        await opened.send(json.dumps({"type": "connection_init"}))
        heard = [await opened.recv()]
        ask = {"type": "subscribe", "id": "1", "payload": {"query": query}}
        await opened.send(json.dumps(ask))
        while not heard or json.loads(heard[-1])["type"] not in {"complete", "error"}:
            heard.append(await opened.recv())
    return "\n".join(str(message) for message in heard)


TRANSPORTS: Mapping[str, Ask] = {"post": post, "get": get, "events": events, "socket": socket}


def data_of(text: str) -> Any:
    """Give the data of an answer, over whatever it came."""
    for line in text.splitlines():
        try:
            said = json.loads(line.removeprefix("data: "))
        except ValueError:
            continue
        said = said.get("payload", said) if isinstance(said, dict) else {}
        if isinstance(said, dict) and said.get("data") is not None:
            return said["data"]
    return None
