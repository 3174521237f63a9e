"""Whatever a source answers: a clear message, a stable code, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest

from isthmus.errors import ErrorCode
from isthmus.hub import Hub
from isthmus.model.run import HealthState, RunState
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.store.sources import get_source
from tests.conftest import ROOT
from tests.flows.jobs import (
    CONNECTORS,
    a_board,
    a_job,
    add_board,
    answered,
    jobs,
    keys,
    page_of,
    read_board,
    rejected,
    sync_board,
)
from tests.support.replay import Asked, Replay, Reply, json_reply

WHOLE = orjson.dumps({"jobs": jobs(range(30))})
HELD = list(range(30))

ANSWERS: dict[str, tuple[Reply, ErrorCode, str]] = {
    "HTML in place of JSON": (
        Reply(b"<html>Down for maintenance</html>", 200, {"content-type": "text/html"}),
        ErrorCode.SOURCE_BAD_DATA,
        "expected JSON, found markup (text/html)",
    ),
    "JSON cut off": (
        Reply(WHOLE[:1000]), ErrorCode.SOURCE_BAD_DATA, "a body cut off after 1000 bytes",
    ),
    "a body cut off in its sending": (
        Reply(WHOLE[:1000], 200, {"content-length": str(len(WHOLE)), "connection": "close"}),
        ErrorCode.SOURCE_DOWN, "broke the connection off",
    ),
    "nothing": (Reply(b""), ErrorCode.SOURCE_BAD_DATA, "found an empty body"),
    "another encoding": (
        Reply('{"jobs": [{"id": 1, "title": "Soudeur qualifié en atelier"}]}'.encode("latin-1")),
        ErrorCode.SOURCE_BAD_DATA, "expected JSON in UTF-8, found byte 0xe9 at offset 45",
    ),
    "a broken compression": (
        Reply(b"not gzip", 200, {"content-encoding": "gzip"}),
        ErrorCode.SOURCE_BAD_DATA, "does not decode",
    ),
    "JSON of another shape": (
        json_reply({"results": []}), ErrorCode.SOURCE_BAD_DATA, "expected a list at `jobs`",
    ),
    "a list in place of a map": (
        json_reply([1]), ErrorCode.SOURCE_BAD_DATA, "expected a list at `jobs`",
    ),
    "500": (json_reply({}, 500), ErrorCode.SOURCE_DOWN, "answered 500"),
    "429 with a wait": (
        json_reply({}, 429, **{"retry-after": "900"}),
        ErrorCode.SOURCE_RATE_LIMITED, "asks to wait 900 s",
    ),
    "404 for the whole board": (
        json_reply({}, 404), ErrorCode.SOURCE_REFUSED, "answered 404 for /jobs",
    ),
    "401": (json_reply({}, 401), ErrorCode.SOURCE_REFUSED, "answered 401"),
    "a body over the limit": (
        json_reply({"jobs": jobs(range(2000))}), ErrorCode.SOURCE_BAD_DATA, "over 65536 bytes",
    ),
    "a wait without end": (Reply(WHOLE, hang=60), ErrorCode.SOURCE_TIMEOUT, "no whole answer"),
    "a redirect to where a cloud keeps its credentials": (
        Reply(b"", 302, {"location": "http://169.254.169.254/latest/meta-data/"}),
        ErrorCode.SOURCE_REFUSED, "private or reserved",
    ),
    "a redirect to a file": (
        Reply(b"", 302, {"location": "file:///etc/passwd"}),
        ErrorCode.SOURCE_REFUSED, "not http",
    ),
    "a redirect to itself": (
        Reply(b"", 302, {"location": "/jobs"}), ErrorCode.SOURCE_REFUSED, "redirects",
    ),
}  # fmt: skip


@pytest.fixture
async def strict(database: Database, tmp_path: Path, replay: Replay) -> Hub:
    """A hub with little patience, and a board of thirty jobs that it has read."""
    settings = Settings(
        home=tmp_path, allow_loopback=True, source_timeout=0.5, source_attempts=1,
        source_max_bytes=65536,
    )  # fmt: skip
    hub = Hub(settings, database, ROOT)
    replay.answers["/jobs"] = Reply(WHOLE)
    await add_board(hub, replay.url)
    assert (await sync_board(hub)).ok
    return hub


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_bad_answer_is_named_and_loses_nothing(
    strict: Hub, replay: Replay, name: str
) -> None:
    replay.answers["/jobs"], code, words = ANSWERS[name]
    report = await sync_board(strict)
    source = await get_source(strict.database, "board")
    assert report.streams[0].state is RunState.FAILED
    assert report.streams[0].fault_code == code
    assert words in str(report.streams[0].fault)
    assert source.state is HealthState.DOWN
    assert words in str(source.advice)
    assert str(source.advice).endswith(".")
    assert await keys(strict.database) == HELD
    assert await answered(strict.database) == len(HELD)


@pytest.mark.parametrize("name", ["HTML in place of JSON", "JSON cut off", "500"])
async def test_a_source_that_is_mended_is_up_again(strict: Hub, replay: Replay, name: str) -> None:
    replay.answers["/jobs"] = ANSWERS[name][0]
    await sync_board(strict)
    replay.answers["/jobs"] = a_board(range(1, 31))
    report = await sync_board(strict)
    assert report.state is HealthState.UP
    assert report.advice is None
    assert await keys(strict.database) == list(range(1, 31))


async def test_a_limited_call_is_made_again_after_the_wait_asked_for(
    hub: Hub, replay: Replay
) -> None:
    def limited_once(asked: Asked) -> Reply:
        if replay.hits["/jobs"] == 1:
            return json_reply({}, 429, **{"retry-after": "1"})
        return a_board(range(3))

    replay.answers["/jobs"] = limited_once
    await add_board(hub, replay.url)
    assert (await sync_board(hub)).ok
    assert replay.hits["/jobs"] == 2


async def test_a_call_that_failed_is_made_again(hub: Hub, replay: Replay) -> None:
    replay.answers["/jobs"] = lambda _: (
        json_reply({}, 503) if replay.hits["/jobs"] < 3 else a_board(range(3))
    )
    await add_board(hub, replay.url)
    assert (await sync_board(hub)).ok
    assert await keys(hub.database) == [0, 1, 2]


async def test_a_source_nobody_listens_at_is_down(hub: Hub) -> None:
    await add_board(hub, "http://127.0.0.1:9")
    report = await read_board(hub)
    assert report.fault_code == ErrorCode.SOURCE_DOWN
    assert report.fault == "cannot be reached"


async def test_a_source_on_loopback_is_refused_unless_the_operator_allows_it(
    database: Database, tmp_path: Path, replay: Replay
) -> None:
    hub = Hub(Settings(home=tmp_path), database, ROOT)
    replay.answers["/jobs"] = a_board(range(3))
    await add_board(hub, replay.url)
    report = await read_board(hub)
    assert report.fault_code == ErrorCode.SOURCE_REFUSED
    assert "private or reserved address" in str(report.fault)
    assert replay.hits.total() == 0


# ---- lists in pages


@pytest.fixture
def paged(hub: Hub) -> Hub:
    """A hub whose connectors read pages."""
    settings = msgspec.structs.replace(
        hub.settings, connectors_dir=str(CONNECTORS), source_attempts=1
    )
    return Hub(settings, hub.database, ROOT)


def _repeating(asked: Asked) -> Reply:
    return json_reply({"jobs": jobs(range(20))})


def _looping(asked: Asked) -> Reply:
    following = {"": "a", "a": "b", "b": "a"}[asked.query.get("cursor", "")]
    start = {"": 0, "a": 20, "b": 40}[asked.query.get("cursor", "")]
    return json_reply({"jobs": jobs(range(start, start + 20)), "next": following})


def _looping_on_nothing(asked: Asked) -> Reply:
    following = {"": "a", "a": "b", "b": "a"}[asked.query.get("cursor", "")]
    return json_reply({"jobs": [], "next": following})


def _standing_still(asked: Asked) -> Reply:
    return json_reply({"jobs": jobs(range(20)), "next": "a"})


LISTS: dict[str, tuple[str, Callable[[Asked], Reply], str]] = {
    "a page that comes twice": ("numbered", _repeating, "same page twice"),
    "a cursor that goes in circles": ("cursored", _looping, "gave before"),
    "a cursor that goes in circles over empty pages": (
        "cursored", _looping_on_nothing, "gave before",
    ),
    "a cursor that stands still": ("cursored", _standing_still, "gave before"),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_that_never_ends_is_named_and_loses_nothing(
    paged: Hub, replay: Replay, name: str
) -> None:
    connector, looping, words = LISTS[name]
    replay.answers["/jobs"] = lambda asked: (
        json_reply({"jobs": jobs(range(100, 110))}) if not asked.query.get("cursor")
        and asked.query.get("page", "1") == "1" else json_reply({"jobs": []})
    )  # fmt: skip
    await add_board(paged, replay.url, connector)
    assert (await sync_board(paged)).ok
    replay.answers["/jobs"] = looping
    report = await sync_board(paged)
    assert report.streams[0].fault_code == ErrorCode.SOURCE_BAD_DATA
    assert words in str(report.streams[0].fault)
    assert set(range(100, 110)) <= set(await keys(paged.database))


async def test_a_list_that_looped_is_read_anew_once_it_ends(paged: Hub, replay: Replay) -> None:
    replay.answers["/jobs"] = _repeating
    await add_board(paged, replay.url, "numbered")
    await sync_board(paged)
    replay.answers["/jobs"] = lambda asked: page_of(asked, jobs(range(50)))
    report = await read_board(paged)
    assert report.state is RunState.DONE
    assert not report.resumed
    assert await keys(paged.database) == list(range(50))


async def test_a_fault_in_the_middle_keeps_whole_pages_and_the_next_run_goes_on(
    paged: Hub, replay: Replay
) -> None:
    every = jobs(range(100))
    replay.answers["/jobs"] = lambda asked: (
        json_reply({}, 500) if asked.query["page"] == "4" else page_of(asked, every)
    )
    await add_board(paged, replay.url, "numbered")
    assert (await read_board(paged)).fault_code == ErrorCode.SOURCE_DOWN
    assert await keys(paged.database) == list(range(60))
    replay.answers["/jobs"] = lambda asked: page_of(asked, every)
    report = await read_board(paged)
    assert report.resumed
    assert await keys(paged.database) == list(range(100))
    assert replay.asked[-3].query["page"] == "4"


# ---- records that do not read


POISON: dict[str, tuple[Any, str]] = {
    "no id": ({"title": "Nurse"}, "ID_MISSING"),
    "a blank id": (a_job(1, id="  "), "ID_MISSING"),
    "an id that is a list": (a_job(1, id=[1]), "ID_MISSING"),
    "an id with a NUL": (a_job(1, id="a\0b"), "FIELD_INVALID"),
    "an id longer than any index": (a_job(1, id="x" * 9000), "FIELD_INVALID"),
    "a number in place of a map": (7, "RECORD_NOT_MAP"),
    "null in place of a map": (None, "RECORD_NOT_MAP"),
    "no title": (a_job(1, id="p1", title=None), "FIELD_MISSING"),
    "a title that is a map of numbers": (a_job(1, id="p2", title={"en": 4}), "FIELD_INVALID"),
    "a title in no language": (a_job(1, id="p4", title={}), "FIELD_MISSING"),
    "a title with a NUL": (a_job(1, id="p3", title="Nur\0se"), "FIELD_INVALID"),
    "an employer with a NUL": (a_job(1, id="p4", company_name="Ac\0me"), "FIELD_INVALID"),
    "an address longer than any index": (
        a_job(1, id="p5", absolute_url="https://x.example/" + "y" * 9000), "FIELD_INVALID",
    ),
    "a place that is a number": (a_job(1, id="p6", location={"name": 3}), "FIELD_INVALID"),
}  # fmt: skip


@pytest.mark.parametrize("name", POISON)
async def test_a_record_that_does_not_read_stops_no_other(
    hub: Hub, replay: Replay, name: str
) -> None:
    poison, reason = POISON[name]
    replay.answers["/jobs"] = json_reply({"jobs": [*jobs(range(20)), poison, *jobs([20, 21])]})
    await add_board(hub, replay.url)
    report = await read_board(hub)
    assert report.state is RunState.DONE
    assert report.counts.rejected == 1
    assert await rejected(hub.database) == {reason: 1}
    assert await keys(hub.database) == list(range(22))


async def test_ten_bad_records_of_a_hundred_and_ten_are_quarantined_with_reasons(
    hub: Hub, replay: Replay
) -> None:
    bad = [{"title": f"no id {n}"} for n in range(4)] + [
        a_job(1, id=f"bad-{n}", title=None if n % 2 else "Nur\0se") for n in range(6)
    ]
    mixed = [*jobs(range(50)), *bad, *jobs(range(50, 100))]
    replay.answers["/jobs"] = json_reply({"jobs": mixed})
    await add_board(hub, replay.url)
    report = await sync_board(hub)
    counts = report.streams[0].counts
    assert (counts.seen, counts.added, counts.rejected) == (110, 100, 10)
    assert await keys(hub.database) == list(range(100))
    assert await rejected(hub.database) == {"ID_MISSING": 4, "FIELD_MISSING": 3, "FIELD_INVALID": 3}
    assert report.state is HealthState.DEGRADED
    assert "10 of 110 records were rejected" in str(report.advice)


async def test_a_bad_record_does_not_replace_its_last_good_form(hub: Hub, replay: Replay) -> None:
    replay.answers["/jobs"] = a_board(range(30))
    await add_board(hub, replay.url)
    await sync_board(hub)
    replay.answers["/jobs"] = json_reply(
        {"jobs": [a_job(0, title=None), a_job(1, title="Nur\0se"), *jobs(range(2, 30))]}
    )
    await sync_board(hub)
    titles = await hub.database.fetch("SELECT title FROM vacancy ORDER BY id LIMIT 2")
    assert [row[0] for row in titles] == ["Nurse 0", "Nurse 1"]
    assert await keys(hub.database) == HELD


async def test_the_quarantine_is_emptied_when_the_source_is_mended(
    hub: Hub, replay: Replay
) -> None:
    replay.answers["/jobs"] = json_reply({"jobs": [{"title": "no id"}, a_job(1, title=None)]})
    await add_board(hub, replay.url)
    await sync_board(hub)
    assert await rejected(hub.database) == {"ID_MISSING": 1, "FIELD_MISSING": 1}
    replay.answers["/jobs"] = a_board(range(1, 3))
    await sync_board(hub)
    assert await rejected(hub.database) == {}


async def test_a_source_of_bad_records_only_is_stopped_and_removes_nothing(
    hub: Hub, replay: Replay
) -> None:
    replay.answers["/jobs"] = a_board(range(300))
    await add_board(hub, replay.url)
    await sync_board(hub)
    drifted = [{"id": n, "name": f"Nurse {n}"} for n in range(300)]
    replay.answers["/jobs"] = json_reply({"jobs": drifted})
    report = await read_board(hub)
    assert report.fault_code == ErrorCode.SOURCE_BAD_DATA
    assert "300 of 300 records do not read" in str(report.fault)
    assert await keys(hub.database) == list(range(300))
