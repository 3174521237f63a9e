"""What a source may take is one limit, whoever calls it: questions, syncs, other processes."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from isthmus.model.run import SourceMode
from isthmus.store.traffic import FAULTS
from tests.support.boards import Boards, jobs, rows, titles
from tests.support.replay import Replay, Reply, json_reply

SEARCHED = "search: q, keep: 60s"
OF_CIRCUIT = "{ sources { nodes { health { circuit } } } }"


async def _circuit(town: Boards) -> str:
    answer = await town.ask(OF_CIRCUIT)
    found: str = answer["data"]["sources"]["nodes"][0]["health"]["circuit"]
    return found


def _told(answer: dict[str, Any]) -> tuple[str, str]:
    row = rows(answer)["a"]
    return row["state"], row["code"]


@pytest.mark.mission("M100")
async def test_a_question_beyond_the_rate_is_refused_in_whichever_process(
    both_ways: Boards,
) -> None:
    both_ways.kind(live=SEARCHED, rate="2/hour")
    other = Boards(both_ways.database, both_ways.home)
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await both_ways.add("a", board.url)
        for one, words in ((both_ways, "cook"), (other, "weld")):
            assert rows(await one.ask(q=words))["a"]["state"] == "OK"
        for one, words in ((both_ways, "sew"), (other, "drive")):
            began = time.perf_counter()
            answer = await one.ask(q=words)
            assert time.perf_counter() - began < 1.0  # half the deadline
            assert _told(answer) == ("RATE_LIMITED", "SOURCE_RATE_LIMITED")
            assert 3500 < rows(answer)["a"]["retryAfterSeconds"] <= 3600
            (error,) = answer["errors"]
            assert error["extensions"]["code"] == "SOURCE_RATE_LIMITED"
            assert error["extensions"]["retryAfterSeconds"] > 3500
        assert board.hits["/jobs"] == 2
    await other.close()
    # a limit that is kept says nothing against the source
    assert await both_ways.database.value("SELECT state FROM source") == "UP"


async def test_a_sync_and_a_question_share_one_limit(town: Boards) -> None:
    town.kind(live=SEARCHED, rate="1/hour")
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await town.add("a", board.url, mode=SourceMode.HYBRID)
        (report,) = await town.hub.sync()
        assert report.ok
        await town.later(61)
        answer = await town.ask(q="Job")
        assert titles(answer) == ["Job a1"]  # what the sync brought, a minute old
        assert _told(answer) == ("STALE", "SOURCE_RATE_LIMITED")
        assert board.hits["/jobs"] == 1


async def test_whoever_waits_in_vain_for_a_turn_is_told_so_within_the_deadline(
    town: Boards,
) -> None:
    town.kind(live=SEARCHED, rate="1/second", deadline="600ms")
    with Replay({"/jobs": Reply(hang=30.0)}).serving() as board:
        await town.add("a", board.url)
        first = asyncio.create_task(town.ask(q="cook"))
        await asyncio.to_thread(board.until, "/jobs", 1)
        began = time.perf_counter()
        assert _told(await town.ask(q="weld")) == ("RATE_LIMITED", "SOURCE_RATE_LIMITED")
        assert time.perf_counter() - began < 0.6
        assert _told(await first) == ("TIMED_OUT", "SOURCE_TIMEOUT")
        assert board.hits["/jobs"] == 1


FAULTY = {"fails": json_reply({}, 500), "hangs": Reply(hang=30.0)}


@pytest.mark.parametrize("reply", FAULTY.values(), ids=FAULTY)
async def test_a_source_that_did_not_answer_five_questions_is_asked_no_sixth(
    town: Boards, reply: Reply
) -> None:
    town.kind(live=SEARCHED, deadline="300ms")
    other = Boards(town.database, town.home)
    with Replay({"/jobs": reply}).serving() as board:
        await town.add("a", board.url)
        await asyncio.gather(*(town.ask(q=f"words {number}") for number in range(FAULTS)))
        for _ in range(100):  # what hangs is given up some time after the deadline
            if await _circuit(town) == "OPEN":
                break
            await asyncio.sleep(0.02)
        for one, words in ((town, "further"), (other, "others")):
            began = time.perf_counter()
            answer = await one.ask(q=words)
            assert time.perf_counter() - began < 0.3
            assert _told(answer) == ("FAILED", "SOURCE_DOWN")
            assert 5 < rows(answer)["a"]["retryAfterSeconds"] <= 10
            assert answer["errors"][0]["extensions"]["retryAfterSeconds"] > 5
        assert board.hits["/jobs"] == FAULTS
    await other.close()


async def test_one_question_tries_a_source_that_was_left_in_peace(town: Boards) -> None:
    town.kind(live=SEARCHED, deadline="1s")
    with Replay({"/jobs": json_reply({}, 500)}).serving() as board:
        await town.add("a", board.url)
        await asyncio.gather(*(town.ask(q=f"words {number}") for number in range(FAULTS)))
        assert await _circuit(town) == "OPEN"
        await town.later(11)
        board.answers = {"/jobs": jobs(1)}
        assert titles(await town.ask(q="Job")) == ["Job a1"]
        assert await _circuit(town) == "CLOSED"
