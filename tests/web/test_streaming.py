"""Server-sent events over a real server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from isthmus.store.database import Database
from isthmus.web import streaming
from tests.support.served import served, tell

SOON = 5.0
EVENTS = {"accept": "text/event-stream"}
CHANGED = "subscription { changed { recordId } }"
Event = tuple[str, Any]


@pytest.fixture
async def client(web_database: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    chosen: dict[str, Any] = {"max_sockets": 2, "cors_origins": ("https://desk.test",)}
    async with (
        served(web_database, tmp_path, **chosen) as address,
        httpx.AsyncClient(base_url=f"http://{address}", headers=EVENTS) as found,
    ):
        yield found


async def events(response: httpx.Response) -> AsyncIterator[Event]:
    """Read the events of a stream; a comment is an event named `:`."""
    name = ""
    async for line in response.aiter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data:"):
            data = line.removeprefix("data:").strip()
            yield name, orjson.loads(data) if data else None
        elif line.startswith(":"):
            yield ":", None


async def all_events(response: httpx.Response) -> list[Event]:
    return [event async for event in events(response)]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_query_is_one_event_and_the_end(client: httpx.AsyncClient, method: str) -> None:
    asked = {"query": "{ __typename }"}
    how = {"params": asked} if method == "GET" else {"json": asked}
    async with client.stream(method, "/graphql", **how) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        found = await all_events(response)
    assert [name for name, _ in found] == ["next", "complete"]
    assert found[0][1]["data"] == {"__typename": "Query"}


async def test_a_subscriber_is_told_as_it_happens(
    client: httpx.AsyncClient, web_database: Database
) -> None:
    async with client.stream("POST", "/graphql", json={"query": CHANGED}) as response:
        stream = events(response)
        await asyncio.sleep(0.2)
        await tell(web_database, 8)
        told = await asyncio.wait_for(anext(stream), SOON)
    assert told == ("next", {"data": {"changed": {"recordId": "vac_8"}}})


async def test_a_quiet_stream_says_that_it_lives(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming.StreamEndpoint, "beat", 0.05)
    async with client.stream("POST", "/graphql", json={"query": CHANGED}) as response:
        assert await asyncio.wait_for(anext(events(response)), SOON) == (":", None)


async def test_a_document_that_cannot_run_is_told_and_done(client: httpx.AsyncClient) -> None:
    async with client.stream("POST", "/graphql", json={"query": "{ nothing }"}) as response:
        found = await all_events(response)
    assert [name for name, _ in found] == ["next", "complete"]
    assert found[0][1]["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("method", "how", "status"),
    [
        ("POST", {"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ("POST", {"content": b"x", "headers": {"content-type": "text/plain"}}, 415),
        ("GET", {"params": {"query": ""}}, 400),
        ("GET", {"params": {"query": "mutation { nothing }"}}, 405),
        ("PUT", {}, 405),
    ],
    ids=["no JSON", "no type", "no document", "a mutation by GET", "another method"],
)
async def test_a_request_that_cannot_be_read_gets_no_stream(
    client: httpx.AsyncClient, method: str, how: dict[str, Any], status: int
) -> None:
    response = await client.request(method, "/graphql", **how)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("application/json")
    assert response.json()["errors"][0]["extensions"]["code"]


async def test_streams_have_their_limit_and_make_room(client: httpx.AsyncClient) -> None:
    how = {"json": {"query": CHANGED}}
    async with client.stream("POST", "/graphql", **how), client.stream("POST", "/graphql", **how):
        refused = await client.post("/graphql", **how)
        assert refused.status_code == 503
        assert refused.json()["errors"][0]["extensions"]["code"] == "OVERLOADED"
    await asyncio.sleep(0.2)
    async with client.stream("POST", "/graphql", **how) as response:
        assert response.status_code == 200


async def test_a_listed_origin_may_read_the_stream(client: httpx.AsyncClient) -> None:
    headers = {"origin": "https://desk.test"}
    asked = {"query": "{ __typename }"}
    async with client.stream("GET", "/graphql", params=asked, headers=headers) as response:
        assert response.headers["access-control-allow-origin"] == "https://desk.test"


async def test_a_server_that_stops_breaks_streams_off_without_an_end(
    web_database: Database, tmp_path: Path
) -> None:
    started = time.monotonic()
    async with httpx.AsyncClient(headers=EVENTS) as client:
        async with served(web_database, tmp_path) as address:
            url = f"http://{address}/graphql"
            stream = client.stream("POST", url, json={"query": CHANGED})
            response = await stream.__aenter__()
        assert await all_events(response) == []
        await stream.__aexit__(None, None, None)
    assert time.monotonic() - started < 5
