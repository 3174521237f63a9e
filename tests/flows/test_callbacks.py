"""Sources that answer later: what two platforms call back with, and what is not believed."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from isthmus.graph.executing import Graph, Operation
from isthmus.playground.simulators.beckn_catalogues import CONTACT, LEARNING, PLATFORMS
from isthmus.playground.simulators.beckn_network import Conduct
from isthmus.playground.simulators.beckn_wire import Participant
from isthmus.store.database import Database
from isthmus.sync import SourceReport
from isthmus.sync.report import StreamReport
from tests.connectors.samples import CONNECTORS
from tests.support.beckn import SUBSCRIBER, WAIT, Side, a_network


@pytest.fixture
async def side(database: Database, tmp_path: Path) -> AsyncIterator[Side]:
    """A network of two platforms, and a hub that is called back."""
    async with a_network(database, tmp_path) as found:
        yield found


def stream_of(report: SourceReport, name: str) -> StreamReport:
    return next(one for one in report.streams if one.stream == name)


async def held(database: Database, stream: str) -> list[str]:
    rows = await database.fetch(
        "SELECT source_key FROM record WHERE stream = $1 AND gone_at IS NULL ORDER BY 1", stream
    )
    return [row[0] for row in rows]


async def calling_back(side: Side, body: bytes, sender: Participant) -> httpx.Response:
    """Call back as a platform would that does it itself."""
    headers = {
        "content-type": "application/json",
        "authorization": sender.sign(body, int(time.time())),
    }
    async with httpx.AsyncClient(trust_env=False) as client:
        address = f"{side.address}/callbacks/onest/on_search"
        return await client.post(address, content=body, headers=headers)


async def left_over(database: Database) -> list[Any]:
    return await database.fetch("SELECT id FROM received_callback WHERE body IS NOT NULL")


async def test_two_platforms_answer_one_search_and_both_are_read(
    side: Side, database: Database
) -> None:
    await side.add(enough_answers=2)
    report = await side.read()
    assert report.ok, report
    assert await held(database, "courses") == [
        f"{PLATFORMS[0]}|NEEL|C-1", f"{PLATFORMS[0]}|NEEL|C-2", f"{PLATFORMS[1]}|SAPTA|C-1",
    ]  # fmt: skip
    assert await held(database, "jobs") == [f"{PLATFORMS[1]}|1|J-1", f"{PLATFORMS[1]}|1|J-2"]
    assert {told.status for told in side.network.told} == {200}
    assert side.network.told[0].body == {"message": {"ack": {"status": "ACK"}}}
    assert await left_over(database) == []


async def test_a_second_reading_changes_nothing_and_looks_no_key_up_again(
    side: Side, database: Database
) -> None:
    await side.add(enough_answers=2)
    await side.read()
    asked = len(side.network.looked_up)
    again = await side.read()
    assert sum(s.counts.unchanged for s in again.streams) == 5
    assert sum(s.counts.added + s.counts.changed + s.counts.removed for s in again.streams) == 0
    assert asked == len(side.network.looked_up) == 3  # two platforms and the gateway


async def test_what_was_taken_and_refused_is_counted_for_the_operator(side: Side) -> None:
    side.network.platforms[PLATFORMS[0]].conduct = Conduct.ALTERS
    await side.add(wait_seconds=1)
    await side.read()
    async with httpx.AsyncClient(trust_env=False) as client:
        figures = (await client.get(f"{side.address}/metrics")).text.splitlines()
    assert "isthmus_callbacks_taken 2" in figures
    assert "isthmus_callbacks_refused 2" in figures


async def test_a_search_is_signed_and_says_where_to_call_back(side: Side) -> None:
    await side.add(enough_answers=2, courses="solar", city="std:080")
    await side.read()
    context = side.network.searched[0]["context"]  # a gateway takes no call whose signature fails
    assert context["bap_id"] == SUBSCRIBER
    assert context["bap_uri"] == f"{side.address}/callbacks/onest"
    assert (context["domain"], context["ttl"]) == (LEARNING, f"PT{WAIT}S")
    assert context["location"]["city"] == {"code": "std:080"}
    assert side.network.searched[0]["message"]["intent"]["item"]["descriptor"] == {"name": "solar"}


REQUIREMENTS = """{ vacancies(first: 10, filter: { q: "fitter" }) { nodes {
    title { value } requirements { kind must statedAs }
} } }"""


@pytest.mark.mission("S57")
async def test_skills_among_the_tags_of_a_job_are_what_the_vacancy_requires(
    side: Side, database: Database
) -> None:
    await side.add(enough_answers=2)
    await side.read()
    answer = await Graph(database).run(Operation(REQUIREMENTS))
    assert answer.errors == []
    (job,) = (answer.data or {})["vacancies"]["nodes"]
    assert job["title"]["value"] == "Solar Panel Fitter"
    assert job["requirements"] == [
        {"kind": "SKILL", "must": True, "statedAs": text}
        for text in ("fit solar panels", "read drawings")
    ]


@pytest.mark.mission("S57")
async def test_where_all_is_forged_the_run_fails_and_nothing_is_lost(
    side: Side, database: Database
) -> None:
    await side.add(wait_seconds=1, enough_answers=2)
    await side.read()
    for platform in side.network.platforms.values():
        platform.conduct, platform.is_direct = Conduct.FORGES, True
    report = await side.read()
    fault = str(stream_of(report, "courses").fault)
    assert fault.endswith("nobody called back within 1 s; 2 were refused"), fault
    assert {stream.fault_code for stream in report.streams} == {"SOURCE_TIMEOUT"}
    assert len(await held(database, "courses")) + len(await held(database, "jobs")) == 5
    assert await left_over(database) == []


@pytest.mark.mission("S57")
@pytest.mark.parametrize(
    ("conduct", "status"),
    [
        (Conduct.FORGES, 401),
        (Conduct.ALTERS, 401),
        (Conduct.EXPIRED, 401),
        (Conduct.AS_ANOTHER, 401),
        (Conduct.ELSEWHERE, 404),
    ],
)
async def test_what_is_not_the_platforms_own_answer_is_refused_and_the_other_is_read(
    conduct: Conduct, status: int, side: Side, database: Database
) -> None:
    side.network.platforms[PLATFORMS[0]].conduct = conduct
    await side.add(enough_answers=1)
    assert (await side.read()).ok
    assert await held(database, "courses") == [f"{PLATFORMS[1]}|SAPTA|C-1"]
    statuses = Counter((told.sender == PLATFORMS[0], told.status) for told in side.network.told)
    assert statuses[(False, 200)] == 2
    refused = {s for (own, s) in statuses if own or s != 200}
    assert refused <= {status, 404, 410}  # the wait may have been over by then
    assert not any(own and s == 200 for own, s in statuses)


async def test_a_message_that_comes_twice_is_taken_once(side: Side, database: Database) -> None:
    side.network.platforms[PLATFORMS[0]].conduct = Conduct.TWICE
    await side.add(wait_seconds=1)
    report = await side.read()
    assert len(await held(database, "courses")) == 3
    assert Counter(told.status for told in side.network.told)[409] >= 1
    assert "callbacks were refused" in " ".join(stream_of(report, "courses").drift)


@pytest.mark.mission("S57")
async def test_what_comes_late_is_refused_counted_and_told_the_next_time(
    side: Side, database: Database
) -> None:
    late = side.network.platforms[PLATFORMS[0]]
    late.conduct, late.delay = Conduct.LATE, 0.5
    await side.add(enough_answers=1)
    await side.read()
    assert await held(database, "courses") == [f"{PLATFORMS[1]}|SAPTA|C-1"]
    assert 410 in {told.status for told in side.network.told}
    rows = await database.fetch("SELECT stream, late FROM awaited_callback ORDER BY stream")
    assert [tuple(row) for row in rows] == [("courses", 1), ("jobs", 1)]
    assert await left_over(database) == []
    late.conduct = Conduct.SILENT
    told = stream_of(await side.read(), "courses").drift
    assert any("1 callbacks came too late the last time" in line for line in told)
    # who did not answer in time may still offer it: nothing is removed
    assert await held(database, "courses") == [f"{PLATFORMS[1]}|SAPTA|C-1"]


async def test_where_nobody_calls_back_the_run_fails_in_time_and_keeps_all(
    side: Side, database: Database
) -> None:
    await side.add(wait_seconds=1, enough_answers=2)
    await side.read()
    for platform in side.network.platforms.values():
        platform.conduct = Conduct.SILENT
    began = time.monotonic()
    report = await side.read()
    assert {s.fault_code for s in report.streams} == {"SOURCE_TIMEOUT"}
    assert time.monotonic() - began < 4
    assert len(await held(database, "courses")) == 3


async def test_a_gateway_that_refuses_is_told_with_its_code(side: Side) -> None:
    side.network.refuses = True
    await side.add()
    report = await side.read()
    assert {s.fault_code for s in report.streams} == {"SOURCE_REFUSED"}
    assert "does not promise to call back (50000)" in str(stream_of(report, "jobs").fault)


async def test_a_platform_that_calls_back_with_an_error_is_told_and_the_other_is_read(
    side: Side, database: Database
) -> None:
    side.network.platforms[PLATFORMS[0]].conduct = Conduct.ERRS
    await side.add(enough_answers=2)
    report = stream_of(await side.read(), "courses")
    assert await held(database, "courses") == [f"{PLATFORMS[1]}|SAPTA|C-1"]
    assert any(f"{PLATFORMS[0]} calls back with an error (40000)" in line for line in report.drift)


async def test_pinned_keys_need_no_registry_and_a_gateway_can_be_asked_for(
    side: Side, database: Database
) -> None:
    network = side.network
    trusted = [network.gateway, network.platforms[PLATFORMS[0]].self_]
    keys = {f"{one.subscriber}|{one.key_id}": one.public for one in trusted}
    for platform in network.platforms.values():
        platform.is_direct = platform.self_.subscriber == PLATFORMS[1]
    await side.add(
        "pinned", registry=None, keys=keys, gateway=network.gateway.subscriber, wait_seconds=1
    )
    await side.read("pinned")
    assert {key.partition("|")[0] for key in await held(database, "courses")} == {PLATFORMS[0]}
    assert network.looked_up == []
    assert Counter((t.sender, t.status) for t in network.told)[(PLATFORMS[1], 401)] >= 1


async def test_no_contact_and_no_key_reaches_the_store_or_the_log(
    side: Side, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await side.add(enough_answers=2)
    await side.read()
    tables = await database.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    for (table,) in tables:
        text = str([dict(row) for row in await database.fetch(f'SELECT * FROM "{table}"')])
        assert CONTACT not in text, table
        assert side.own.secret not in text, table
    assert side.own.secret not in caplog.text


async def test_the_query_of_the_readme_answers(side: Side, database: Database) -> None:
    await side.add(enough_answers=2)
    await side.read()
    text = (CONNECTORS / "beckn-dsep" / "README.md").read_text("utf-8")
    (document,) = re.findall(r"```graphql\n(.*?)```", text, re.DOTALL)
    answer = await Graph(database).run(Operation(document))
    assert answer.errors == []
    (connection,) = (answer.data or {}).values()
    assert connection["nodes"]


PUBLISHED = ("courses/search/on_search.json", "work-opportunities/search/on_search response.json")


@pytest.mark.shared
async def test_what_the_specification_shows_as_callbacks_is_read(
    side: Side, database: Database, fixtures: Path
) -> None:
    network = side.network
    for platform in network.platforms.values():
        platform.conduct = Conduct.SILENT
    await side.add(enough_answers=1)
    reading = asyncio.create_task(side.hub.sync(["onest"]))
    for name in PUBLISHED:
        await network.called.wait()
        network.called.clear()
        published = fixtures / "catalogues" / "beckn-dsep" / "examples" / name
        body = orjson.loads(published.read_bytes())
        asked = network.searched[-1]["context"]
        body["context"] |= {k: asked[k] for k in ("transaction_id", "message_id", "bap_id")}
        sender = Participant.of(body["context"]["bpp_id"], "BPP")
        network.subscribe(sender)
        answer = await calling_back(side, orjson.dumps(body), sender)
        assert answer.status_code == 200, answer.text
    (report,) = await reading
    assert report.ok, report
    found = {stream.stream: stream.counts for stream in report.streams}
    assert {name: counts.rejected for name, counts in found.items()} == {"courses": 0, "jobs": 0}
    assert {name: counts.added for name, counts in found.items()} == {"courses": 1, "jobs": 2}


async def test_a_killed_wait_leaves_nothing_that_is_believed(
    side: Side, database: Database
) -> None:
    for platform in side.network.platforms.values():
        platform.conduct, platform.delay = Conduct.LATE, 1.0
    await side.add()
    reading = asyncio.create_task(side.hub.sync(["onest"]))
    await side.network.called.wait()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await side.network.settled()
    assert {told.status for told in side.network.told} == {410}
    assert await left_over(database) == []
