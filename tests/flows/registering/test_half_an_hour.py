"""A partner comes with nothing but a token, and leaves with a catalogue that is read."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from isthmus.store.sources import list_sources
from tests.flows.registering.conftest import Quay
from tests.support.catalogue import NAME, THREE, courses, manifest, samples
from tests.support.replay import Replay, json_reply

STATUS = """query Status($id: ID!) { node(id: $id) { ... on Source {
  health { state advice { value } }
  syncs(first: 5) { nodes { state seen added rejected } }
  rejected(first: 5) { totalCount nodes { sourceKey reason field sample } }
  config { name value secret }
} } }"""


CONNECTOR = "query C($id: ID!) { connector(id: $id) { id status tier form } }"


async def checked(quay: Quay, key: str) -> Any:
    """Wait for the end of a check: on a busy machine it outlasts the mutation."""
    while True:
        found = await quay.partner.ask(CONNECTOR, id=key)
        if found["status"] != "SUBMITTED":
            return found
        await asyncio.sleep(0.2)


async def counts(quay: Quay) -> tuple[int, int, int]:
    database = quay.hub.database
    tables = ("connector_version", "source", "record")
    found = [await database.value(f"SELECT count(*) FROM {table}") for table in tables]
    return found[0], found[1], found[2]


@pytest.mark.mission("M97")
async def test_a_partner_registers_a_catalogue_and_sees_the_counts_before_anything_is_stored(
    quay: Quay, replay: Replay
) -> None:
    replay.answers["/north/courses"] = json_reply(courses(*THREE))
    text, files = manifest(replay.url), samples()

    # a dry run: the samples, then the real first page; nothing is stored
    tried = await quay.partner.register(manifest=text, samples=files)
    assert (tried["connector"], tried["userErrors"]) == (None, [])
    assert (tried["dryRun"]["fetched"], tried["dryRun"]["accepted"]) == (3, 2)
    looked = await quay.partner.register(
        manifest=text, samples=files, config=[{"name": "campus", "value": "north"}]
    )
    assert looked["dryRun"]["rejected"] == [
        {"sourceKey": "w3", "reason": "FIELD_MISSING", "field": "title",
         "message": "Object missing required field `title`"}
    ]  # fmt: skip
    assert await counts(quay) == (0, 0, 0)

    # sent in, checked by the hub, approved by a steward who sees what it is
    made = await quay.partner.register(manifest=text, samples=files, dryRun=False)
    assert made["userErrors"] == []
    connector = await checked(quay, made["connector"]["id"])
    assert (connector["status"], connector["form"]) == ("CHECKED", "MANIFEST")
    approved = await quay.steward.approve(connector["id"])
    assert approved["connector"]["status"] == "ACTIVE"
    words = {one["word"]: one["after"] for one in approved["differences"]}
    assert (words["host"], words["rate"]) == ("127.0.0.1", "600/minute")
    assert words["streams.courses.produces"] == "Qualification@1"

    # a source: first looked at, then added
    wanted: dict[str, Any] = {
        "connector": connector["id"], "name": "harbour", "config": {"campus": "north"},
    }  # fmt: skip
    first = await quay.partner.add(**wanted)
    assert (first["source"], first["dryRun"]["fetched"], first["dryRun"]["accepted"]) == (
        None, 3, 2,
    )  # fmt: skip
    assert orjson.loads(first["dryRun"]["sample"][0])["title"] == "Welding"
    assert "registrar" not in str(first)
    assert await counts(quay) == (1, 0, 0)
    added = await quay.partner.add(**wanted, dryRun=False, schedule="PT1H")
    source = added["source"]
    assert source["connector"] == {"name": NAME}
    assert source["owner"] == {"id": f"org_{quay.partner.viewer.organization_id}"}

    # and read: what became of every record
    (report,) = await quay.hub.sync(["harbour"])
    assert report.ok
    told = await quay.partner.ask(STATUS, id=source["id"])
    assert told["syncs"]["nodes"] == [{"state": "DONE", "seen": 3, "added": 2, "rejected": 1}]
    assert told["rejected"]["totalCount"] == 1
    assert told["rejected"]["nodes"][0]["reason"] == "FIELD_MISSING"
    assert told["config"] == [{"name": "campus", "value": "north", "secret": False}]
    (stored,) = await list_sources(quay.hub.database)
    assert stored.every_seconds == 3600


async def test_the_same_key_gives_the_first_answer_again(quay: Quay, replay: Replay) -> None:
    replay.answers["/north/courses"] = json_reply(courses(*THREE))
    sent = {
        "manifest": manifest(replay.url), "samples": samples(), "dryRun": False,
        "idempotencyKey": "once",
    }  # fmt: skip
    first, again = await quay.partner.register(**sent), await quay.partner.register(**sent)
    assert first["connector"] == again["connector"]
    await checked(quay, first["connector"]["id"])
    await quay.steward.approve(first["connector"]["id"])
    wanted: dict[str, Any] = {
        "connector": first["connector"]["id"], "name": "harbour", "dryRun": False,
        "config": {"campus": "north"}, "idempotencyKey": "twice",
    }  # fmt: skip
    one, two = await quay.partner.add(**wanted), await quay.partner.add(**wanted)
    assert one["source"]["id"] == two["source"]["id"]
    assert await counts(quay) == (1, 1, 0)


async def test_a_name_that_is_taken_is_said_to_be(
    registered: tuple[Quay, str], replay: Replay
) -> None:
    quay, key = registered
    wanted = {"connector": key, "name": "harbour", "config": {"campus": "north"}, "dryRun": False}
    assert (await quay.partner.add(**wanted))["userErrors"] == []
    (error,) = (await quay.partner.add(**wanted))["userErrors"]
    assert (error["code"], error["path"]) == ("DUPLICATE", ["name"])
