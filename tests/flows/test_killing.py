"""kill -9, of the sync and of the database: what is stored is whole, and the next run completes."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from isthmus.store.database import Database
from tests.flows.commands import PATIENCE, add_numbered, begin, isthmus, postmaster, until
from tests.flows.jobs import PAGE, jobs, pages_of
from tests.support.replay import Replay

Surroundings = Mapping[str, str]
EVERY = jobs(range(600))
ROUNDS = 4
LONG_ROUNDS = 20
SEED = 20261124


@pytest.fixture
def slow_source(replay: Replay) -> Replay:
    """A list of thirty pages that takes about a second."""
    replay.answers["/"] = pages_of(EVERY, 0.03)
    return replay


def _held(home: Surroundings, name: str) -> tuple[int, int, int, str | None]:
    """Count records, the vacancies behind them and pages; give the cursor."""

    async def ask() -> tuple[int, int, int, str | None]:
        async with await Database.open(home=Path(home["ISTHMUS_HOME"])) as database:
            row = await database.row(
                "SELECT count(r.id), count(DISTINCT v.id),"
                " (SELECT coalesce(sum(pages), 0) FROM sync_run WHERE source_id = s.id),"
                " (SELECT cursor FROM stream_state WHERE source_id = s.id)"
                " FROM source s LEFT JOIN record r ON r.source_id = s.id AND r.noun = 'VACANCY'"
                " LEFT JOIN vacancy v ON v.id = r.entity_id WHERE s.name = $1 GROUP BY s.id",
                name,
            )
            assert row is not None
            return row[0], row[1], row[2], row[3]

    return asyncio.run(ask())


def _kill_in_the_middle(home: Surroundings, source: Replay, dice: random.Random, name: str) -> None:
    before = source.hits[f"/{name}/jobs"]
    process = begin(home, "sync", name)
    until(lambda: source.hits[f"/{name}/jobs"] > before or process.poll() is not None)
    time.sleep(dice.uniform(0, 1.2))
    process.kill()
    process.wait()


def _trial(home: Surroundings, source: Replay, number: int) -> None:
    """Kill a sync twice at random points; then let it end."""
    name, dice = f"board{number}", random.Random(SEED + number)
    add_numbered(home, name, source.url)
    for _ in range(2):
        _kill_in_the_middle(home, source, dice, name)
        records, vacancies, pages, cursor = _held(home, name)
        assert records == vacancies
        assert records % PAGE == 0
        assert records == pages * PAGE
        assert cursor == (str(pages + 1) if 0 < records < len(EVERY) else None)
    ended = isthmus(home, "sync", name)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert _held(home, name)[:2] == (len(EVERY), len(EVERY))


def test_a_killed_sync_leaves_whole_pages_and_the_next_one_completes(
    paged_home: Surroundings, slow_source: Replay
) -> None:
    for number in range(ROUNDS // 2):
        _trial(paged_home, slow_source, number)


@pytest.mark.slow
def test_twenty_killed_syncs_leave_whole_pages_and_complete(
    paged_home: Surroundings, slow_source: Replay
) -> None:
    for number in range(LONG_ROUNDS // 2):
        _trial(paged_home, slow_source, 100 + number)


@pytest.mark.parametrize("with_children", [True, False])
def test_a_killed_database_ends_the_run_with_a_code_and_the_next_start_recovers(
    paged_home: Surroundings, slow_source: Replay, *, with_children: bool
) -> None:
    add_numbered(paged_home, "board", slow_source.url)
    process = begin(paged_home, "sync", "board", keep=True)
    until(lambda: slow_source.hits["/board/jobs"] > 8)
    server = postmaster(paged_home)
    children = server.children(recursive=True) if with_children else []
    for each in [server, *children]:
        with suppress(psutil.NoSuchProcess):
            os.kill(each.pid, signal.SIGKILL)
    out, err = process.communicate(timeout=PATIENCE)
    said = (out + err).decode()
    assert process.returncode in {1, 2}, said
    assert "RUN_LOST" in said or "DATABASE_UNREACHABLE" in said
    assert "Traceback" not in said, said
    again = isthmus(paged_home, "sync", "board")
    assert again.returncode == 0, again.stdout + again.stderr
    assert _held(paged_home, "board")[:2] == (len(EVERY), len(EVERY))
