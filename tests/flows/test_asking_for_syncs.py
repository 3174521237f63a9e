"""Readings asked for through the graph, and what the graph says of a source's calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from isthmus.graph.executing import Graph, Operation
from isthmus.hub import Hub
from isthmus.model.viewer import Role, Viewer
from isthmus.store.sources import get_source
from tests.flows.jobs import a_board, add_board, keys, sync_board
from tests.flows.workers import all_done, until, working
from tests.support.replay import Replay, Reply

STEWARD = Viewer(
    role=Role.STEWARD, client="desk", scopes=frozenset({"source:write", "source:read"})
)
START = """mutation($source: ID!, $full: Boolean! = false) {
  startSync(input: { source: $source, full: $full }) {
    run { id state stream } userErrors { code message path }
  }
}"""
CONFIRM = """mutation($run: ID!) {
  confirmRemovals(input: { run: $run }) { run { id state stream } userErrors { code path } }
}"""
HEALTH = """{ sources(first: 5) { nodes { name
  health { circuit errorRate p95Millis nextRun }
  quota { limit window remaining resetsAt }
} } }"""


async def asked(
    hub: Hub, document: str, viewer: Viewer = STEWARD, *, compiling: bool = True, **variables: Any
) -> Any:
    graph = Graph(hub.database, people=hub.people, readings=hub.readings(), compiling=compiling)
    return await graph.run(Operation(document, variables=variables), viewer=viewer)


async def the_source(hub: Hub) -> str:
    return f"src_{(await get_source(hub.database, 'board')).id}"


async def test_a_steward_has_a_source_read_and_sees_the_run_wait(hub: Hub, replay: Replay) -> None:
    replay.answers["/jobs"] = a_board(range(5))
    await add_board(hub, replay.url)
    source = await the_source(hub)
    first = await asked(hub, START, source=source)
    assert first.data["startSync"]["run"]["state"] == "QUEUED"
    assert first.data["startSync"]["userErrors"] == []
    second = await asked(hub, START, source=source)
    assert second.data["startSync"]["run"] is None
    assert [e["code"] for e in second.data["startSync"]["userErrors"]] == ["CONFLICT"]
    async with working(hub):
        await until(lambda: all_done(hub))
    assert await keys(hub.database) == list(range(5))


@pytest.mark.parametrize(
    ("viewer", "code"),
    [
        (Viewer(), "UNAUTHENTICATED"),
        (Viewer(role=Role.STEWARD, client="x", scopes=frozenset({"source:read"})), "FORBIDDEN"),
        (Viewer(role=Role.LEARNER, learner_id=1, scopes=frozenset({"me"})), "FORBIDDEN"),
    ],
)
async def test_without_the_scope_nobody_has_anything_read(
    hub: Hub, replay: Replay, viewer: Viewer, code: str
) -> None:
    await add_board(hub, replay.url)
    answer = await asked(hub, START, viewer, source=await the_source(hub))
    assert [error["extensions"]["code"] for error in answer.errors] == [code]
    assert await hub.database.value("SELECT count(*) FROM sync_run") == 0


async def test_a_partner_is_told_nothing_of_a_source_that_is_not_its_own(
    hub: Hub, replay: Replay
) -> None:
    await add_board(hub, replay.url)
    partner = Viewer(role=Role.PARTNER, client="p", scopes=frozenset({"source:write"}))
    theirs = await asked(hub, START, partner, source=await the_source(hub))
    nothing = await asked(hub, START, partner, source="src_999999")
    assert theirs.data == nothing.data
    assert theirs.data["startSync"]["userErrors"][0]["code"] == "NOT_FOUND"
    assert await hub.database.value("SELECT count(*) FROM sync_run") == 0


async def test_removals_held_back_are_let_go_of_by_a_steward(hub: Hub, replay: Replay) -> None:
    replay.answers["/jobs"] = a_board(range(20))
    await add_board(hub, replay.url)
    await sync_board(hub)
    replay.answers["/jobs"] = a_board(range(3))
    await sync_board(hub)
    first, second = [
        f"run_{row['id']}"
        for row in await hub.database.fetch("SELECT id FROM sync_run ORDER BY id")
    ]
    older = await asked(hub, CONFIRM, run=first)
    assert older.data["confirmRemovals"]["userErrors"][0]["code"] == "CONFLICT"
    answer = await asked(hub, CONFIRM, run=second)
    assert answer.data["confirmRemovals"]["run"]["state"] == "QUEUED"
    assert len(await keys(hub.database)) == 20
    async with working(hub):
        await until(lambda: all_done(hub))
    assert await keys(hub.database) == [0, 1, 2]


async def test_the_graph_says_how_a_source_is_called(hub: Hub, replay: Replay) -> None:
    await add_board(hub, replay.url)
    unknown = (await asked(hub, HEALTH)).data["sources"]["nodes"][0]
    assert unknown["quota"] is None
    assert unknown["health"]["circuit"] == "CLOSED"
    assert unknown["health"]["errorRate"] is None
    assert unknown["health"]["p95Millis"] is None
    replay.answers["/jobs"] = Reply(b"", 404)
    await sync_board(hub)
    replay.answers["/jobs"] = a_board(range(5))
    await sync_board(hub)
    known = (await asked(hub, HEALTH)).data["sources"]["nodes"][0]
    assert known["health"]["errorRate"] == 0.5
    assert 0 < known["health"]["p95Millis"] < 5000
    assert known["quota"]["limit"] == 60
    assert known["quota"]["window"] == "PT60S"
    assert known["quota"]["remaining"] == 58
    assert datetime.fromisoformat(known["quota"]["resetsAt"]).tzinfo is not None
    due = await hub.database.value("SELECT began_at + interval '1 hour' FROM source")
    assert datetime.fromisoformat(known["health"]["nextRun"]) == due


async def test_compiled_and_executed_say_the_same_of_a_source(hub: Hub, replay: Replay) -> None:
    replay.answers["/jobs"] = a_board(range(5))
    await add_board(hub, replay.url)
    await sync_board(hub)
    compiled = await asked(hub, HEALTH)
    executed = await asked(hub, HEALTH, compiling=False)
    assert compiled.body == executed.body
    assert not compiled.errors
