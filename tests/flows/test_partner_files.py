"""A partner's file over time: a row with a fault costs that row its change, and nothing else."""

from __future__ import annotations

from isthmus.graph.executing import Graph, Operation
from isthmus.hub import Hub
from tests.support.replay import Replay, Reply

HEAD = "code,title,language,provider,hours\n"
GOOD = HEAD + "A,Bread,en,School,10\nB,Pastry,en,School,20\n"


async def sync(hub: Hub, replay: Replay, body: str) -> list[str]:
    replay.answers = {"/courses.csv": Reply(body.encode())}
    (report,) = await hub.sync(["partner"])
    return [str(report.streams[0].fault or ""), str(report.streams[0].counts)]


async def held(hub: Hub) -> dict[str, float]:
    document = "{ qualifications(first: 10) { nodes { code workload { hoursMin } } } }"
    answer = await Graph(hub.database).run(Operation(document))
    assert answer.errors == []
    nodes = answer.data["qualifications"]["nodes"]
    return {node["code"]: node["workload"]["hoursMin"] for node in nodes}


async def test_a_row_with_a_fault_keeps_its_last_good_version_until_it_is_mended(
    hub: Hub, replay: Replay
) -> None:
    await hub.add_source("partner", "partner-csv", {"file": "courses.csv"}, base_url=replay.url)
    await sync(hub, replay, GOOD)
    await sync(hub, replay, GOOD.replace("20", "two days").replace("10", "12"))
    assert await held(hub) == {"A": 12, "B": 20}
    (message,) = [r[0] for r in await hub.database.fetch("SELECT message FROM rejected_record")]
    assert message == "line 3: column hours: 'two days' is not a number; write 1200 or 36.5"
    await sync(hub, replay, GOOD.replace("20", "16"))
    assert await held(hub) == {"A": 10, "B": 16}
    assert await hub.database.value("SELECT count(*) FROM rejected_record") == 0


async def test_a_misspelt_column_removes_and_changes_nothing(hub: Hub, replay: Replay) -> None:
    await hub.add_source("partner", "partner-csv", {"file": "courses.csv"}, base_url=replay.url)
    await sync(hub, replay, GOOD)
    fault, _ = await sync(hub, replay, GOOD.replace("hours", "hour").replace("B,", "C,"))
    assert "line 1: there is no column 'hour', did you mean 'hours'?" in fault
    assert await held(hub) == {"A": 10, "B": 20}


async def test_a_row_that_only_moved_is_no_change(hub: Hub, replay: Replay) -> None:
    await hub.add_source("partner", "partner-csv", {"file": "courses.csv"}, base_url=replay.url)
    await sync(hub, replay, GOOD)
    moved = HEAD + "".join(reversed(GOOD.splitlines(keepends=True)[1:]))
    replay.answers = {"/courses.csv": Reply(moved.encode())}
    (report,) = await hub.sync(["partner"])
    counts = report.streams[0].counts
    assert (counts.added, counts.changed, counts.removed) == (0, 0, 0)
