"""Whose is whose: another's connector or source answers as one that is not there."""

from __future__ import annotations

from typing import Any

import pytest

from isthmus.errors import Misconfigured
from isthmus.store.sources import due_sources, list_sources
from tests.flows.registering.conftest import Quay
from tests.support.catalogue import SECRET, THREE, behind_a_key, brought, manifest
from tests.support.replay import Replay

UNKNOWN = {"code": "NOT_FOUND", "message": "There is nothing of this id, or not for you."}
UPDATE = 'mutation($id: ID!) { updateSource(input: {source: $id, schedule: "PT2H"}) { %s } }'
PAUSE = "mutation($id: ID!) { pauseSource(input: {source: $id}) { %s } }"
RESUME = "mutation($id: ID!) { resumeSource(input: {source: $id}) { %s } }"
SEAL = """mutation($id: ID!) {
  setSourceSecret(input: {source: $id, name: "key", value: "sesame-7f3a"}) { %s } }"""
DEEDS = ("update", "pause", "resume", "secret")
ERRORS = "source { id } userErrors { code message }"
FIELDS = ("config { value }", "rejected { totalCount }", "syncs { totalCount }")
APPROVE = """mutation($id: ID!) {
  approveConnector(input: {connector: $id, version: "1.0.0"}) { %s } }"""


@pytest.fixture
async def keyed(quay: Quay, replay: Replay) -> tuple[Quay, str, str]:
    """A connector that needs a key, approved, and the partner's source of it, read once."""
    text = manifest(replay.url, is_open=False)
    replay.answers["/north/courses"] = behind_a_key(*THREE)
    connector = f"con_{await brought(quay.hub, quay.partner.viewer, text)}"
    await quay.steward.approve(connector)
    made = await quay.partner.add(
        connector=connector, name="harbour", config={"campus": "north"}, dryRun=False
    )
    assert made["userErrors"] == []
    return quay, connector, made["source"]["id"]


@pytest.mark.parametrize("mutation", [UPDATE, PAUSE, RESUME, SEAL], ids=DEEDS)
async def test_another_partner_changes_nothing_of_a_source(
    keyed: tuple[Quay, str, str], mutation: str
) -> None:
    quay, _, source = keyed
    before = await list_sources(quay.hub.database)
    for key in (source, "src_999999"):  # and cannot tell it from one there is not
        told = await quay.rival.ask(mutation % ERRORS, id=key)
        assert told == {"source": None, "userErrors": [UNKNOWN]}
    assert await list_sources(quay.hub.database) == before


@pytest.mark.parametrize("mutation", [UPDATE, PAUSE, RESUME, SEAL], ids=DEEDS)
async def test_nobody_without_the_scope_gets_as_far_as_that(
    keyed: tuple[Quay, str, str], mutation: str
) -> None:
    quay, _, source = keyed
    for name, code in (("platform", "FORBIDDEN"), ("anyone", "UNAUTHENTICATED")):
        answer = await quay.callers[name].whole(mutation % ERRORS, id=source)
        assert answer["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize("field", FIELDS)
async def test_what_is_inside_a_source_is_for_its_owner_and_for_stewards(
    keyed: tuple[Quay, str, str], field: str
) -> None:
    quay, _, source = keyed
    query = f"query($id: ID!) {{ node(id: $id) {{ ... on Source {{ name {field} }} }} }}"
    word = field.partition(" ")[0]
    for name, may in (("partner", True), ("steward", True), ("rival", False), ("anyone", False)):
        answer = await quay.callers[name].whole(query, id=source)
        assert (answer["data"]["node"][word] is not None) is may, (name, answer)


async def test_a_run_is_shown_by_its_id_to_its_owner_alone(keyed: tuple[Quay, str, str]) -> None:
    quay, _, source = keyed
    await quay.partner.ask(SEAL % ERRORS, id=source)
    await quay.hub.sync(["harbour"])
    run = await quay.hub.database.value("SELECT max(id) FROM sync_run")
    query = "query($id: ID!) { node(id: $id) { id } }"
    for name, may in (("partner", True), ("steward", True), ("rival", False), ("platform", False)):
        found = (await quay.callers[name].whole(query, id=f"run_{run}"))["data"]["node"]
        assert (found is not None) is may, name


async def test_a_connector_that_is_not_in_force_is_its_owners_own(
    quay: Quay, replay: Replay
) -> None:
    key = f"con_{await brought(quay.hub, quay.partner.viewer, manifest(replay.url))}"
    listed = "{ connectors(first: 100) { totalCount nodes { id } } }"
    query = "query($id: ID!) { node(id: $id) { id } connector(id: $id) { id } }"
    entity = f'{{ _entities(representations: [{{__typename: "Connector", id: "{key}"}}]) {{ ... on Connector {{ id }} }} }}'  # noqa: E501
    for name, may in (("partner", True), ("steward", True), ("rival", False), ("anyone", False)):
        caller = quay.callers[name]
        assert ({"id": key} in (await caller.ask(listed))["nodes"]) is may, name
        found = (await caller.whole(query, id=key))["data"]
        assert found == {
            "node": (may and {"id": key}) or None,
            "connector": (may and {"id": key}) or None,
        }
        assert ((await caller.ask(entity))[0] is not None) is may, name
    made = await quay.rival.add(connector=key, name="theirs", dryRun=False)
    assert made["userErrors"][0]["code"] == "NOT_FOUND"


async def test_a_partner_approves_of_nothing(quay: Quay, replay: Replay) -> None:
    key = f"con_{await brought(quay.hub, quay.partner.viewer, manifest(replay.url))}"
    answer = await quay.partner.whole(APPROVE % "userErrors { code }", id=key)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_another_partner_adds_no_source_of_a_connector_that_is_not_theirs(
    keyed: tuple[Quay, str, str],
) -> None:
    quay, connector, _ = keyed
    made = await quay.rival.add(connector=connector, name="theirs", config={"campus": "north"})
    assert (made["dryRun"], made["userErrors"][0]["code"]) == (None, "NOT_FOUND")


async def test_an_address_of_its_own_needs_an_approver(registered: tuple[Quay, str]) -> None:
    quay, key = registered
    wanted: dict[str, Any] = {
        "connector": key, "name": "b", "config": [{"name": "campus", "value": "north"}],
        "mode": "SYNCED", "baseUrl": "https://elsewhere.example", "dryRun": False,
    }  # fmt: skip
    query = "mutation($input: AddSourceInput!) { addSource(input: $input) { source { id } userErrors { code path } } }"  # noqa: E501
    answer = await quay.partner.whole(query, input=wanted)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (await quay.steward.ask(query, input=wanted))["source"] is not None
    told = await quay.steward.ask(query, input={**wanted, "name": "c", "baseUrl": "file:///etc"})
    assert told["userErrors"] == [{"code": "INVALID", "path": ["baseUrl"]}]


async def dump(quay: Quay) -> str:
    """Write down every row of every table."""
    database, text = quay.hub.database, ""
    tables = await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for row in tables:
        text += str(await database.fetch(f"SELECT t::text FROM {row[0]} t"))
    return text


async def test_a_secret_is_used_and_comes_back_nowhere(
    keyed: tuple[Quay, str, str], replay: Replay, caplog: pytest.LogCaptureFixture
) -> None:
    quay, connector, source = keyed
    caplog.set_level("DEBUG")
    answers = [await quay.partner.whole(SEAL % ERRORS, id=source)]
    (report,) = await quay.hub.sync(["harbour"])
    assert report.streams[0].counts.added == 2  # the college let the hub in
    query = """query($id: ID!) { node(id: $id) { ... on Source { config { name value secret }
      health { state advice { value } drift } syncs { nodes { id } }
      rejected { nodes { message sample } } } } sources { nodes { name health { state } } } }"""
    answers.append(await quay.partner.whole(query, id=source))
    assert {"name": "key", "value": None, "secret": True} in answers[-1]["data"]["node"]["config"]
    bad = SEAL.replace("sesame-7f3a", "sesame-7f3a\\u0000")
    answers.append(await quay.partner.whole(bad % ERRORS, id=source))
    looked: dict[str, Any] = {
        "connector": connector, "name": "again",
        "config": {"campus": "NORTH", "key": SECRET},
    }  # fmt: skip
    answers.append(await quay.partner.add(**looked))
    assert answers[-1]["userErrors"][0]["code"] == "CONFIG_INVALID"
    replay.answers["/north/courses"] = behind_a_key()
    answers.append(
        await quay.partner.add(**{**looked, "config": {"campus": "north", "key": SECRET}})
    )
    assert answers[-1]["dryRun"]["fetched"] == 0
    told = await dump(quay)
    assert "harbour" in told
    assert SECRET not in told + caplog.text + str(answers)


async def test_a_source_without_its_secret_waits_for_it(keyed: tuple[Quay, str, str]) -> None:
    quay, connector, source = keyed
    state = (
        "query($id: ID!) { node(id: $id) { ... on Source { health { state advice { value } } } } }"
    )
    health = (await quay.partner.ask(state, id=source))["health"]
    assert (health["state"], health["advice"]["value"][:27]) == (
        "PAUSED",
        "It waits for its secret key",
    )
    assert await due_sources(quay.hub.database) == []
    looked = await quay.partner.add(connector=connector, name="b", config={"campus": "north"})
    assert [error["code"] for error in looked["userErrors"]] == ["CONFIG_INVALID"]
    await quay.partner.ask(SEAL % ERRORS, id=source)
    assert (await quay.partner.ask(state, id=source))["health"]["state"] == "NEVER_RUN"
    assert await due_sources(quay.hub.database) == ["harbour"]
    await quay.partner.ask(PAUSE % ERRORS, id=source)
    await quay.partner.ask(SEAL % ERRORS, id=source)  # paused by its owner it stays paused
    assert (await quay.partner.ask(state, id=source))["health"]["state"] == "PAUSED"


@pytest.mark.mission("M73")
async def test_a_partner_pauses_mends_and_resumes_its_own_source_and_no_other(
    keyed: tuple[Quay, str, str],
) -> None:
    quay, _, source = keyed
    state = "source { health { state } } userErrors { code }"
    await quay.partner.ask(SEAL.replace("sesame", "wrong") % ERRORS, id=source)
    (report,) = await quay.hub.sync()
    assert not report.ok
    paused = await quay.partner.ask(PAUSE % state, id=source)
    assert paused["source"]["health"]["state"] == "PAUSED"
    with pytest.raises(Misconfigured, match="is paused"):
        await quay.hub.sync(["harbour"])
    assert await quay.hub.sync() == []
    for deed in (SEAL, UPDATE, RESUME):
        told = await quay.rival.ask(deed % ERRORS, id=source)
        assert told == {"source": None, "userErrors": [UNKNOWN]}
        assert (await quay.partner.ask(deed % state, id=source))["userErrors"] == []
    (report,) = await quay.hub.sync()
    assert report.ok
