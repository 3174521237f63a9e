"""Workers as processes: stopped, killed, and the database taken from under them."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from isthmus.store.database import Database
from tests.flows.commands import PATIENCE, add_numbered, begin, isthmus, postmaster, until
from tests.flows.jobs import PAGE, jobs, pages_of
from tests.support.replay import Replay
from tests.support.servers import up

Surroundings = Mapping[str, str]
EVERY = jobs(range(400))
SEED = 20261125
KILLS, LONG_KILLS = 4, 50
LOOK = 0.1
"""Seconds between looks, each of which opens the database."""


@pytest.fixture
def slow_source(replay: Replay) -> Replay:
    """Lists of twenty pages that take about a second."""
    replay.answers["/"] = pages_of(EVERY, 0.04)
    return replay


def ask(home: Surroundings, statement: str) -> list[tuple[Any, ...]]:
    async def fetch() -> list[tuple[Any, ...]]:
        async with await Database.open(home=Path(home["ISTHMUS_HOME"])) as database:
            return [tuple(row) for row in await database.fetch(statement)]

    return asyncio.run(fetch())


def add(home: Surroundings, name: str, url: str) -> None:
    add_numbered(home, name, url, "--every", "1h")


def a_worker(home: Surroundings, *options: str) -> subprocess.Popen[bytes]:
    return begin(home, "worker", "--every", "1", *options)


def held(home: Surroundings) -> dict[str, tuple[int, int, int]]:
    """Count each source's records, the vacancies behind them, and the pages of its runs."""
    rows = ask(
        home,
        "SELECT s.name, count(r.id), count(DISTINCT v.id),"
        " (SELECT coalesce(max(pages), 0) FROM sync_run WHERE source_id = s.id)::int"
        " FROM source s LEFT JOIN record r ON r.source_id = s.id AND r.noun = 'VACANCY'"
        " LEFT JOIN vacancy v ON v.id = r.entity_id GROUP BY s.id",
    )
    return {name: (records, vacancies, pages) for name, records, vacancies, pages in rows}


def unfinished(home: Surroundings) -> int:
    """Count the sources that were not read to their end."""
    (row,) = ask(
        home,
        "SELECT count(*) FROM source s WHERE NOT EXISTS (SELECT FROM sync_run r"
        " WHERE r.source_id = s.id AND r.state = 'DONE')",
    )
    return int(row[0])


def _killed_again_and_again(home: Surroundings, source: Replay, kills: int) -> None:
    """Kill one of two workers at random moments; new ones come, new sources too."""
    dice = random.Random(SEED)
    workers = [a_worker(home), a_worker(home)]
    try:
        for number in range(kills):
            name = f"board{number}"
            add(home, name, source.url)
            until(lambda name=name: source.hits[f"/{name}/jobs"] > 0, LOOK)
            time.sleep(dice.uniform(0, 1.0))
            place = dice.randrange(2)
            workers[place].kill()  # SIGKILL: nothing of it can be cleaned up
            workers[place].wait()
            for records, vacancies, _ in held(home).values():
                assert records == vacancies
                assert records % PAGE == 0
            workers[place] = a_worker(home)
        until(lambda: unfinished(home) == 0, LOOK)
        until(lambda: not ask(home, "SELECT 1 FROM procrastinate.procrastinate_jobs"), LOOK)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    found = held(home)
    assert len(found) == kills
    assert set(found.values()) == {(len(EVERY), len(EVERY), len(EVERY) // PAGE + 1)}
    ended = {state for (state,) in ask(home, "SELECT DISTINCT state FROM sync_run")}
    assert ended == {"DONE"}


def test_workers_killed_in_the_middle_lose_nothing_and_double_nothing(
    paged_home: Surroundings, slow_source: Replay
) -> None:
    _killed_again_and_again(paged_home, slow_source, KILLS)


@pytest.mark.slow
def test_workers_killed_fifty_times_lose_nothing_and_double_nothing(
    paged_home: Surroundings, slow_source: Replay
) -> None:
    _killed_again_and_again(paged_home, slow_source, LONG_KILLS)


def test_a_worker_that_is_told_to_stop_ends_soon_and_its_job_is_put_back(
    paged_home: Surroundings, slow_source: Replay
) -> None:
    slow_source.answers["/"] = pages_of(EVERY, 0.6)
    add(paged_home, "board", slow_source.url)
    worker = begin(paged_home, "worker", "--every", "1", keep=True)
    until(lambda: slow_source.hits["/board/jobs"] > 2, LOOK)
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    out, err = worker.communicate(timeout=PATIENCE)
    took = time.monotonic() - began
    assert took < 10, took
    assert worker.returncode == 0, err
    assert "Traceback" not in (out + err).decode()
    assert "stopped" in err.decode()
    records, vacancies, pages = held(paged_home)["board"]
    assert records == vacancies == pages * PAGE
    assert 0 < records < len(EVERY)
    assert ask(paged_home, "SELECT state FROM sync_run") == [("STOPPED",)]
    jobs_left = "SELECT status::text FROM procrastinate.procrastinate_jobs"
    assert ask(paged_home, jobs_left) == [("todo",)]
    slow_source.answers["/"] = pages_of(EVERY)
    another = a_worker(paged_home)
    try:
        until(lambda: unfinished(paged_home) == 0, LOOK)
    finally:
        another.terminate()
        another.wait()
    assert held(paged_home)["board"][:2] == (len(EVERY), len(EVERY))
    assert ask(paged_home, "SELECT state FROM sync_run") == [("DONE",)]


def test_a_sync_by_hand_and_a_worker_never_read_a_source_at_once(
    paged_home: Surroundings, slow_source: Replay
) -> None:
    slow_source.answers["/"] = pages_of(EVERY, 0.2)
    add(paged_home, "board", slow_source.url)
    worker = a_worker(paged_home)
    try:
        until(lambda: slow_source.hits["/board/jobs"] > 0, LOOK)
        by_hand = isthmus(paged_home, "sync", "board")
        until(lambda: unfinished(paged_home) == 0, LOOK)
    finally:
        worker.terminate()
        worker.wait()
    assert by_hand.returncode == 1
    assert "STREAM_BUSY" in by_hand.stdout
    assert slow_source.hits["/board/jobs"] == len(EVERY) // PAGE + 1
    assert held(paged_home)["board"][:2] == (len(EVERY), len(EVERY))


def test_what_is_queued_by_hand_is_told_and_refused_the_second_time(
    paged_home: Surroundings, slow_source: Replay
) -> None:
    add(paged_home, "board", slow_source.url)
    first = isthmus(paged_home, "sync", "board", "--queue")
    again = isthmus(paged_home, "sync", "board", "--queue")
    assert (first.returncode, first.stdout) == (0, "board: queued\n")
    assert again.returncode == 1
    assert "waits in the queue already [SYNC_QUEUED]" in again.stderr
    assert slow_source.hits["/board/jobs"] == 0


def test_a_worker_outlives_its_database(paged_home: Surroundings, slow_source: Replay) -> None:
    worker = begin(paged_home, "worker", "--every", "1", keep=True)
    try:
        add(paged_home, "one", slow_source.url)
        until(lambda: slow_source.hits["/one/jobs"] > 3, LOOK)
        os.kill(postmaster(paged_home).pid, signal.SIGINT)  # PostgreSQL's fast shutdown
        time.sleep(1)
        with up(Path(paged_home["ISTHMUS_HOME"])):
            until(lambda: unfinished(paged_home) == 0, LOOK)
            assert worker.poll() is None
            assert held(paged_home)["one"][:2] == (len(EVERY), len(EVERY))
    finally:
        worker.terminate()
        out, err = worker.communicate(timeout=PATIENCE)
    assert "Traceback" not in (out + err).decode(), err.decode()
