"""A live source that is late, down, lying or busy costs its own part of an answer alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import pytest

from isthmus.fresh.memory import REST
from isthmus.fresh.sources import MOST_BYTES
from isthmus.store.leasing import LEASE_SECONDS, leased_connection
from isthmus.store.sources import get_source
from tests.support.boards import Boards, boards, jobs, rows, titles
from tests.support.replay import Replay, Reply, json_reply
from tests.support.serving import listener

HUNG = Reply(hang=30.0)
GARBLED = Reply(b"<html>maintenance</html>", headers={"content-type": "text/html"})
LIMITED = json_reply({"error": "slow down"}, 429, **{"retry-after": "20"})
FAULTS: Mapping[str, tuple[Reply, dict[str, Any]]] = {
    "late": (HUNG, {"state": "TIMED_OUT", "code": "SOURCE_TIMEOUT", "retryable": True}),
    "limited": (
        LIMITED,
        {"state": "RATE_LIMITED", "code": "SOURCE_RATE_LIMITED", "retryable": True},
    ),
    "down": (
        json_reply({}, 500),
        {"state": "FAILED", "code": "SOURCE_DOWN", "retryable": True},
    ),
    "garbled": (GARBLED, {"state": "FAILED", "code": "SOURCE_BAD_DATA", "retryable": False}),
    "no list": (
        json_reply({"jobs": "none"}),
        {"state": "FAILED", "code": "SOURCE_BAD_DATA", "retryable": False},
    ),
    "nothing that reads": (
        json_reply({"jobs": [{"id": 1}, {"id": 2}]}),
        {"state": "FAILED", "code": "SOURCE_BAD_DATA", "retryable": False},
    ),
    "refusing": (
        json_reply({}, 404),
        {"state": "FAILED", "code": "SOURCE_REFUSED", "retryable": False},
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_fault_is_one_row_and_one_error_beside_the_others_data(
    both_ways: Boards, fault: str
) -> None:
    reply, told = FAULTS[fault]
    both_ways.kind(deadline="600ms", live="keep: 60s")
    with boards(2) as (good, bad):
        bad.answers = {"/jobs": reply}
        await both_ways.add("good", good.url)
        await both_ways.add("bad", bad.url)
        answer = await both_ways.ask()
    assert sorted(titles(answer)) == ["Job a1", "Job a2", "Job a3"]
    row = rows(answer)["bad"]
    assert {key: row[key] for key in told} == told
    assert rows(answer)["good"]["state"] == "OK"
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == told["code"]
    assert error["extensions"]["source"] == "bad"
    assert error["extensions"]["retryable"] is told["retryable"]
    wait = error["extensions"].get("retryAfterSeconds")
    assert wait == row["retryAfterSeconds"]
    if fault == "limited":
        assert 15 <= wait <= 20


async def test_an_answer_of_any_length_is_not_held_in_memory(town: Boards) -> None:
    town.kind()
    endless = Reply(b'{"jobs": []}' + b" " * MOST_BYTES)
    with Replay({"/jobs": endless}).serving() as board:
        await town.add("a", board.url)
        row = rows(await town.ask())["a"]
    assert (row["state"], row["code"]) == ("FAILED", "SOURCE_BAD_DATA")


async def test_a_source_that_is_set_up_anew_is_asked_where_it_stands_now(town: Boards) -> None:
    town.kind(live="keep: 1s")
    with boards(2) as (before, now):
        await town.add("a", before.url)
        assert await town.titles() == ["Job a1", "Job a2", "Job a3"]
        await town.hub.add_source("a", "board", {}, base_url=now.url, replace=True)
        await town.later(1.1)
        answer = await town.ask()
        assert rows(answer)["a"]["state"] in {"OK", "PARTIAL"}
        assert (before.hits["/jobs"], now.hits["/jobs"]) == (1, 1)


async def test_a_source_nobody_is_at_is_down(town: Boards) -> None:
    town.kind()
    with listener()[0] as taken:
        port = taken.getsockname()[1]
    await town.add("gone", f"http://127.0.0.1:{port}")
    answer = await town.ask()
    assert (rows(answer)["gone"]["state"], rows(answer)["gone"]["code"]) == (
        "FAILED",
        "SOURCE_DOWN",
    )


@pytest.mark.mission("M99")
async def test_one_of_five_hangs_and_four_answer_within_the_deadline(both_ways: Boards) -> None:
    deadline = 1.5
    both_ways.kind(deadline="1500ms", live="keep: 60s")
    await both_ways.ask(first=50)  # what is made of a document at first is made
    with boards(5) as served:
        names = ["one", "two", "three", "four", "hung"]
        for name, board in zip(names, served, strict=True):
            await both_ways.add(name, board.url)
        served[-1].answers = {"/jobs": HUNG}
        began = time.perf_counter()
        answer = await both_ways.ask(first=50)
        spent = time.perf_counter() - began
    assert len(titles(answer)) == 12
    told = {name: row["state"] for name, row in rows(answer).items()}
    assert told == dict.fromkeys(names, "OK") | {"hung": "TIMED_OUT"}
    assert [e["extensions"]["code"] for e in answer["errors"]] == ["SOURCE_TIMEOUT"]
    assert spent <= deadline * 1.1


async def test_nobody_waits_again_for_a_source_that_hangs(town: Boards) -> None:
    town.kind(deadline="800ms")
    with boards(2) as (good, hung):
        hung.answers = {"/jobs": HUNG}
        await town.add("good", good.url)
        await town.add("hung", hung.url)
        await town.ask()
        began = time.perf_counter()
        answers = [await town.ask() for _ in range(3)]
        assert time.perf_counter() - began < 0.8
        assert {rows(answer)["hung"]["state"] for answer in answers} == {"TIMED_OUT"}
        assert hung.hits["/jobs"] == 1


async def test_what_comes_after_the_deadline_is_in_the_next_answer(town: Boards) -> None:
    town.kind(deadline="300ms", live="keep: 60s")
    late = jobs(1, 2)
    late.hang = 0.45
    with Replay({"/jobs": late}).serving() as board:
        await town.add("late", board.url)
        first = await town.ask()
        assert rows(first)["late"]["state"] == "TIMED_OUT"
        await asyncio.sleep(0.8)
        second = await town.ask()
        assert rows(second)["late"]["state"] == "OK"
        assert sorted(titles(second)) == ["Job a1", "Job a2"]
        assert board.hits["/jobs"] == 1


async def test_an_older_copy_is_shown_with_its_age(both_ways: Boards) -> None:
    both_ways.kind(live="keep: 1s, stale: 1h")
    with Replay({"/jobs": jobs(1, 2)}).serving() as board:
        await both_ways.add("a", board.url)
        await both_ways.ask()
        board.answers = {"/jobs": json_reply({}, 503)}
        await both_ways.later(1.2)
        answer = await both_ways.ask()
    assert sorted(titles(answer)) == ["Job a1", "Job a2"]
    row = rows(answer)["a"]
    assert (row["state"], row["code"], row["ageSeconds"]) == ("STALE", "SOURCE_DOWN", 1)
    assert answer["errors"][0]["extensions"]["code"] == "SOURCE_DOWN"
    fresh = {n["provenance"][0]["freshness"] for n in answer["data"]["vacancies"]["nodes"]}
    assert fresh == {"STALE"}
    assert answer["data"]["vacancies"]["totalIsExact"] is False


async def test_a_source_that_fails_again_and_again_is_left_in_peace(town: Boards) -> None:
    town.kind()
    with Replay({"/jobs": json_reply({}, 500)}).serving() as board:
        await town.add("down", board.url)
        for _ in range(10):
            answer = await town.ask()
            assert rows(answer)["down"]["code"] == "SOURCE_DOWN"
        assert board.hits["/jobs"] == 1
        assert 0 < rows(answer)["down"]["retryAfterSeconds"] <= 2


async def test_a_source_that_asked_to_wait_is_not_asked_before(town: Boards) -> None:
    town.kind()
    with Replay({"/jobs": LIMITED}).serving() as board:
        await town.add("a", board.url)
        await town.ask()
        await town.later(2.2)  # longer than any pause of our own
        row = rows(await town.ask())["a"]
        assert (row["state"], board.hits["/jobs"]) == ("RATE_LIMITED", 1)
        assert 10 < row["retryAfterSeconds"] < 19


async def test_a_source_is_not_called_again_and_again_while_a_sync_holds_its_stream(
    town: Boards,
) -> None:
    town.kind(live="keep: 1s", deadline="200ms")
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await town.add("a", board.url)
        await town.ask()
        board.answers = {"/jobs": jobs(1, 2)}
        source = await get_source(town.database, "a")
        async with leased_connection(town.database, source.id, "jobs"):
            await town.later(1.1)
            answer = await town.ask()
            assert (titles(answer), rows(answer)["a"]["state"]) == (["Job a1"], "STALE")
            await asyncio.sleep(LEASE_SECONDS + 0.2)
            for _ in range(3):
                began = time.perf_counter()
                answer = await town.ask()
                assert time.perf_counter() - began < 0.2
                assert (titles(answer), rows(answer)["a"]["state"]) == (["Job a1"], "STALE")
            assert board.hits["/jobs"] == 2
        await town.later(40)
        assert await town.titles() == ["Job a1", "Job a2"]


async def test_a_source_that_is_up_again_is_asked_again(town: Boards) -> None:
    town.kind(live="keep: 1s")
    with Replay({"/jobs": json_reply({}, 500)}).serving() as board:
        await town.add("a", board.url)
        await town.ask()
        board.answers = {"/jobs": jobs(1)}
        await town.later(2.1)
        await town.ask()  # puts the question, and waits for nobody
        for _ in range(100):
            if rows(await town.ask())["a"]["state"] == "OK":
                break
            await asyncio.sleep(0.05)
        assert await town.titles() == ["Job a1"]
        health = await town.database.row("SELECT state, advice, fault_code FROM source")
        assert tuple(health or ()) == ("UP", None, None)


async def test_a_paused_source_is_not_asked(town: Boards) -> None:
    town.kind()
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await town.add("a", board.url)
        await town.ask()
        await town.database.execute("UPDATE source SET paused = true")
        answer = await town.ask()
        assert titles(answer) == ["Job a1"]
        assert (rows(answer)["a"]["state"], rows(answer)["a"]["code"]) == ("STALE", "STALE_ONLY")
        assert board.hits["/jobs"] == 1


async def test_a_source_whose_connector_is_gone_costs_its_own_part(
    town: Boards, caplog: pytest.LogCaptureFixture
) -> None:
    town.kind("board")
    town.kind("other")
    with boards(2) as (one, two):
        await town.add("a", one.url)
        await town.add("b", two.url, connector="other")
        (town.home / "other" / "connector.yaml").unlink()
        await town.heard()
        await town.ask()
        await town.heard()  # how the first one is
        for _ in range(3):
            answer = await town.ask()
            assert (rows(answer)["a"]["state"], rows(answer)["b"]["state"]) == ("OK", "FAILED")
            assert rows(answer)["b"]["code"] == "SOURCE_REFUSED"
        assert 1 <= caplog.text.count("b cannot be asked") <= 2  # not once a query
        town.kind("other")
        await town.later(REST + 1)
        assert rows(await town.ask())["b"]["state"] == "OK"


async def test_a_list_longer_than_a_question_may_read_is_told_to_be_partial(town: Boards) -> None:
    page = "page: {style: number, param: page, size_param: size, size: 2}"
    town.kind(live="keep: 60s, pages: 2", page=page)

    def paged(asked: Any) -> Reply:
        start = int(asked.query["page"]) * 2
        return jobs(start, start + 1)

    with Replay({"/jobs": paged}).serving() as board:
        await town.add("a", board.url)
        answer = await town.ask()
        assert len(titles(answer)) == 4
        assert rows(answer)["a"]["state"] == "PARTIAL"
        assert "errors" not in answer
        assert answer["data"]["vacancies"]["totalIsExact"] is False
        assert board.hits["/jobs"] == 2
