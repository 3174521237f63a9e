"""A list that shows a window only: what has left it goes when it is old, and not before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store.database import Database
from tests.support.replay import Replay, json_reply

MANIFEST = """\
isthmus: 1
id: window
version: 1.0.0
title: Window
maintainers: [isthmus]
transport: rest
modes: [synced]
streams:
  jobs:
    produces: Vacancy@1
    request: {path: /jobs}
    id: id
    deletes: expiry
    expires: 10d
    map: {title: title}
"""


def shown(*ids: int) -> dict[str, Any]:
    return {"/jobs": json_reply([{"id": id_, "title": f"Job {id_}"} for id_ in ids])}


async def test_what_a_window_no_longer_shows_goes_when_it_is_old(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "window").mkdir()
    (tmp_path / "window" / "connector.yaml").write_text(MANIFEST)
    settings = Settings(home=tmp_path, allow_loopback=True, connectors_dir=str(tmp_path))
    hub = Hub(settings, database, tmp_path)
    with Replay(shown(*range(10))).serving() as board:
        await hub.add_source("board", "window", {}, base_url=board.url)
        await hub.sync()
        await database.execute(
            "UPDATE record SET retrieved_at = now() - interval '11 days'"
            " WHERE source_key IN ('0', '1', '2')"
        )
        board.answers = shown()  # a feed that is empty for a moment
        assert await _removed(hub) == 0
        board.answers = shown(2, 9)
        assert await _removed(hub) == 2
    held = await database.fetch("SELECT source_key FROM record ORDER BY source_key")
    assert [row[0] for row in held] == list("23456789")


async def _removed(hub: Hub) -> int:
    (report,) = await hub.sync()
    assert report.ok, report
    return report.streams[0].counts.removed
