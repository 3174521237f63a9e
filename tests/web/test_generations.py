"""Answers from memory, as long as the data stands: the real graph over a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store.changes import Op, note, settle
from isthmus.store.database import Database
from isthmus.web.app import create_app
from tests.conftest import ROOT

ASKED = "/graphql?query={vacancies(first:2){totalCount}}"


@pytest.fixture
async def hearing(web_database: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that hears of changes."""
    settings = Settings(home=tmp_path)
    hub = Hub(settings, web_database, ROOT)
    await hub.listener.start()
    transport = httpx.ASGITransport(app=create_app(hub, settings))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as client:
        yield client
    await hub.listener.stop()


async def _change(database: Database) -> None:
    async with database.transaction() as connection:
        await note(connection, "VACANCY", Op.UPDATED, [1])
        await settle(connection)


async def _hits(client: httpx.AsyncClient) -> int:
    text = (await client.get("/metrics")).text
    return int(text.partition("\nisthmus_answer_cache_hits_total ")[2].split()[0])


async def test_an_answer_is_given_again_until_the_data_changes(
    hearing: httpx.AsyncClient, web_database: Database
) -> None:
    tags = [(await hearing.get(ASKED)).headers["etag"] for _ in range(3)]
    assert len(set(tags)) == 1
    assert await _hits(hearing) == 2
    await _change(web_database)
    for _ in range(40):
        newer = (await hearing.get(ASKED)).headers["etag"]
        if newer != tags[0]:
            break
        await asyncio.sleep(0.05)
    assert newer != tags[0]


async def test_a_held_answer_is_a_304_until_the_data_changes(
    hearing: httpx.AsyncClient, web_database: Database
) -> None:
    tag = (await hearing.get(ASKED)).headers["etag"]
    held = {"if-none-match": tag, "accept-language": "de"}
    assert (await hearing.get(ASKED, headers={"if-none-match": tag})).status_code == 304
    assert (await hearing.get(ASKED, headers=held)).status_code == 200
    await _change(web_database)
    for _ in range(40):
        answer = await hearing.get(ASKED, headers={"if-none-match": tag})
        if answer.status_code == 200:
            return
        await asyncio.sleep(0.05)
    pytest.fail("a change was not heard of")
