"""Versions: approved by whom it takes, run in shadow, switched to, and gone back from."""

from __future__ import annotations

from typing import Any

from isthmus.store.connectors import find_connector
from tests.flows.registering.conftest import Quay
from tests.support.catalogue import NAME, a_course, brought, courses, manifest
from tests.support.replay import Replay, json_reply

SHADOW = """mutation($id: ID!, $version: String!) {
  shadowConnector(input: {connector: $id, version: $version}) {
    report { same changed onlyOld onlyNew rejectedOld rejectedNew fields examples faults }
    userErrors { code message } } }"""
SWITCH = """mutation($id: ID!, $version: String!) {
  switchConnector(input: {connector: $id, version: $version}) {
    connector { version status } userErrors { code message } } }"""
ROLLBACK = """mutation($id: ID!) { rollbackConnector(input: {connector: $id}) {
    connector { version } userErrors { code } } }"""
RETIRE = """mutation($id: ID!) { retireConnector(input: {connector: $id}) {
    connector { status } userErrors { code } } }"""
VERSIONS = """query($id: ID!) { connector(id: $id) { version
  versions { version status approvedBy differences { word before after breaking } } } }"""
LIVE = """\
isthmus: 1
id: a-locker
version: 1.0.0
title: A locker
maintainers: [locker@harbour.example]
transport: oauth_store
modes: [live]
personal: true
config:
  type: object
  required: [client_id, client_secret]
  properties: {client_id: {type: string}, client_secret: {type: string, secret: true}}
http:
  base_url: https://locker.example
  auth: {oauth2: {flow: authorization_code, authorize: /authorize, token: /token, revoke: /revoke}}
consent: {purpose: Show my awards, max_age: 365d, data: [Credential], on_withdraw: forget}
streams:
  awards:
    produces: Credential@1
    request: {path: /awards}
    records: awards
    id: uri
    deletes: never
    map: {title: name, uri: uri}
    detail: {path: "/awards/{record.id}"}
"""


async def held(quay: Quay) -> dict[str, str]:
    rows = await quay.hub.database.fetch(
        "SELECT r.source_key, q.title FROM record r JOIN qualification q ON q.id = r.entity_id"
        " WHERE r.noun = 'QUALIFICATION' AND r.gone_at IS NULL"
    )
    return {row["source_key"]: row["title"] for row in rows}


async def test_a_new_version_runs_in_shadow_then_switches_and_goes_back(
    registered: tuple[Quay, str], replay: Replay
) -> None:
    quay, key = registered
    replay.answers["/north/courses"] = json_reply(
        courses(a_course("w1", "Welding", short="Weld"), a_course("w2", "Rigging", short="Rigging"),
                a_course("w4", "Tying"))
    )  # fmt: skip
    made = await quay.partner.add(
        connector=key, name="harbour", config={"campus": "north"}, dryRun=False
    )
    assert made["userErrors"] == []
    await quay.hub.sync()
    before = {"w1": "Welding", "w2": "Rigging", "w4": "Tying"}
    assert await held(quay) == before

    text = manifest(replay.url, version="1.1.0", title="short || name")
    text = text.replace("title: short || name", "title: Harbour College", 1)
    await brought(quay.hub, quay.partner.viewer, text)
    assert (await quay.steward.approve(key, "1.1.0"))["connector"]["version"] == "1.0.0"
    (error,) = (await quay.steward.ask(SWITCH, id=key, version="1.1.0"))["userErrors"]
    assert error["code"] == "CONFLICT"  # not before it ran in shadow

    told = await quay.partner.ask(SHADOW, id=key, version="1.1.0")
    report = told["report"]
    assert (report["same"], report["changed"]) == (2, 1)
    assert (report["onlyOld"], report["onlyNew"], report["faults"]) == (0, 0, [])
    assert (report["fields"], report["examples"]) == (
        ["title (1)"], ["harbour/courses: w1 is changed"],
    )  # fmt: skip
    assert await held(quay) == before  # nothing was written

    switched = await quay.steward.ask(SWITCH, id=key, version="1.1.0")
    assert switched["connector"] == {"version": "1.1.0", "status": "ACTIVE"}
    await quay.hub.sync()
    assert (await held(quay))["w1"] == "Weld"
    assert (await quay.steward.ask(ROLLBACK, id=key))["connector"] == {"version": "1.0.0"}
    (error,) = (await quay.steward.ask(ROLLBACK, id=key))["userErrors"]
    assert error["code"] == "CONFLICT"  # asked twice it does not go forward again
    await quay.hub.sync()
    assert await held(quay) == before


async def test_a_breaking_change_is_named_and_needs_a_higher_first_number(
    registered: tuple[Quay, str], replay: Replay
) -> None:
    quay, key = registered
    text = manifest(replay.url, version="1.1.0", id="code").replace("    id: code", "    id: slug")
    text = text.replace("id: code", f"id: {NAME}", 1).replace("id: slug", "id: lower(code)")
    told = await quay.partner.register(manifest=text, dryRun=False)
    (error,) = told["userErrors"]
    assert error["path"] == ["manifest"]
    assert error["message"] == (
        "connector.yaml: line 3: version: a breaking change (streams.courses.id) makes it 2.0.0"
        " or higher"
    )
    await brought(quay.hub, quay.partner.viewer, text.replace("1.1.0", "2.0.0"))
    versions = (await quay.steward.ask(VERSIONS, id=key))["versions"]
    assert {"word": "streams.courses.id", "before": "code", "after": "lower(code)",
            "breaking": True} in versions[0]["differences"]  # fmt: skip


async def test_what_is_asked_live_of_learners_needs_two_approvers(quay: Quay) -> None:
    key = f"con_{await brought(quay.hub, quay.partner.viewer, LIVE)}"
    first = await quay.steward.approve(key)
    assert (first["userErrors"], first["connector"]["status"]) == ([], "CHECKED")
    words = {one["word"]: one["after"] for one in first["differences"]}
    assert words["consent.purpose"] == "Show my awards"
    (error,) = (await quay.steward.approve(key))["userErrors"]  # the same one again is not two
    assert error["code"] == "CONFLICT"
    assert (await quay.second.approve(key))["connector"]["status"] == "ACTIVE"
    version = (await quay.steward.ask(VERSIONS, id=key))["versions"][0]
    assert version["approvedBy"] == ["steward", "second"]


async def test_nothing_is_read_by_a_connector_that_is_retired(
    registered: tuple[Quay, str], replay: Replay
) -> None:
    quay, key = registered
    replay.answers["/north/courses"] = json_reply(courses(a_course("w1", "Welding")))
    wanted: dict[str, Any] = {"connector": key, "name": "harbour", "config": {"campus": "north"}}
    await quay.partner.add(**wanted, dryRun=False)
    assert (await quay.steward.ask(RETIRE, id=key))["connector"]["status"] == "RETIRED"
    (report,) = await quay.hub.sync()
    assert report.streams[0].fault_code == "CONNECTOR_RETIRED"
    assert replay.asked == []
    (error,) = (await quay.partner.add(**{**wanted, "name": "again"}))["userErrors"]
    assert error["code"] == "CONFLICT"


async def test_a_version_that_was_checked_does_not_change_under_its_number(
    registered: tuple[Quay, str], replay: Replay
) -> None:
    quay, _ = registered
    text = manifest(replay.url).replace("title: name", "title: about")
    (error,) = (await quay.partner.register(manifest=text, dryRun=False))["userErrors"]
    assert error["code"] == "DUPLICATE"
    stored = await find_connector(quay.hub.database, NAME)
    assert stored is not None
    assert stored.version == "1.0.0"
