"""Stored files of real catalogues: each record is stored, or rejected with its reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from isthmus.hub import Hub
from isthmus.sync import SourceReport
from tests.support.replay import Replay, json_reply

pytestmark = pytest.mark.shared


def add_up(report: SourceReport) -> dict[str, tuple[int, int, int]]:
    """Give what each stream stored, rejected and saw; hold that they add up."""
    assert report.ok, report
    found = {}
    for stream in report.streams:
        counts = stream.counts
        stored = counts.added + counts.changed + counts.unchanged
        assert stored + counts.rejected == counts.seen
        found[stream.stream] = (stored, counts.rejected, counts.seen)
    return found


def read(fixtures: Path, name: str) -> Any:
    return json.loads((fixtures / "catalogues" / name).read_text("utf-8"))


EDX = {"token_address": "/token", "client_id": "a", "client_secret": "b"}


async def test_courses_of_edx_are_stored_and_their_runs_are_none(
    fixtures: Path, hub: Hub, replay: Replay
) -> None:
    courses = [
        course
        for name in ("test_mitx_course.json", "test_non_mitx_course.json")
        for course in read(fixtures, f"edx-and-mit/{name}")["results"]
    ]
    programmes = read(fixtures, "edx-and-mit/test_mitx_programs.json")
    replay.answers = {
        "/token": json_reply({"access_token": "t"}),
        "/courses": json_reply({"results": courses, "next": None}),
        "/programs": json_reply({"results": programmes, "next": None}),
    }
    await hub.add_source("real", "edx-discovery", EDX, base_url=replay.url)
    (report,) = await hub.sync(["real"])
    # one uuid stands twice; the three runs are none of either
    assert add_up(report) == {"courses": (2, 1, 3), "programmes": (3, 0, 3)}
