"""Stored answers of real job boards: each record is stored, rejected with reason, or unchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from isthmus.hub import Hub
from tests.support.replay import Replay, Reply

BOARDS: dict[str, tuple[str, dict[str, Any], int]] = {
    "lever": ("ats/lever.json", {"board": "real"}, 2),
    "personio": ("ats/personio.xml", {"language": "en"}, 1),  # the same position twice
    "jobtech-jobs": ("ats-eu/jobtech.json", {}, 1),
    "rss-jobs": ("ats/neogov.xml", {}, 2),
    "jobposting": ("ats-eu/cryptojobslist_job.html", {}, 1),
}


@pytest.mark.shared
@pytest.mark.parametrize("connector", BOARDS)
async def test_the_records_of_a_real_board_add_up(connector: str, fixtures: Path, hub: Hub) -> None:
    file, config, seen = BOARDS[connector]
    body = (fixtures / "jobs" / file).read_bytes()
    with Replay({"/": Reply(body)}).serving() as board:
        await hub.add_source("real", connector, config, base_url=board.url)
        (report,) = await hub.sync(["real"])
    (stream,) = report.streams
    counts = stream.counts
    assert report.ok, report
    assert counts.seen == seen
    assert counts.added + counts.rejected + counts.unchanged == counts.seen
    assert counts.added > 0
