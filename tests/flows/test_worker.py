"""Jobs: asked for, done once, by workers that come and go."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import msgspec
import pytest

from isthmus.errors import Misconfigured
from isthmus.hub import Hub
from isthmus.jobs import SCHEDULED, AlreadyQueued
from isthmus.store.sources import get_source
from tests.flows.jobs import CONNECTORS, a_board, jobs, keys, page_of, pages_of
from tests.flows.workers import PATIENCE, all_done, states, until, waiting, working
from tests.support.replay import Asked, Replay, Reply


@pytest.fixture
def paged(hub: Hub) -> Hub:
    """A hub whose connectors read pages."""
    settings = msgspec.structs.replace(
        hub.settings, connectors_dir=str(CONNECTORS), source_timeout=60.0
    )
    return Hub(settings, hub.database, hub.settings.home)


async def add(hub: Hub, name: str, url: str, every: str = "1h") -> None:
    await hub.add_source(name, "numbered", {}, base_url=url, every=every)


async def ask(hub: Hub, name: str, **terms: object) -> int:
    source = await get_source(hub.database, name)
    return await hub.readings().ask(source, **terms)  # type: ignore[arg-type]


async def test_what_was_asked_for_is_queued_then_read_once(paged: Hub, replay: Replay) -> None:
    replay.answers["/jobs"] = pages_of(jobs(range(50)))
    await add(paged, "board", replay.url)
    run = await ask(paged, "board")
    assert await states(paged) == ["QUEUED"]
    async with working(paged):
        await until(lambda: all_done(paged))
    assert await keys(paged.database) == list(range(50))
    row = await paged.database.row("SELECT id, state, seen FROM sync_run")
    assert row is not None
    assert tuple(row) == (run, "DONE", 50)
    assert await waiting(paged) == {}


async def test_a_second_request_is_refused_while_one_waits(paged: Hub, replay: Replay) -> None:
    await add(paged, "board", replay.url)
    await ask(paged, "board")
    with pytest.raises(AlreadyQueued, match="board waits in the queue already") as refused:
        await ask(paged, "board")
    assert refused.value.code == "SYNC_QUEUED"
    assert await states(paged) == ["QUEUED"]


async def test_what_a_person_asks_for_goes_before_what_is_due(paged: Hub, replay: Replay) -> None:
    replay.answers["/"] = pages_of(jobs(range(20)))
    for name in ("one", "two", "three"):
        await add(paged, name, f"{replay.url}/{name}")
    for name in ("one", "two"):
        await ask(paged, name, priority=SCHEDULED)
    await ask(paged, "three")
    async with working(paged):
        await until(lambda: all_done(paged))
    begun = list(dict.fromkeys(asked.path for asked in replay.asked))
    assert begun == ["/three/jobs", "/one/jobs", "/two/jobs"]


async def test_a_source_added_while_workers_run_is_read_by_its_interval(
    paged: Hub, replay: Replay
) -> None:
    replay.answers["/"] = pages_of(jobs(range(20)))
    async with working(paged), working(paged):
        await add(paged, "board", replay.url, every="1s")
        await until(lambda: _runs(paged, 3))
        await paged.database.execute("UPDATE source SET every_seconds = 3600")
        await until(lambda: all_done(paged))
        before = replay.hits["/jobs"]
        await asyncio.sleep(1.5)
        assert replay.hits["/jobs"] == before
    began = await paged.database.fetch("SELECT started_at FROM sync_run ORDER BY id")
    moments = [row[0].timestamp() for row in began]
    assert all(b - a > 0.9 for a, b in pairwise(moments))


async def _runs(hub: Hub, many: int) -> bool:
    return len([state for state in await states(hub) if state == "DONE"]) >= many


async def test_several_sources_are_read_at_once_but_none_twice(paged: Hub, replay: Replay) -> None:
    replay.answers["/"] = pages_of(jobs(range(60)), 0.2)
    for name in ("one", "two", "three", "four"):
        await add(paged, name, f"{replay.url}/{name}", every="1h")
    async with working(paged, at_once=2), working(paged, at_once=2):
        await until(lambda: _runs(paged, 4))
    assert {replay.hits[f"/{name}/jobs"] for name in ("one", "two", "three", "four")} == {4}
    assert await paged.database.value("SELECT count(*) FROM record WHERE noun = 'VACANCY'") == 240


async def test_a_source_that_fails_is_tried_again_later_and_later(
    paged: Hub, replay: Replay
) -> None:
    settings = msgspec.structs.replace(paged.settings, source_attempts=1)
    hub = Hub(settings, paged.database, paged.settings.home)
    replay.answers["/jobs"] = Reply(b"", 500)
    await add(hub, "board", replay.url)
    async with working(hub):
        await until(lambda: _failures(hub, 1))
        await asyncio.sleep(1.5)
        assert replay.hits["/jobs"] == 1
        waits = [await _wait(hub)]
        await hub.database.execute("UPDATE source SET retry_at = now()")
        await until(lambda: _failures(hub, 2))
        waits.append(await _wait(hub))
        replay.answers["/jobs"] = a_board(range(3))
        await hub.database.execute("UPDATE source SET retry_at = now()")
        await until(lambda: _failures(hub, 0))
    assert 25 < waits[0] <= 30
    assert 55 < waits[1] <= 60
    assert await hub.database.value("SELECT retry_at FROM source") is None


async def _failures(hub: Hub, many: int) -> bool:
    found = await hub.database.value("SELECT failures FROM source")
    return bool(found == many) and not await waiting(hub)


async def _wait(hub: Hub) -> float:
    found = await hub.database.value("SELECT extract(epoch FROM retry_at - now()) FROM source")
    return float(found)


async def test_a_source_without_interval_is_given_up_after_some_failures(
    paged: Hub, replay: Replay
) -> None:
    settings = msgspec.structs.replace(paged.settings, source_attempts=1)
    hub = Hub(settings, paged.database, paged.settings.home)
    replay.answers["/jobs"] = Reply(b"no JSON")
    await add(hub, "board", replay.url)
    await hub.database.execute("UPDATE source SET every_seconds = NULL")
    for _ in range(6):
        assert not (await hub.sync(["board"]))[0].ok
    row = await hub.database.row("SELECT failures, retry_at FROM source")
    assert row is not None
    assert tuple(row) == (6, None)


async def test_a_job_that_a_lost_worker_left_is_taken_up(paged: Hub, replay: Replay) -> None:
    replay.answers["/jobs"] = pages_of(jobs(range(20)))
    await add(paged, "board", replay.url)
    await ask(paged, "board")
    await paged.database.execute(
        "UPDATE procrastinate.procrastinate_jobs SET status = 'doing', worker_id ="
        " (SELECT procrastinate.procrastinate_register_worker_v1())"
    )
    async with working(paged):
        await until(lambda: all_done(paged))
    assert await keys(paged.database) == list(range(20))


async def test_a_job_whose_source_is_being_read_elsewhere_waits_for_its_turn(
    paged: Hub, replay: Replay
) -> None:
    go_on = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(asked: Asked) -> Reply:
        if asked.query["page"] == "2":
            asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(PATIENCE)
        return page_of(asked, jobs(range(60)))

    replay.answers["/jobs"] = slowly
    await add(paged, "board", replay.url)
    reading = asyncio.create_task(paged.sync(["board"]))
    await asyncio.to_thread(replay.until, "/jobs", 2)
    await ask(paged, "board", full=True)
    async with working(paged):
        await until(lambda: _put_back(paged))
        assert replay.hits["/jobs"] == 2
        go_on.set()
        assert (await reading)[0].ok
        await paged.database.execute(
            "UPDATE procrastinate.procrastinate_jobs SET scheduled_at = now()"
        )
        await until(lambda: all_done(paged))
    assert await states(paged) == ["DONE", "DONE"]
    assert replay.hits["/jobs"] == 8


async def _put_back(hub: Hub) -> bool:
    found = await hub.database.value(
        "SELECT max(attempts) FROM procrastinate.procrastinate_jobs WHERE status = 'todo'"
    )
    return bool(found)


async def test_a_run_asked_for_goes_on_with_what_a_broken_one_had_read(
    paged: Hub, replay: Replay
) -> None:
    broken = lambda asked: (  # noqa: E731
        Reply(b"", 404) if asked.query["page"] == "3" else page_of(asked, jobs(range(60)))
    )
    replay.answers["/jobs"] = broken
    await add(paged, "board", replay.url)
    assert not (await paged.sync(["board"]))[0].ok
    run = await ask(paged, "board")
    assert await states(paged) == ["QUEUED"]
    replay.answers["/jobs"] = pages_of(jobs(range(60)))
    async with working(paged):
        await until(lambda: all_done(paged))
    row = await paged.database.row("SELECT id, added FROM sync_run")
    assert row is not None
    assert tuple(row) == (run, 60)
    assert [asked.query["page"] for asked in replay.asked] == ["1", "2", "3", "3", "4"]


async def test_a_source_whose_connector_is_gone_is_told_of_and_not_read_again_at_once(
    paged: Hub, replay: Replay
) -> None:
    await add(paged, "board", replay.url)
    await paged.database.execute("UPDATE source SET connector = 'gone'")
    async with working(paged):
        await until(lambda: _failures(paged, 1))
        await asyncio.sleep(1)
    row = await paged.database.row("SELECT state, advice, failures FROM source")
    assert row is not None
    assert row["state"] == "DOWN"
    assert "gone" in row["advice"]
    assert row["failures"] == 1


async def test_a_live_source_cannot_be_queued(hub: Hub) -> None:
    source = await hub.add_source("locker", "hosted-badge", {}, base_url=None)
    with pytest.raises(Misconfigured) as refused:
        await hub.readings().ask(source)
    assert refused.value.code == "SOURCE_LIVE"
