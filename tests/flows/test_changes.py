"""The feed of changes over real syncs, and the listener that hears of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from isthmus.hub import Hub
from isthmus.store import changes
from isthmus.store.changes import Op
from isthmus.store.database import Database
from isthmus.store.feed import Feed, Position, position_of
from isthmus.store.listening import Listener
from tests.flows.jobs import a_board, a_job, add_board, sync_board
from tests.support.replay import Replay, json_reply
from tests.support.served import served

SOON = 5.0
PROTOCOL = Subprotocol("graphql-transport-ws")


@pytest.fixture
async def listener(database: Database) -> AsyncIterator[Listener]:
    found = Listener(database.url, beat=0.2)
    await found.start()
    yield found
    await found.stop()


async def told(database: Database, noun: str = "VACANCY") -> list[tuple[str, int]]:
    page = await Feed(database).read(None, 1000, nouns=[noun])
    return [(row["op"], row["entity_id"]) for row in page.rows]


async def generation(database: Database) -> tuple[int, int]:
    row = await database.row("SELECT records, sources FROM generation")
    assert row is not None
    return row["records"], row["sources"]


async def wait_for_generation(listener: Listener, other_than: str | None) -> str:
    with listener.news() as news:
        async with asyncio.timeout(SOON):
            while listener.generation in {None, other_than}:
                await news.wait(SOON)
    assert listener.generation is not None
    return listener.generation


async def test_each_new_record_is_told_of_once(hub: Hub, replay: Replay) -> None:
    replay.answers["/"] = a_board(range(1, 4))
    await add_board(hub, replay.url)
    await sync_board(hub)
    ops = [op for op, _ in await told(hub.database)]
    assert ops == ["ADDED"] * 3


async def test_changes_and_removals_are_told_of(hub: Hub, replay: Replay) -> None:
    replay.answers["/"] = a_board(range(1, 11))
    await add_board(hub, replay.url)
    await sync_board(hub)
    before = await Feed(hub.database).end()
    board = [a_job(1, title="Midwife"), *(a_job(n) for n in range(2, 10))]
    replay.answers["/"] = json_reply({"jobs": board})
    await sync_board(hub)
    page = await Feed(hub.database).read(before, 100, nouns=["VACANCY"])
    assert sorted(row["op"] for row in page.rows) == ["REMOVED", "UPDATED"]


async def test_a_sync_that_changes_nothing_moves_no_records(hub: Hub, replay: Replay) -> None:
    replay.answers["/"] = a_board(range(1, 4))
    await add_board(hub, replay.url)
    await sync_board(hub)
    records, sources = await generation(hub.database)
    told_before = await told(hub.database)
    await sync_board(hub)
    assert await told(hub.database) == told_before
    after = await generation(hub.database)
    assert after[0] == records
    assert after[1] > sources


async def test_a_source_is_told_of_when_its_state_changes(hub: Hub, replay: Replay) -> None:
    replay.answers["/"] = a_board(range(1, 4))
    await add_board(hub, replay.url)
    await sync_board(hub)
    await sync_board(hub)
    assert [op for op, _ in await told(hub.database, "SOURCE")] == ["ADDED", "UPDATED"]


async def test_a_record_written_twice_in_a_transaction_is_told_of_once(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        await changes.note(connection, "SKILL", Op.UPDATED, [3, 1, 3])
    assert await told(database, "SKILL") == [("UPDATED", 3), ("UPDATED", 1)]


async def test_a_transaction_that_commits_late_is_not_missed(database: Database) -> None:
    feed = Feed(database)
    start = await feed.end()
    async with database.pool.acquire() as late:
        slow = late.transaction()
        await slow.start()
        await changes.note(late, "VACANCY", Op.ADDED, [1])
        async with database.transaction() as quick:
            await changes.note(quick, "VACANCY", Op.ADDED, [2])
        early = await feed.read(start, 10)
        assert (early.rows, early.is_held_back) == ([], True)
        await slow.commit()
    page = await feed.read(early.position, 10)
    assert [row["entity_id"] for row in page.rows] == [1, 2]
    assert not page.is_held_back


async def test_a_position_inside_a_transaction_goes_on_from_there(database: Database) -> None:
    async with database.transaction() as connection:
        await changes.note(connection, "VACANCY", Op.ADDED, range(1, 6))
    feed = Feed(database)
    first = await feed.read(None, 2)
    rest = await feed.read(position_of(first.rows[-1]), 10)
    assert first.has_more
    assert [row["entity_id"] for row in rest.rows] == [3, 4, 5]


async def test_a_position_before_what_was_swept_is_known_for_it(database: Database) -> None:
    feed = Feed(database)
    async with database.transaction() as connection:
        await changes.note(connection, "VACANCY", Op.ADDED, [1, 2])
    rows = (await feed.read(None, 10)).rows
    await database.execute("UPDATE change SET at = now() - interval '2 days'")
    assert await changes.sweep(database, days=1) == 2
    assert not await feed.is_whole_after(position_of(rows[0]))
    assert await feed.is_whole_after(position_of(rows[1]))


async def test_a_position_of_another_database_is_known_for_it(database: Database) -> None:
    assert not await Feed(database).is_whole_after(Position(2**62, 1))


async def test_the_listener_hears_of_what_another_process_wrote(
    database: Database, listener: Listener
) -> None:
    before = listener.generation
    other = await asyncpg.connect(database.url)
    async with other.transaction():
        await changes.note(other, "SKILL", Op.ADDED, [1])
        await changes.settle(other)
    await other.close()
    assert await wait_for_generation(listener, before) != before


async def test_a_subscriber_waits_for_news_and_no_longer(
    database: Database, listener: Listener
) -> None:
    with listener.news() as news:
        waiting = asyncio.create_task(news.wait(SOON))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        async with database.transaction() as connection:
            await changes.settle(connection, sources=True)
        await asyncio.wait_for(waiting, SOON)


async def test_a_listener_that_is_cut_off_is_blind_until_it_hears_again(
    database: Database, listener: Listener
) -> None:
    before = await wait_for_generation(listener, None)
    seen: list[str | None] = []
    with listener.news() as news:
        await database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE '%FROM generation%' AND pid <> pg_backend_pid()"
        )
        await news.wait(SOON)
        seen.append(listener.generation)
    async with database.transaction() as connection:  # while it cannot hear
        await changes.note(connection, "SKILL", Op.ADDED, [1])
        await changes.settle(connection)
    assert seen == [None]
    assert await wait_for_generation(listener, before) != before


async def test_a_new_vacancy_reaches_a_subscriber_after_a_sync(
    hub: Hub, replay: Replay, tmp_path: Path
) -> None:
    replay.answers["/"] = a_board(range(1, 4))
    await add_board(hub, replay.url)
    await sync_board(hub)
    query = (
        "subscription { changed(types: [VACANCY])"
        " { op node { ... on Vacancy { title { value } } } } }"
    )
    async with (
        served(hub.database, tmp_path) as address,
        connect(f"ws://{address}/graphql", subprotocols=[PROTOCOL]) as socket,
    ):
        await socket.send('{"type":"connection_init"}')
        await socket.recv()
        asked = {"id": "1", "type": "subscribe", "payload": {"query": query}}
        await socket.send(orjson.dumps(asked).decode())
        await asyncio.sleep(0.3)
        replay.answers["/"] = a_board(range(1, 5))
        await sync_board(hub)
        told = orjson.loads(await asyncio.wait_for(socket.recv(), SOON))
    change = told["payload"]["data"]["changed"]
    assert change == {"op": "ADDED", "node": {"title": {"value": "Nurse 4"}}}
