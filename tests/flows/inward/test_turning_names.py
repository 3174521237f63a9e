"""A name may lead elsewhere a moment later: the address dialled is the one that was looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from isthmus.store.database import Database
from tests.flows.inward.conftest import hub_of
from tests.flows.inward.doors import Doors
from tests.support.inward import PUBLIC, Internet, Trap, own_addresses
from tests.support.replay import Reply, json_reply

INWARD = ["127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", *own_addresses(), "0.0.0.0"]
REFUSED = (
    "SOURCE_REFUSED",
    "turning.example is at a private or reserved address; sources may not be",
)
CLOSED = {"connection": "close"}
"""Ends the connection, so that the next call dials anew."""


@pytest.fixture
def turning(doors: Doors, internet: Internet) -> str:
    """The board under a name."""
    internet.names["turning.example"] = [[PUBLIC]]
    return f"http://turning.example:{internet.port}"


async def test_one_look_serves_the_look_and_the_call(
    doors: Doors, internet: Internet, turning: str, trap: Trap
) -> None:
    doors.board.answers["/jobs"] = json_reply({"jobs": []})
    internet.names["turning.example"] = [[PUBLIC], ["127.0.0.1"]]
    assert await doors.read(doors.connector(turning)) == ("DONE", "None")
    assert (internet.asked.count("turning.example"), internet.strangers()) == (1, [])


@pytest.mark.parametrize("inward", INWARD)
async def test_a_name_that_turns_between_two_pages_is_refused_at_the_second(
    inward: str, doors: Doors, internet: Internet, turning: str, trap: Trap
) -> None:
    doors.board.answers["/jobs"] = json_reply({"jobs": [], "next": "/jobs?page=2"}, **CLOSED)
    internet.names["turning.example"] = [[PUBLIC], [inward]]
    words = doors.connector(turning, PAGE="{style: link, next: next}")
    assert await doors.read(words) == REFUSED
    assert (doors.board.hits["/jobs"], trap.hits, internet.strangers()) == (1, [], [])


@pytest.mark.parametrize("inward", INWARD)
async def test_a_name_that_turns_on_the_way_of_a_redirect_is_refused(
    inward: str, doors: Doors, internet: Internet, turning: str, trap: Trap
) -> None:
    doors.board.answers["/jobs"] = Reply(b"", 302, {"location": "/jobs?again", **CLOSED})
    internet.names["turning.example"] = [[PUBLIC], [PUBLIC], [inward]]
    assert await doors.read(doors.connector(turning)) == REFUSED
    assert (doors.board.hits["/jobs"], trap.hits, internet.strangers()) == (2, [], [])


async def test_a_name_that_turns_between_two_runs_loses_nothing(
    doors: Doors, internet: Internet, turning: str, trap: Trap
) -> None:
    doors.board.answers["/jobs"] = json_reply({"jobs": [{"id": 1, "title": "Nurse"}]})
    await doors.hub.add_source("s", doors.connector(turning), {})
    assert (await doors.hub.sync(["s"]))[0].ok
    internet.names["turning.example"] = [["127.0.0.1"]]
    (report,) = await doors.hub.sync(["s"])
    assert (report.streams[0].fault_code, report.streams[0].fault) == REFUSED
    assert await doors.hub.database.value("SELECT count(*) FROM vacancy") == 1
    assert (trap.hits, internet.strangers()) == ([], [])


@pytest.mark.parametrize("answers", [[PUBLIC, "127.0.0.1"], ["::1", PUBLIC]])
async def test_a_name_of_which_one_address_is_inside_is_not_dialled_at_all(
    answers: list[str], doors: Doors, internet: Internet, turning: str
) -> None:
    internet.names["turning.example"] = [answers]
    assert await doors.read(doors.connector(turning)) == REFUSED
    assert internet.dialled == []


# ---- what development may, and only where it is said


async def test_loopback_is_reached_where_the_operator_says_so(
    database: Database, tmp_path: Path, doors: Doors, trap: Trap, internet: Internet
) -> None:
    doors.hub = hub_of(database, tmp_path, allow_loopback=True)
    for host in ("127.0.0.1", "localhost", "[::1]"):
        said = await doors.source(f"http://{host}:{trap.ports[0]}")
        assert said == ("DONE", "None"), host
    assert len(trap.hits) == 3


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[fe80::1]", "0.0.0.0", "[::]", "224.0.0.1", "100.64.0.1", "168.63.129.16"],
)
async def test_even_then_no_source_stands_where_a_cloud_keeps_its_secrets(
    host: str, database: Database, tmp_path: Path, doors: Doors, trap: Trap, internet: Internet
) -> None:
    doors.hub = hub_of(database, tmp_path, allow_loopback=True)
    code, said = await doors.source(f"http://{host}:{trap.ports[0]}")
    assert (code, "private or reserved address" in said) == ("SOURCE_REFUSED", True)
    assert (trap.hits, internet.dialled) == ([], [])
