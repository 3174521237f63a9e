"""What a connector does not name is kept nowhere: not in a record, the quarantine or a log."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import pytest

from isthmus.hub import Hub
from isthmus.store.database import Database
from tests.connectors.samples import Sample, answers_of, samples
from tests.support.replay import Replay

SAMPLES = {s.situation: s for s in samples() if s.connector == "greenhouse"}
SHOWN = {"two-jobs-one-without-department": "solar pump", "jobs-that-do-not-read": "baker"}
AddSource = Callable[..., Awaitable[str]]


async def tables_that_hold(database: Database, word: str) -> list[str]:
    names = await database.fetch(
        "SELECT relid::regclass::text AS name FROM pg_stat_user_tables ORDER BY name"
    )
    found = []
    for (name,) in names:
        count = await database.fetch(
            f"SELECT count(*) FROM {name} AS t WHERE t::text ILIKE $1", f"%{word}%"
        )
        if count[0][0]:
            found.append(name)
    return found


async def read(sample: Sample, replay: Replay, hub: Hub, add_source: AddSource) -> None:
    replay.answers = answers_of(sample)
    await hub.sync([await add_source(sample.connector, sample.config)])


@pytest.mark.parametrize("situation", SHOWN)
async def test_no_table_holds_the_name_of_a_recruiter(
    situation: str, replay: Replay, hub: Hub, add_source: AddSource, database: Database
) -> None:
    sample = SAMPLES[situation]
    assert b"oriane@" in sample.file.with_name(f"{situation}.json").read_bytes()
    await read(sample, replay, hub, add_source)
    assert await tables_that_hold(database, "oriane") == []
    assert await tables_that_hold(database, SHOWN[situation])  # the search itself does find


async def test_no_log_holds_the_name_of_a_recruiter(
    replay: Replay, hub: Hub, add_source: AddSource, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await read(SAMPLES["jobs-that-do-not-read"], replay, hub, add_source)
    assert "oriane" not in caplog.text.lower()
