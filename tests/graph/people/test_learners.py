"""Learners: everything of one's own, and of others what they agreed to."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from isthmus.model.consent import DataScope
from tests.graph.people.conftest import AskAs
from tests.support.town import SECRETS, SKILL, Town

WHOLE = """query Whole($id: ID!) { learner(id: $id) { id displayName contact { email phone }
  credentials { totalCount nodes { ...Whole } }
  skills { nodes { skill { label { value } } level strongestVerification
    supportedBy { nodes { id title { value } } } } }
  traits { kind label { value } verification { level } }
  consents(first: 3) { nodes { id status recipient { name { value } } } pageInfo { hasNextPage } }
  accessLog { nodes { operation fields by { name { value } } consent { id } } }
  sourceLinks { state source { name } }
  preferences { languages lowBandwidth } } }
  fragment Whole on Credential { id title { value } scale learningType form status issuedOn
    issuer { name { value } } uri outcomes { text { value } skills { method skill { id } } }
    skills { method confidence skill { label { value } } } credits { points }
    assessment { method result } evidence { url } document(format: ORIGINAL) { original }
    verification { level checks { kind result } endorsements { nodes { relationship } } } }"""


async def whole(town: Town, ask: AskAs, name: str) -> Any:
    return await ask(name, WHOLE, id=f"lrn_{town.asha}")


async def test_a_learner_sees_everything_of_their_own(town: Town, ask: AskAs) -> None:
    answer = await whole(town, ask, "asha")
    assert answer.errors == []
    learner = (answer.data or {})["learner"]
    assert learner["displayName"] == "Asha Quillfeather"
    assert learner["credentials"]["totalCount"] == 3
    badge = learner["credentials"]["nodes"][-1]
    assert badge["verification"]["level"] == "PEER"
    assert badge["verification"]["endorsements"]["nodes"] == [{"relationship": "A colleague"}]
    assert (badge["status"], badge["issuedOn"]) == ("VALID", "2026-01-01")
    (skill,) = learner["skills"]["nodes"]
    assert (skill["skill"]["label"]["value"], skill["level"]) == (SKILL, "UNKNOWN")
    assert learner["consents"]["pageInfo"]["hasNextPage"]
    assert all(secret in answer.body.decode() for secret in SECRETS.values())


async def test_what_a_learner_reads_of_their_own_is_not_logged(town: Town, ask: AskAs) -> None:
    await whole(town, ask, "asha")
    answer = await whole(town, ask, "asha")
    assert (answer.data or {})["learner"]["accessLog"]["nodes"] == []


@pytest.mark.mission("M63")
async def test_consent_to_skills_shows_skills_and_not_what_they_rest_on(
    town: Town, ask: AskAs
) -> None:
    answer = await whole(town, ask, "skills")
    (skill,) = (answer.data or {})["learner"]["skills"]["nodes"]
    assert skill["skill"]["label"]["value"] == SKILL
    assert skill["strongestVerification"] == "PEER"
    assert skill["supportedBy"] is None
    assert not [secret for secret in SECRETS.values() if secret in answer.body.decode()]


@pytest.mark.mission("M63")
@pytest.mark.parametrize("scope", sorted(DataScope))
async def test_a_scope_shows_what_is_its_own_and_nothing_else(
    town: Town, ask: AskAs, scope: DataScope
) -> None:
    answer = await whole(town, ask, scope.value.lower())
    seen = {name for name, secret in SECRETS.items() if secret in answer.body.decode()}
    assert seen <= {scope.value}


@pytest.mark.mission("M61")
@pytest.mark.parametrize(
    ("name", "code"),
    [("expired", "CONSENT_EXPIRED"), ("revoked", "CONSENT_REVOKED")],
)
async def test_without_a_consent_fields_are_null_and_say_why(
    town: Town, ask: AskAs, name: str, code: str
) -> None:
    text = """query ($id: ID!) { learner(id: $id) { id displayName skills { totalCount } }
        skills(first: 1) { nodes { id } } }"""
    answer = await ask(name, text, id=f"lrn_{town.asha}")
    data = answer.data or {}
    assert data["learner"] == {"id": f"lrn_{town.asha}", "displayName": None, "skills": None}
    assert data["skills"]["nodes"]
    assert {error["extensions"]["code"] for error in answer.errors} == {code}
    assert all(error["extensions"]["requestUrl"] for error in answer.errors)


@pytest.mark.mission("M61")
@pytest.mark.parametrize("name", ["stranger", "pending", "waiting"])
async def test_a_learner_unseen_and_one_who_is_not_there_are_told_apart_by_nothing(
    town: Town, ask: AskAs, name: str
) -> None:
    text = "query ($id: ID!) { learner(id: $id) { id displayName } node(id: $id) { id } }"
    seen = [await ask(name, text, id=id) for id in (f"lrn_{town.asha}", "lrn_987654")]
    assert seen[0].body == seen[1].body
    assert seen[0].codes == ("CONSENT_REQUIRED",)


@pytest.mark.mission("M5")
async def test_a_licence_is_a_trait_and_shows_itself_by_that_scope_alone(
    town: Town, ask: AskAs
) -> None:
    traits = (await whole(town, ask, "traits")).data or {}
    (licence,) = traits["learner"]["traits"]
    assert licence["kind"] == "LICENCE_TO_PRACTISE"
    assert licence["verification"]["level"] == "PEER"
    titles = (await whole(town, ask, "credential_titles")).data or {}
    assert titles["learner"]["credentials"]["totalCount"] == 2
    assert titles["learner"]["traits"] is None


@pytest.mark.mission("M64")
async def test_each_read_by_others_is_a_line_that_the_learner_sees(town: Town, ask: AskAs) -> None:
    await whole(town, ask, "skills")
    await ask("all", "{ skills(first: 1) { nodes { id } } }")
    await ask("stranger", WHOLE, id=f"lrn_{town.asha}")
    answer = await whole(town, ask, "asha")
    (line,) = (answer.data or {})["learner"]["accessLog"]["nodes"]
    assert line["operation"] == "Whole"
    assert line["fields"] == ["SKILLS"]
    assert line["by"]["name"]["value"] == "skills"
    assert line["consent"]["id"] == town.ids["consent of skills"]


async def test_an_answer_about_a_person_has_no_tag(town: Town, ask: AskAs) -> None:
    for name in ("asha", "all"):
        assert (await whole(town, ask, name)).etag is None


async def test_learners_are_those_who_agreed_to_be_seen_by_the_caller(
    town: Town, ask: AskAs
) -> None:
    text = "{ learners { nodes { id displayName } pageInfo { hasNextPage } } }"
    found = (await ask("all", text)).data or {}
    assert [one["id"] for one in found["learners"]["nodes"]] == [f"lrn_{town.asha}"]
    assert ((await ask("stranger", text)).data or {})["learners"]["nodes"] == []
    assert (await ask("asha", text)).codes == ("FORBIDDEN",)
    assert (await ask("anonymous", text)).codes == ("UNAUTHENTICATED",)


async def test_learners_are_narrowed_only_by_what_they_agreed_to_show(
    town: Town, ask: AskAs
) -> None:
    text = """query ($skill: [ID!], $country: CountryCode) {
        learners(filter: {skill: $skill, country: $country}) { nodes { id } } }"""
    label = '{ skills(first: 5, filter: {q: "' + SKILL + '"}) { nodes { id } } }'
    skill = ((await ask("asha", label)).data or {})["skills"]["nodes"][0]["id"]

    async def found(name: str, **wanted: Any) -> int:
        return len(((await ask(name, text, **wanted)).data or {})["learners"]["nodes"])

    assert [await found(n, skill=[skill]) for n in ("all", "skills", "identity")] == [1, 1, 0]
    assert [await found(n, country="IN") for n in ("all", "skills", "identity")] == [1, 0, 1]
    assert await found("all", skill=["skl_1"]) == 0


async def test_a_viewer_is_who_the_token_says(town: Town, ask: AskAs) -> None:
    text = "{ viewer { learner { id } organization { name { value } } client scopes } }"
    asha = ((await ask("asha", text)).data or {})["viewer"]
    assert asha == {"learner": {"id": f"lrn_{town.asha}"}, "organization": None,
                    "client": None, "scopes": ["me"]}  # fmt: skip
    body = ((await ask("steward", text)).data or {})["viewer"]
    assert body["organization"]["name"]["value"] == "steward"
    assert "source:write" in body["scopes"]
    nobody = ((await ask("anonymous", text)).data or {})["viewer"]
    assert (nobody["learner"], nobody["scopes"]) == (None, [])


async def test_a_consent_has_a_receipt_that_tells_the_learner_each_read(
    town: Town, ask: AskAs
) -> None:
    await whole(town, ask, "skills")
    text = "query($id: ID!) { node(id: $id) { ... on Consent { receipt } } }"
    id = town.ids["consent of skills"]
    found = {}
    for who in ("asha", "skills"):
        address = ((await ask(who, text, id=id)).data or {})["node"]["receipt"]
        kind, _, body = address.partition(",")
        assert kind == "data:application/ld+json;base64"
        found[who] = base64.b64decode(body).decode()
    assert json.loads(found["asha"])["@type"] == "dpv:ConsentReceipt"
    assert len(found["asha"]) > len(found["skills"])
    assert not [word for word in SECRETS.values() if word in found["asha"]]
