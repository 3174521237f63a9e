"""Overload, deadlines and slow clients, over real connections where those matter."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from isthmus.cli.serving import address, listen
from isthmus.graph.answer import GraphAnswer
from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.web.app import create_app
from tests.conftest import ROOT
from tests.web.conftest import Serve, ToldGraph

ASKED = "/graphql?query={a}"


@asynccontextmanager
async def running(app: Any) -> AsyncIterator[str]:
    """Serve an application on a free port, as `isthmus serve` does."""
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        app, http="httptools", lifespan="off", log_config=None, server_header=False
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve([listener]))
    try:
        yield address(listener)
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def app(told: ToldGraph, tmp_path: Path) -> Any:
    """The application over the told graph, with a short deadline."""
    unopened: Any = None
    settings = Settings(home=tmp_path, request_timeout=0.3, max_concurrent=2)
    database = Database("postgresql://nowhere.test/none", unopened, unopened, None)
    return create_app(Hub(settings, database, ROOT), settings, graph=told)


# ---- overload


async def test_beyond_the_limit_callers_are_told_to_come_again(
    serve: Serve, told: ToldGraph
) -> None:
    free = asyncio.Event()
    told.work = free.wait
    client = serve(told, max_concurrent=3)
    held = [asyncio.create_task(client.get(ASKED)) for _ in range(3)]
    await asyncio.sleep(0.05)
    refused = await client.get(ASKED)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json()["errors"][0]["extensions"]["code"] == "OVERLOADED"
    free.set()
    assert {answer.status_code for answer in await asyncio.gather(*held)} == {200}
    assert (await client.get(ASKED)).status_code == 200


async def test_a_failure_gives_its_place_back(serve: Serve, told: ToldGraph) -> None:
    async def fail() -> None:
        raise ValueError

    client = serve(told, max_concurrent=1)
    told.work = fail
    assert (await client.get(ASKED)).status_code == 500
    told.work = None
    assert (await client.get(ASKED)).status_code == 200


async def test_remembered_answers_go_out_even_then(serve: Serve, told: ToldGraph) -> None:
    told.answer, told.generation = GraphAnswer(b"{}", etag="e"), "1.1"
    client = serve(told, max_concurrent=1)
    await client.get(ASKED)
    free = asyncio.Event()
    told.work = free.wait
    held = asyncio.create_task(client.get("/graphql?query={b}"))
    await asyncio.sleep(0.05)
    assert (await client.get(ASKED)).status_code == 200
    free.set()
    await held


# ---- deadlines


async def test_the_deadline_stops_the_statement_itself(
    web_database: Database, monkeypatch: pytest.MonkeyPatch, serve_hub: Serve
) -> None:
    client = serve_hub(request_timeout=0.3)

    async def slow(*_: Any, **__: Any) -> Any:
        await web_database.read("SELECT pg_sleep(20) /* slow */")

    monkeypatch.setattr("isthmus.graph.executing.Graph._answer", slow)
    answer = await asyncio.wait_for(client.get("/graphql?query={__typename}"), 5)
    assert answer.json()["errors"][0]["extensions"]["code"] == "DEADLINE_EXCEEDED"
    for _ in range(20):
        running = await web_database.value(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1",
            "SELECT pg_sleep%slow%",
        )
        if running == 0:
            return
        await asyncio.sleep(0.05)
    pytest.fail("the statement runs on")


async def test_a_body_that_does_not_arrive_is_given_up(app: Any) -> None:
    async with running(app) as url:
        reader, writer = await _connect(url)
        writer.write(_head(100) + b'{"que')
        answer = await asyncio.wait_for(reader.read(), 5)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"DEADLINE_EXCEEDED" in answer
        writer.close()


async def test_a_caller_still_sending_too_much_reads_the_refusal(app: Any) -> None:
    async with running(app) as url, httpx.AsyncClient() as client:
        for size in (2_000_000, 20_000_000):
            answer = await client.post(
                f"{url}/graphql", content=b" " * size, headers={"content-type": "application/json"}
            )
            assert answer.status_code == 413


async def test_an_endless_body_is_cut_off(app: Any) -> None:
    async with running(app) as url:
        reader, writer = await _connect(url)
        writer.write(_head(10**12))
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 100_000_000 and not reader.at_eof():
                writer.write(b" " * 1_000_000)
                await writer.drain()
                sent += 1_000_000
        assert sent < 60_000_000
        writer.close()


async def test_half_sent_requests_hold_nobody_up(app: Any) -> None:
    async with running(app) as url:
        slow = [await _connect(url) for _ in range(50)]
        for _, writer in slow:
            writer.write(_head(1000) + b'{"que')
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{url}/graphql", json={"query": "{a}"})
        assert answer.status_code == 200
        for _, writer in slow:
            writer.close()


async def test_after_any_refusal_the_connection_serves_the_next_request(app: Any) -> None:
    json = {"content-type": "application/json"}
    async with running(app) as url, httpx.AsyncClient(limits=httpx.Limits(max_connections=1)) as c:
        for body in (b"null", b"[", b"\xff", b"[" * 100_000, b"9" * 100_000):
            refused = await c.post(f"{url}/graphql", content=body, headers=json)
            assert refused.status_code == 400
            answer = await c.post(f"{url}/graphql", json={"query": "{a}"})
            assert answer.json() == {"data": {"a": 1}}


async def test_a_caller_that_leaves_gives_its_place_back(app: Any, told: ToldGraph) -> None:
    async with running(app) as url:
        told.work = lambda: asyncio.sleep(0.2)
        for _ in range(2):
            _, writer = await _connect(url)
            writer.write(b"GET /graphql?query=%7Ba%7D HTTP/1.1\r\nhost: x\r\n\r\n")
            await writer.drain()
            writer.close()
        await asyncio.sleep(0.4)
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{url}{ASKED}")).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_work_stops_when_its_caller_leaves(method: str, app: Any, told: ToldGraph) -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.sleep(20)
        except asyncio.CancelledError:
            stopped.set()
            raise

    told.work = work
    body = b'{"query":"{a}"}'
    asked = _head(len(body)) + body
    if method == "GET":
        asked = b"GET /graphql?query=%7Ba%7D HTTP/1.1\r\nhost: x\r\n\r\n"
    async with running(app) as url:
        _, writer = await _connect(url)
        writer.write(asked)
        await asyncio.wait_for(begun.wait(), 5)
        writer.close()
        await asyncio.wait_for(stopped.wait(), 5)


async def test_the_statement_stops_when_its_caller_leaves(
    web_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def slow(*_: Any, **__: Any) -> Any:
        await web_database.read("SELECT pg_sleep(20) /* nobody waits */")

    async def statements() -> int:
        found: int = await web_database.value(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1",
            "SELECT pg_sleep%nobody%",
        )
        return found

    monkeypatch.setattr("isthmus.graph.executing.Graph._answer", slow)
    settings = Settings(home=tmp_path)
    async with running(create_app(Hub(settings, web_database, ROOT), settings)) as url:
        _, writer = await _connect(url)
        writer.write(b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: x\r\n\r\n")
        await _until(statements, 1)
        writer.close()
        await _until(statements, 0)
        async with httpx.AsyncClient() as client:
            figures = (await client.get(f"{url}/metrics")).text
        assert 'isthmus_requests_total{type="none",outcome="gone"} 1' in figures
        assert "isthmus_requests_in_flight 0" in figures


async def _until(count: Callable[[], Awaitable[int]], wanted: int) -> None:
    for _ in range(250):
        if await count() == wanted:
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"never {wanted}")


async def _connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))


def _head(length: int) -> bytes:
    return (
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        b"content-length: %d\r\n\r\n" % length
    )
