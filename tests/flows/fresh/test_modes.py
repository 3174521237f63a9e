"""A source is read by schedule, asked live, or both: queries and fields stay as they are."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from isthmus.connector import installed
from isthmus.errors import Misconfigured
from isthmus.model.run import SourceMode
from isthmus.store.sources import due_sources
from isthmus.web.app import examples
from tests.conftest import ROOT
from tests.support.boards import JOBS, Boards, job, jobs, rows, titles
from tests.support.replay import Replay, Reply, json_reply

OF_FRESHNESS = {"freshness", "sources", "health", "mode", "every"}
"""Fields that tell how data came, rather than what it says."""


def what_it_says(value: Any) -> Any:
    """Leave out of an answer what tells of freshness."""
    if isinstance(value, dict):
        return {k: what_it_says(v) for k, v in value.items() if k not in OF_FRESHNESS}
    return [what_it_says(one) for one in value] if isinstance(value, list) else value


@pytest.mark.mission("M98")
async def test_from_live_to_synced_no_query_and_no_field_changes(both_ways: Boards) -> None:
    both_ways.kind(live="keep: 60s")
    queries = [JOBS, *examples()]
    with Replay({"/jobs": jobs(*range(1, 12))}).serving() as board:
        await both_ways.add("a", board.url)
        live = [await both_ways.ask(query) for query in queries]
        await both_ways.hub.connectors.set_mode("a", SourceMode.SYNCED)
        await both_ways.hub.sync()
        synced = [await both_ways.ask(query) for query in queries]
        assert board.hits["/jobs"] == 2
    assert len(titles(live[0])) == 11
    assert what_it_says(live) == what_it_says(synced)
    assert _freshness(live[0]) == {"LIVE"}
    assert _freshness(synced[0]) == {"SYNCED"}
    assert rows(synced[0])["a"]["source"]["mode"] == "SYNCED"


def _freshness(answer: dict[str, Any]) -> set[str]:
    return {n["provenance"][0]["freshness"] for n in answer["data"]["vacancies"]["nodes"]}


async def test_from_synced_to_live_what_is_held_stays_and_keeps_its_ids(town: Boards) -> None:
    town.kind(live="keep: 60s")
    with Replay({"/jobs": jobs(1, 2)}).serving() as board:
        await town.add("a", board.url, mode=SourceMode.SYNCED)
        await town.hub.sync()
        before = await town.ask()
        await town.database.execute("UPDATE stream_state SET last_complete = '2026-01-01Z'")
        await town.hub.connectors.set_mode("a", SourceMode.LIVE)
        after = await town.ask()
        assert board.hits["/jobs"] == 2
    assert what_it_says(before) == what_it_says(after)
    assert await town.database.value("SELECT count(*) FROM sync_run") == 1  # nothing was written


async def test_a_hybrid_source_is_asked_only_when_its_last_sync_is_old(town: Boards) -> None:
    town.kind(live="keep: 1s")
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await town.add("a", board.url, mode=SourceMode.HYBRID)
        await town.hub.sync()
        answer = await town.ask()
        assert (rows(answer)["a"]["state"], board.hits["/jobs"]) == ("OK", 1)
        await town.later(1.1)
        board.answers = {"/jobs": jobs(1, 2)}
        assert await town.titles() == ["Job a1", "Job a2"]
        assert board.hits["/jobs"] == 2
        (report,) = await town.hub.sync()
        assert report.ok
        assert report.streams[0].counts.unchanged == 2  # a sync and a question read alike


async def test_a_live_source_is_not_due_and_a_hybrid_one_is(town: Boards) -> None:
    town.kind()
    await town.add("a", "http://127.0.0.1:1", mode=SourceMode.SYNCED)
    await town.hub.sync()  # fails, and is to be tried again
    await town.database.execute("UPDATE source SET retry_at = now() - interval '1 second'")
    assert await due_sources(town.database) == ["a"]
    await town.hub.connectors.set_mode("a", SourceMode.LIVE)
    assert await due_sources(town.database) == []
    assert await town.database.value("SELECT every_seconds FROM source") is None
    await town.hub.connectors.set_mode("a", SourceMode.HYBRID, every="2h")
    assert await town.database.value("SELECT every_seconds FROM source") == 7200
    await town.database.execute("UPDATE source SET began_at = now() - interval '3 hours'")
    assert await due_sources(town.database) == ["a"]


async def test_a_mode_the_connector_does_not_know_is_refused(town: Boards) -> None:
    town.kind()
    await town.add("a", "http://127.0.0.1:1")
    manifest = town.home / "board" / "connector.yaml"
    text = manifest.read_text().replace("[synced, live]", "[synced]")
    manifest.write_text(text.replace("    live: {keep: 1s}\n", ""))
    for mode in (SourceMode.LIVE, SourceMode.HYBRID):
        with pytest.raises(Misconfigured, match="its modes are synced") as refused:
            await town.hub.connectors.set_mode("a", mode)
        assert refused.value.code == "CONFIG_INVALID"


async def test_a_live_source_is_read_by_a_sync_that_names_it(town: Boards) -> None:
    town.kind(live="keep: 60s")
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await town.add("a", board.url)
        assert await town.hub.sync() == []
        (report,) = await town.hub.sync(["a"])
        assert report.ok


async def test_what_a_whole_list_lacks_is_gone_from_the_answer(town: Boards) -> None:
    town.kind(live="keep: 1s")
    with Replay({"/jobs": jobs(*range(1, 8))}).serving() as board:
        await town.add("a", board.url)
        assert len(await town.titles()) == 7
        await town.later(1.1)
        board.answers = {"/jobs": jobs(*range(2, 8))}
        assert await town.titles() == [f"Job a{n}" for n in range(2, 8)]


INCOMPLETE = {
    "a list that broke off": Reply(b'{"jobs": [{"id": 1, "ti'),
    "a list that is empty": jobs(),
    "a list that shrank": jobs(1, 2),
    "records without ids": json_reply({"jobs": [job(1), *({"title": "?"} for _ in range(6))]}),
}


@pytest.mark.parametrize("reply", INCOMPLETE.values(), ids=INCOMPLETE)
async def test_nothing_goes_on_a_list_that_cannot_be_believed(town: Boards, reply: Reply) -> None:
    town.kind(live="keep: 1s")
    with Replay({"/jobs": jobs(*range(1, 8))}).serving() as board:
        await town.add("a", board.url)
        await town.ask()
        await town.later(1.1)
        board.answers = {"/jobs": reply}
        answer = await town.ask()
    assert len(titles(answer)) == 7
    assert rows(answer)["a"]["state"] in {"STALE", "PARTIAL"}


async def test_removals_held_back_are_let_go_by_an_operator(town: Boards) -> None:
    town.kind(live="keep: 1s")
    with Replay({"/jobs": jobs(*range(1, 8))}).serving() as board:
        await town.add("a", board.url)
        await town.ask()
        await town.later(1.1)
        board.answers = {"/jobs": jobs(1)}
        assert len(await town.titles()) == 7
        await asyncio.sleep(0.3)
        advice = await town.database.value("SELECT advice FROM source")
        assert "isthmus sync a --confirm-removals" in advice
        await town.hub.sync(["a"], confirm_removals=True)
        assert await town.titles() == ["Job a1"]


async def test_what_no_search_brings_any_more_is_swept(town: Boards) -> None:
    town.kind(live="search: q, keep: 1s, stale: 1h")
    with Replay({"/jobs": jobs(1, 2)}).serving() as board:
        await town.add("a", board.url)
        await town.ask(q="Job")
        board.answers = {"/jobs": jobs(2, 3)}
        await town.ask(q="a3")
        assert await town.hub.freshening.sweep() == 0
        age = "UPDATE record SET seen_at = seen_at - interval '2 hours', retrieved_at ="
        await town.database.execute(
            f"{age} retrieved_at - interval '2 hours' WHERE source_key = '1' AND stream = 'jobs'"
        )
        assert await town.hub.freshening.sweep() == 1
        found = await town.database.fetch("SELECT source_key FROM record WHERE stream = 'jobs'")
        assert sorted(row[0] for row in found) == ["2", "3"]


async def test_what_a_licence_forbids_to_keep_is_gone_when_it_is_stale(town: Boards) -> None:
    town.kind(live="keep: 1s, stale: 1h", redistributable=False)
    with Replay({"/jobs": jobs(1, 2)}).serving() as board:
        await town.add("a", board.url)
        await town.ask()
        assert await town.hub.freshening.sweep() == 0
        await town.later(7200)
        assert await town.hub.freshening.sweep() == 3  # with the employer they named
        assert await town.database.value("SELECT count(*) FROM vacancy") == 0
        assert await town.database.value("SELECT count(*) FROM organization") == 0
        board.answers = {"/jobs": json_reply({}, 500)}
        fresh = Boards(town.database, town.home)
        answer = await fresh.ask()
        await fresh.close()
        assert (titles(answer), rows(answer)["a"]["state"]) == ([], "FAILED")


async def test_what_may_be_kept_is_shown_however_old(town: Boards) -> None:
    town.kind(live="keep: 1s, stale: 1h", redistributable=True)
    with Replay({"/jobs": jobs(1, 2)}).serving() as board:
        await town.add("a", board.url)
        await town.ask()
        await town.later(7200)
        assert await town.hub.freshening.sweep() == 0
        board.answers = {"/jobs": json_reply({}, 500)}
        fresh = Boards(town.database, town.home)
        answer = await fresh.ask()
        await fresh.close()
        row = rows(answer)["a"]
        assert (len(titles(answer)), row["state"]) == (2, "STALE")
        assert 7200 <= row["ageSeconds"] < 7300


async def test_two_processes_that_ask_at_once_make_one_call(town: Boards) -> None:
    town.kind(live="keep: 60s")
    slow = jobs(1, 2, 3)
    slow.hang = 0.4
    other = Boards(town.database, town.home)
    with Replay({"/jobs": slow}).serving() as board:
        await town.add("a", board.url)
        answers = await asyncio.gather(*(one.ask() for one in (town, other) * 4))
        assert board.hits["/jobs"] == 1
    await other.close()
    assert {len(titles(answer)) for answer in answers} == {3}
    assert {rows(answer)["a"]["state"] for answer in answers} == {"OK"}


async def test_two_processes_share_what_a_source_said_of_waiting(town: Boards) -> None:
    town.kind()
    limited = json_reply({}, 429, **{"retry-after": "20"})
    other = Boards(town.database, town.home)
    with Replay({"/jobs": limited}).serving() as board:
        await town.add("a", board.url)
        await town.ask()
        row = rows(await other.ask())["a"]
        assert (row["state"], board.hits["/jobs"]) == ("RATE_LIMITED", 1)
    await other.close()


async def test_a_question_during_a_sync_waits_for_nobody_and_breaks_nothing(town: Boards) -> None:
    town.kind(live="keep: 1s", deadline="500ms")
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await town.add("a", board.url, mode=SourceMode.HYBRID)
        await town.hub.sync()
        await town.later(1.1)
        slow = jobs(1, 2)
        slow.hang = 0.8
        board.answers = {"/jobs": slow}
        reading = asyncio.create_task(town.hub.sync())
        await asyncio.to_thread(board.until, "/jobs", 2)
        board.answers = {"/jobs": jobs(1, 2)}
        answer = await town.ask()
        assert rows(answer)["a"]["state"] in {"STALE", "OK", "TIMED_OUT"}
        assert titles(answer)
        (report,) = await reading
        assert report.ok, report


async def test_the_secrets_of_a_live_source_go_out_and_nowhere_else(town: Boards) -> None:
    (town.home / "keyed").mkdir()
    text = (
        (town.home / town.kind() / "connector.yaml").read_text().replace("id: board", "id: keyed")
    )
    text = text.replace(
        "http: {}",
        "config: {type: object, required: [token], properties:"
        " {token: {type: string, secret: true}}}\n"
        "http: {auth: {bearer: {secret: token}}}",
    )
    (town.home / "keyed" / "connector.yaml").write_text(text)
    with Replay({"/jobs": jobs(1)}).serving() as board:
        await town.hub.add_source(
            "a", "keyed", {"token": "s3cr3t-of-the-board"}, base_url=board.url, mode=SourceMode.LIVE
        )
        assert await town.titles() == ["Job a1"]
        assert board.asked[0].headers["authorization"] == "Bearer s3cr3t-of-the-board"


@pytest.mark.parametrize(
    "name", ["greenhouse", "lever", "personio", "jobtech-jobs", "rss-jobs", "yoma"]
)
def test_a_connector_of_job_boards_can_be_asked_live(name: str) -> None:
    manifest = installed.load_folder(ROOT / "connectors" / name).manifest
    assert manifest.modes == ["synced", "live"]
    assert manifest.mode is SourceMode.SYNCED  # unless its source says otherwise
    assert all(stream.live is not None for stream in manifest.streams.values())
