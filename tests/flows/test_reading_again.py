"""A second pass: what did not change is not written, what vanished goes only when believed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from isthmus.hub import Hub
from isthmus.model.run import HealthState, RunState
from isthmus.store.sources import get_source
from isthmus.sync import StreamReport
from tests.flows.jobs import (
    a_board,
    a_job,
    add_board,
    answered,
    jobs,
    keys,
    read_board,
    row_versions,
    sync_board,
)
from tests.support.replay import Asked, Replay, Reply, json_reply


@pytest.fixture
async def board(hub: Hub, replay: Replay) -> Hub:
    """A hub that has read a board of thirty jobs."""
    replay.answers["/jobs"] = a_board(range(30))
    await add_board(hub, replay.url)
    assert (await sync_board(hub)).ok
    return hub


def counted(report: StreamReport) -> dict[str, Any]:
    """Give the counts that are not nought."""
    skipped = {"statements", "matched", "pages"}
    return {k: v for k, v in asdict(report.counts).items() if v and k not in skipped}


async def test_an_unchanged_source_writes_nothing(board: Hub) -> None:
    before = await row_versions(board.database)
    report = await read_board(board)
    assert await row_versions(board.database) == before
    assert len(before["vacancy"]) == 30
    assert counted(report) == {"seen": 30, "unchanged": 30}
    assert report.sentence().endswith("nothing was written")


async def test_what_the_connector_does_not_keep_changes_only_the_hash(
    board: Hub, replay: Replay
) -> None:
    before = await row_versions(board.database)
    replay.answers["/jobs"] = json_reply(
        {"jobs": [a_job(n, metadata=[{"name": "Recruiter", "value": n}]) for n in range(30)]}
    )
    report = await read_board(board)
    after = await row_versions(board.database)
    assert counted(report) == {"seen": 30, "unchanged": 30}
    assert after["vacancy"] == before["vacancy"]


async def test_one_changed_one_removed_one_new_is_exactly_what_the_report_says(
    board: Hub, replay: Replay
) -> None:
    before = await row_versions(board.database)
    replay.answers["/jobs"] = json_reply(
        {"jobs": [*jobs(range(2, 31)), a_job(1, title="Head nurse")]}
    )
    report = await read_board(board)
    after = await row_versions(board.database)
    assert counted(report) == {"seen": 30, "added": 1, "changed": 1, "removed": 1, "unchanged": 28}
    assert await keys(board.database) == list(range(1, 31))
    assert len(set(before["vacancy"]) & set(after["vacancy"])) == 28
    titles = "SELECT title FROM vacancy v JOIN record r ON r.entity_id = v.id"
    assert await board.database.value(f"{titles} WHERE r.source_key = '1'") == "Head nurse"


async def test_a_change_and_its_undoing_leave_the_first_form(board: Hub, replay: Replay) -> None:
    replay.answers["/jobs"] = json_reply({"jobs": [a_job(0, title="Doctor"), *jobs(range(1, 30))]})
    await sync_board(board)
    replay.answers["/jobs"] = a_board(range(30))
    report = await read_board(board)
    assert counted(report) == {"seen": 30, "changed": 1, "unchanged": 29}
    first = "SELECT title FROM vacancy ORDER BY id LIMIT 1"
    assert await board.database.value(first) == "Nurse 0"


async def test_a_source_that_says_nothing_changed_is_believed(hub: Hub, replay: Replay) -> None:
    def tagged(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == '"v1"':
            return Reply(b"", 304)
        reply = a_board(range(30))
        return Reply(reply.body, 200, {**reply.headers, "etag": '"v1"'})

    replay.answers["/jobs"] = tagged
    await add_board(hub, replay.url)
    await sync_board(hub)
    report = await read_board(hub)
    assert report.not_modified
    assert report.state is RunState.DONE
    assert await keys(hub.database) == list(range(30))


# ---- removals


@pytest.mark.parametrize("left", [0, 1, 20, 23])
async def test_a_list_that_shrinks_by_more_than_a_fifth_removes_nothing(
    board: Hub, replay: Replay, left: int
) -> None:
    replay.answers["/jobs"] = a_board(range(left))
    report = await sync_board(board)
    source = await get_source(board.database, "board")
    assert report.streams[0].counts.removals_held == 30 - left
    assert await answered(board.database) == 30
    assert source.state is HealthState.DEGRADED
    assert f"{30 - left} records vanished at once and were kept" in str(source.advice)
    assert "isthmus sync board --confirm-removals" in str(source.advice)


@pytest.mark.parametrize("left", [0, 1, 20])
async def test_removals_held_go_once_an_operator_confirms_them(
    board: Hub, replay: Replay, left: int
) -> None:
    replay.answers["/jobs"] = a_board(range(left))
    await sync_board(board)
    report = await sync_board(board, confirm_removals=True)
    assert report.streams[0].counts.removed == 30 - left
    assert report.state is HealthState.UP
    assert await keys(board.database) == list(range(left))
    assert await answered(board.database) == left


async def test_removals_held_are_not_forgotten_when_the_source_says_nothing_changed(
    board: Hub, replay: Replay
) -> None:
    def shrunken(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match"):
            return Reply(b"", 304)
        return Reply(a_board(range(10)).body, 200, {"etag": '"small"'})

    replay.answers["/jobs"] = shrunken
    assert (await read_board(board)).counts.removals_held == 20
    assert (await sync_board(board)).state is HealthState.DEGRADED
    report = await read_board(board, confirm_removals=True)
    assert report.counts.removed == 20
    assert await keys(board.database) == list(range(10))


async def test_a_loss_of_a_fifth_is_believed(board: Hub, replay: Replay) -> None:
    replay.answers["/jobs"] = a_board(range(24))
    report = await sync_board(board)
    assert report.streams[0].counts.removed == 6
    assert report.state is HealthState.UP
    assert await keys(board.database) == list(range(24))


async def test_a_record_that_lost_its_id_is_not_taken_for_gone(board: Hub, replay: Replay) -> None:
    replay.answers["/jobs"] = json_reply({"jobs": [a_job(0, id=None), *jobs(range(1, 30))]})
    report = await sync_board(board)
    assert report.streams[0].counts.rejected == 1
    assert report.streams[0].counts.removals_held == 1
    assert await keys(board.database) == list(range(30))


async def test_a_record_that_comes_back_is_there_again(board: Hub, replay: Replay) -> None:
    replay.answers["/jobs"] = a_board(range(1, 30))
    await sync_board(board)
    assert await keys(board.database) == list(range(1, 30))
    replay.answers["/jobs"] = a_board(range(30))
    report = await read_board(board)
    assert counted(report) == {"seen": 30, "added": 1, "unchanged": 29}
    assert await keys(board.database) == list(range(30))


async def test_of_an_id_that_stands_twice_the_last_form_is_kept(hub: Hub, replay: Replay) -> None:
    replay.answers["/jobs"] = json_reply({"jobs": [a_job(1), a_job(1, title="Head nurse")]})
    await add_board(hub, replay.url)
    report = await read_board(hub)
    assert counted(report) == {"seen": 2, "added": 1, "rejected": 1}
    assert await hub.database.value("SELECT string_agg(title, ',') FROM vacancy") == "Head nurse"


async def test_a_source_that_cannot_be_read_at_all_does_not_stop_the_others(
    board: Hub, replay: Replay
) -> None:
    await board.database.execute("UPDATE source SET connector = 'gone' WHERE name = 'board'")
    await board.add_source("second", "greenhouse", {"board": "second"}, base_url=replay.url)
    reports = {report.source: report for report in await board.sync()}
    assert reports["board"].streams[0].fault_code == "CONNECTOR_UNKNOWN"
    assert (await get_source(board.database, "board")).state is HealthState.DOWN
    assert reports["second"].ok
