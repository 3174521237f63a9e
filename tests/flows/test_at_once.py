"""Two syncs of one source at once: one reads, the other says so, nothing is doubled."""

from __future__ import annotations

import asyncio
import threading

import msgspec
import pytest

from isthmus.hub import Hub
from isthmus.model.run import HealthState, RunState
from isthmus.store.sources import get_source
from isthmus.sync import SourceReport
from tests.flows.jobs import CONNECTORS, a_job, add_board, jobs, keys, page_of, sync_board
from tests.support.replay import Asked, Replay, Reply, json_reply


@pytest.fixture
def paged(hub: Hub) -> Hub:
    """A hub whose connectors read pages."""
    settings = msgspec.structs.replace(
        hub.settings, connectors_dir=str(CONNECTORS), source_timeout=60.0
    )
    return Hub(settings, hub.database, hub.settings.home)


async def _two_at_once(hub: Hub, replay: Replay) -> tuple[SourceReport, SourceReport]:
    """Begin a sync, and another while the first waits for its second page."""
    go_on = threading.Event()
    every = jobs(range(200))

    def waiting(asked: Asked) -> Reply:
        if asked.query["page"] == "2":
            go_on.wait(60)
        return page_of(asked, every)

    replay.answers["/jobs"] = waiting
    first = asyncio.create_task(sync_board(hub))
    await asyncio.to_thread(replay.until, "/jobs", 2)
    second = await sync_board(hub)
    go_on.set()
    return await first, second


async def test_one_reads_and_the_other_says_that_the_stream_is_busy(
    paged: Hub, replay: Replay
) -> None:
    await add_board(paged, replay.url, "numbered")
    first, second = await _two_at_once(paged, replay)
    assert second.streams[0].fault_code == "STREAM_BUSY"
    assert second.streams[0].state is RunState.STOPPED
    assert not second.ok
    assert first.ok
    assert replay.hits["/jobs"] == 11
    assert await keys(paged.database) == list(range(200))


async def test_the_one_that_could_not_read_leaves_the_sources_health_alone(
    paged: Hub, replay: Replay
) -> None:
    await add_board(paged, replay.url, "numbered")
    await _two_at_once(paged, replay)
    source = await get_source(paged.database, "board")
    runs = await paged.database.fetch("SELECT state FROM sync_run")
    assert source.state is HealthState.UP
    assert source.advice is None
    assert [row["state"] for row in runs] == ["DONE"]


async def test_after_a_busy_moment_the_next_sync_reads_again(paged: Hub, replay: Replay) -> None:
    await add_board(paged, replay.url, "numbered")
    await _two_at_once(paged, replay)
    report = await sync_board(paged)
    assert report.streams[0].counts.unchanged == 200


async def test_sources_that_bring_the_same_employers_at_once_share_them(
    hub: Hub, replay: Replay
) -> None:
    for board in range(6):
        own = [
            a_job(board * 1000 + n, company_name=f"Company {n % 40}", absolute_url=f"https://{board}.example/{n}")
            for n in range(120)
        ]  # fmt: skip
        replay.answers[f"/{board}/jobs"] = json_reply({"jobs": own})
        await hub.add_source(
            f"board{board}", "greenhouse", {"board": "acme"}, base_url=f"{replay.url}/{board}"
        )
    reports = await asyncio.gather(*(hub.sync([f"board{board}"]) for board in range(6)))
    assert all(report[0].ok for report in reports), reports
    assert len(await keys(hub.database)) == 720
    names = "SELECT count(*), count(DISTINCT name) FROM organization"
    row = await hub.database.row(names)
    assert row is not None
    assert row[1] == 40


async def test_a_sync_that_is_stopped_ends_as_stopped_and_is_gone_on_with(
    paged: Hub, replay: Replay
) -> None:
    every = jobs(range(200))
    replay.answers["/jobs"] = lambda asked: (
        Reply(b"", hang=60) if asked.query["page"] == "5" else page_of(asked, every)
    )
    await add_board(paged, replay.url, "numbered")
    task = asyncio.create_task(sync_board(paged))
    await asyncio.to_thread(replay.until, "/jobs", 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await paged.database.value("SELECT state FROM sync_run") == "STOPPED"
    assert await keys(paged.database) == list(range(80))
    replay.answers["/jobs"] = lambda asked: page_of(asked, every)
    report = await sync_board(paged)
    assert report.streams[0].resumed
    assert await keys(paged.database) == list(range(200))
