"""The feed of changes as the graph gives it, page by page and as it happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from isthmus.graph.answer import GraphAnswer, Operation
from isthmus.graph.executing import Graph
from isthmus.graph.subscribing import Subscriptions
from isthmus.query.cursors import encode_cursor
from isthmus.store import changes
from isthmus.store.changes import Op
from isthmus.store.database import Database
from isthmus.store.listening import Listener
from tests.graph.conftest import Ask, Run

SOON = 5.0
PAGE = """query($after: String, $types: [ChangeType!], $first: Int) {
  changes(first: $first, after: $after, types: $types) {
    edges { cursor node { type op recordId at cursor origin node { __typename id } } }
    pageInfo { hasNextPage endCursor }
  }
}"""
CHANGED = (
    "subscription($after: String) { changed(after: $after, types: [VACANCY]) { recordId cursor } }"
)


@pytest.fixture
async def subscriptions(database: Database) -> AsyncIterator[Subscriptions]:
    listener = Listener(database.url)
    await listener.start()
    yield Subscriptions(Graph(database), database, listener)
    await listener.stop()


async def write(database: Database, *keys: int, noun: str = "VACANCY") -> None:
    async with database.transaction() as connection:
        await changes.note(connection, noun, Op.ADDED, keys)
        await changes.settle(connection, sources=noun == changes.SOURCE)


async def take(events: AsyncGenerator[GraphAnswer, None]) -> dict[str, Any]:
    async with asyncio.timeout(SOON):
        return (await anext(events)).read()


async def test_the_feed_is_read_page_by_page_without_a_double(ask: Ask) -> None:
    seen: list[str] = []
    after, more = None, True
    while more and len(seen) < 250:
        page = (await ask(PAGE, after=after, first=100))["changes"]
        seen += [edge["cursor"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert len(seen) >= 250
    assert len(set(seen)) == len(seen)


async def test_a_change_carries_what_changed(ask: Ask) -> None:
    page = (await ask(PAGE, types=["VACANCY"], first=5))["changes"]
    change = page["edges"][0]["node"]
    assert (change["type"], change["op"]) == ("VACANCY", "ADDED")
    assert change["node"] == {"__typename": "Vacancy", "id": change["recordId"]}
    assert change["origin"]


async def test_an_empty_page_ends_where_it_began(ask: Ask) -> None:
    page = (await ask(PAGE, types=["SOURCE"], first=100))["changes"]
    last = page["pageInfo"]["endCursor"]
    rest = (await ask(PAGE, types=["SOURCE"], after=last))["changes"]
    assert rest == {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": last}}


@pytest.mark.parametrize(
    "cursor",
    ["nonsense", "", encode_cursor("changes", -1, 1), encode_cursor("changes", 2**62, 1)],
    ids=["nonsense", "empty", "negative", "of another hub"],
)
async def test_a_cursor_that_does_not_read_is_refused(run: Run, cursor: str) -> None:
    answer = await run(PAGE, after=cursor or encode_cursor("+", 1, 1))
    assert answer.codes == ("CURSOR_INVALID",)


async def test_a_page_of_the_feed_has_its_limit(run: Run) -> None:
    assert (await run(PAGE, first=101)).codes == ("ARGUMENT_INVALID",)


async def test_a_subscriber_is_told_of_what_is_written_next(
    database: Database, subscriptions: Subscriptions
) -> None:
    await write(database, 1)
    async with aclosing(subscriptions.run(Operation(CHANGED))) as events:
        first = asyncio.create_task(take(events))
        await asyncio.sleep(0.1)
        await write(database, 2)
        assert (await first)["data"]["changed"]["recordId"] == "vac_2"


async def test_a_subscriber_goes_on_from_a_cursor_without_gap_or_double(
    database: Database, subscriptions: Subscriptions
) -> None:
    await write(database, 1, 2, 3)
    operation = Operation(CHANGED, variables={"after": encode_cursor("changes", 0, 1)})
    async with aclosing(subscriptions.run(operation)) as events:
        cursor = (await take(events))["data"]["changed"]["cursor"]
    operation = Operation(CHANGED, variables={"after": cursor})
    async with aclosing(subscriptions.run(operation)) as events:
        found = [(await take(events))["data"]["changed"]["recordId"] for _ in range(2)]
        await write(database, 4)
        found.append((await take(events))["data"]["changed"]["recordId"])
    assert found == ["vac_2", "vac_3", "vac_4"]


async def test_a_subscriber_waits_out_a_transaction_that_commits_late(
    database: Database, subscriptions: Subscriptions
) -> None:
    async with aclosing(subscriptions.run(Operation(CHANGED))) as events:
        first = asyncio.create_task(take(events))
        await asyncio.sleep(0.1)
        async with database.transaction() as late:
            await late.execute("SELECT pg_current_xact_id()")
            await write(database, 7)
            await asyncio.sleep(0.1)
            assert not first.done()
        assert (await first)["data"]["changed"]["recordId"] == "vac_7"


async def test_the_health_of_a_source_is_told_of(
    database: Database, subscriptions: Subscriptions
) -> None:
    key = await database.value(
        "INSERT INTO source (name, connector, connector_version, mode, state)"
        " VALUES ('board', 'greenhouse', '1', 'SYNCED', 'DOWN') RETURNING id"
    )
    document = "subscription { sourceHealthChanged { name health { state } } }"
    async with aclosing(subscriptions.run(Operation(document))) as events:
        at_first = (await take(events))["data"]["sourceHealthChanged"]
        assert at_first == {"name": "board", "health": {"state": "DOWN"}}
        await database.execute("UPDATE source SET state = 'UP'")
        await write(database, key, noun="SOURCE")
        then = (await take(events))["data"]["sourceHealthChanged"]
        assert then == {"name": "board", "health": {"state": "UP"}}


async def test_an_empty_cursor_begins_with_the_oldest_change(
    database: Database, subscriptions: Subscriptions
) -> None:
    await write(database, 1, 2)
    operation = Operation(CHANGED, variables={"after": ""})
    async with aclosing(subscriptions.run(operation)) as events:
        found = [(await take(events))["data"]["changed"]["recordId"] for _ in range(2)]
    assert found == ["vac_1", "vac_2"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("subscription { nothing }", "VALIDATION_FAILED"),
        ("subscription {", "PARSE_FAILED"),
        ("{ __typename }", "ARGUMENT_INVALID"),
        ('subscription { changed(after: "x") { at } }', "CURSOR_INVALID"),
        ('subscription { sourceHealthChanged(source: "skl_1") { name } }', "ID_INVALID"),
    ],
)
async def test_a_subscription_that_cannot_run_is_answered_once(
    subscriptions: Subscriptions, document: str, code: str
) -> None:
    answers = [answer async for answer in subscriptions.run(Operation(document))]
    assert [(a.executed, a.codes) for a in answers] == [(False, (code,))]


async def test_a_subscriber_that_leaves_is_forgotten(
    database: Database, subscriptions: Subscriptions
) -> None:
    events = subscriptions.run(Operation(CHANGED))
    waiting = asyncio.create_task(take(events))
    await asyncio.sleep(0.1)
    assert len(subscriptions._listener._waiting) == 1
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await events.aclose()
    assert not subscriptions._listener._waiting


async def test_a_change_can_be_fetched_again_by_its_id(ask: Ask) -> None:
    found = (await ask("{ changes(first: 1) { nodes { id op cursor } } }"))["changes"]["nodes"][0]
    document = "query($id: ID!) { node(id: $id) { id ... on Change { op cursor } } }"
    assert (await ask(document, id=found["id"]))["node"] == found
