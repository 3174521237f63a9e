"""What is done in the graph: presented, stated, endorsed, granted, withdrawn, exported, erased."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.graph.people.conftest import AskAs
from tests.support.town import Town, a_badge
from tests.unit.credentials.signing import Signer

SOON = (datetime.now(UTC) + timedelta(days=20)).isoformat()
SAMPLE = ROOT / "tests" / "unit" / "credentials" / "samples" / "nft.json"
ERRORS = "userErrors { code path message }"


@pytest.fixture
def do(ask: AskAs) -> Any:
    """Run a mutation as somebody; give its payload."""

    async def done(who: str, name: str, give: str, **input: Any) -> dict[str, Any]:
        kind = name[0].upper() + name[1:] + "Input"
        text = f"mutation ($i: {kind}!) {{ {name}(input: $i) {{ {give} {ERRORS} }} }}"
        answer = await ask(who, text, i=input)
        assert answer.errors == [], answer.errors
        return dict((answer.data or {})[name])

    return done


PRESENTED = "credential { id title { value } verification { level checks { kind result } } }"


@pytest.mark.mission("M19")
async def test_what_is_presented_is_verified_and_forgotten(town: Town, do: Any, ask: AskAs) -> None:
    body = a_badge(Signer(), "Weaving").decode()
    made = await do("ben", "presentCredential", PRESENTED, document=body)
    assert made["credential"]["title"]["value"] == "Weaving"
    again = await ask(
        "ben", "query($id: ID!) { node(id: $id) { id } }", id=made["credential"]["id"]
    )
    assert again.codes == ("ID_INVALID",)
    mine = await ask("ben", "{ viewer { learner { credentials { totalCount } } } }")
    assert (mine.data or {})["viewer"]["learner"]["credentials"]["totalCount"] == 0


@pytest.mark.mission("M59")
async def test_what_is_stored_is_there_once_and_can_be_deleted(
    town: Town, do: Any, ask: AskAs
) -> None:
    body = a_badge(Signer(), "Weaving").decode()
    made = [
        await do("ben", "presentCredential", PRESENTED, document=body, store=True,
                 idempotencyKey="k1")
        for _ in range(2)
    ]  # fmt: skip
    assert made[0]["credential"]["id"] == made[1]["credential"]["id"]
    text = "query($id: ID!) { node(id: $id) { id ... on Credential { title { value } } } }"
    id = made[0]["credential"]["id"]
    assert ((await ask("ben", text, id=id)).data or {})["node"]["title"]["value"] == "Weaving"
    assert ((await ask("asha", text, id=id)).data or {})["node"] is None
    gone = await do("ben", "deleteCredential", "deletedId", credential=id)
    assert gone["deletedId"] == id
    assert ((await ask("ben", text, id=id)).data or {})["node"] is None


async def test_nobody_deletes_what_is_not_theirs(town: Town, do: Any) -> None:
    for id in (town.ids["badge"], "crd_999999"):
        made = await do("ben", "deleteCredential", "deletedId", credential=id)
        assert made["deletedId"] is None
        assert [error["code"] for error in made["userErrors"]] == ["NOT_FOUND"]


@pytest.mark.mission("M24")
async def test_a_document_that_somebody_else_holds_is_a_warning(town: Town, do: Any) -> None:
    body = a_badge(Signer(), "Weaving").decode()
    await do("asha", "presentCredential", PRESENTED, document=body, store=True)
    made = await do("ben", "presentCredential", PRESENTED, document=body)
    checks = {c["kind"]: c["result"] for c in made["credential"]["verification"]["checks"]}
    assert checks["DUPLICATE"] == "WARN"


@pytest.mark.mission("M60")
async def test_a_record_of_a_ledger_is_shown_and_never_stored(town: Town, do: Any) -> None:
    body = SAMPLE.read_text("utf-8")
    wanted = "credential { form verification { level } }"
    shown = await do("ben", "presentCredential", wanted, document=body)
    assert shown["credential"]["form"] == "NFT_RECORD"
    assert shown["credential"]["verification"]["level"] in {"NONE", "SELF"}
    kept = await do("ben", "presentCredential", "credential { form }", document=body, store=True)
    assert kept["credential"] is None
    assert [(e["code"], e["path"]) for e in kept["userErrors"]] == [
        ("UNSUPPORTED_FORMAT", ["store"])
    ]


@pytest.mark.mission("M17")
async def test_a_statement_stands_on_self_and_an_endorsement_lifts_it_to_peer_at_most(
    town: Town, do: Any, ask: AskAs
) -> None:
    level = "credential { id learningType verification { level } }"
    made = await do("asha", "addSelfStatement", level, title="Repaired radios", lang="en",
                    learningType="INFORMAL", idempotencyKey="s1")  # fmt: skip
    assert made["credential"]["learningType"] == "INFORMAL"
    assert made["credential"]["verification"]["level"] == "SELF"
    for who in ("all", "adviser"):
        target = {"credential": made["credential"]["id"]}
        await do(who, "endorse", "endorsement { on }", target=target, relationship="A teacher")
    text = """query($id: ID!) { node(id: $id) { ... on Credential { verification { level
        endorsements { totalCount nodes { by { name { value } } } } } } } }"""
    found = ((await ask("asha", text, id=made["credential"]["id"])).data or {})["node"]
    assert found["verification"]["level"] == "PEER"
    assert found["verification"]["endorsements"]["totalCount"] == 2


async def test_nobody_endorses_what_they_may_not_see_nor_themselves(town: Town, do: Any) -> None:
    for who, id in (("stranger", town.ids["badge"]), ("ben", town.ids["badge"]),
                    ("all", "crd_999999")):  # fmt: skip
        made = await do(who, "endorse", "endorsement { relationship }",
                        target={"credential": id}, relationship="A friend")  # fmt: skip
        assert [error["code"] for error in made["userErrors"]] == ["NOT_FOUND"]
    own = await do("asha", "endorse", "endorsement { relationship }",
                   target={"credential": town.ids["badge"]}, relationship="Me")  # fmt: skip
    assert [error["code"] for error in own["userErrors"]] == ["INVALID"]


@pytest.mark.mission("M1")
async def test_three_settings_come_back_in_one_shape(town: Town, do: Any, ask: AskAs) -> None:
    school = (
        '<Certificate name="School Leaving" type="SSCER" number="1" status="A"'
        ' issueDate="01-05-2024"><IssuedBy><Organization name="Board" code="1"/></IssuedBy>'
        '<IssuedTo><Person name="B" gender="F"/></IssuedTo><CertificateData>'
        '<School name="First School" code="7"/><Performance result="PASS"/></CertificateData>'
        "</Certificate>"
    )
    row = await town.hub.database.row(
        "SELECT uri FROM qualification WHERE learning_type = 'NON_FORMAL' AND uri IS NOT NULL"
    )
    uri = row["uri"] if row else None
    if uri is None:
        uri = await town.hub.database.value(
            "UPDATE qualification SET learning_type = 'NON_FORMAL' WHERE id ="
            " (SELECT min(id) FROM qualification WHERE uri IS NOT NULL) RETURNING uri"
        )
    employer = a_badge(Signer(), "Employer badge", id=uri).decode()
    await do("ben", "presentCredential", "credential { id }", document=school, store=True)
    await do("ben", "presentCredential", "credential { id }", document=employer, store=True)
    await do("ben", "addSelfStatement", "credential { id }", title="Volunteer", lang="en",
             learningType="INFORMAL")  # fmt: skip
    text = """{ viewer { learner { credentials { nodes { learningType title { value } form status
        issuer { name { value } } issuedOn scale verification { level outcome } } } } } }"""
    nodes = ((await ask("ben", text)).data or {})["viewer"]["learner"]["credentials"]["nodes"]
    assert {node["learningType"] for node in nodes} == {"FORMAL", "NON_FORMAL", "INFORMAL"}
    assert len({frozenset(node) for node in nodes}) == 1


@pytest.mark.mission("M62")
async def test_a_consent_is_asked_for_given_used_and_withdrawn(
    town: Town, do: Any, ask: AskAs
) -> None:
    give = "consent { id status fields recipient { id name { value } } learner { id } }"
    asked = await do("stranger", "requestConsent", give, learner=f"lrn_{town.asha}",
                     purpose="HIRING_CHECK", fields=["IDENTITY", "SKILLS"], expiresAt=SOON,
                     idempotencyKey="r1")  # fmt: skip
    assert asked["consent"]["status"] == "PENDING"
    name = "query($id: ID!) { learner(id: $id) { displayName } }"
    assert (await ask("stranger", name, id=f"lrn_{town.asha}")).codes == ("CONSENT_REQUIRED",)
    given = await do("asha", "grantConsent", give, request=asked["consent"]["id"],
                     recipient=asked["consent"]["recipient"]["id"], purpose="HIRING_CHECK",
                     fields=["IDENTITY"], expiresAt=SOON)  # fmt: skip
    assert (given["consent"]["status"], given["consent"]["fields"]) == ("ACTIVE", ["IDENTITY"])
    seen = await ask("stranger", name, id=f"lrn_{town.asha}")
    assert (seen.data or {})["learner"]["displayName"] == "Asha Quillfeather"
    await do("asha", "revokeConsent", give, consent=given["consent"]["id"])
    assert (await ask("stranger", name, id=f"lrn_{town.asha}")).codes == ("CONSENT_REVOKED",)


async def test_a_grant_is_never_wider_than_what_was_asked(town: Town, do: Any) -> None:
    asked = await do("stranger", "requestConsent", "consent { id recipient { id } }",
                     learner=f"lrn_{town.asha}", purpose="HIRING_CHECK", fields=["SKILLS"],
                     expiresAt=SOON)  # fmt: skip
    given = await do("asha", "grantConsent", "consent { id }", request=asked["consent"]["id"],
                     recipient=asked["consent"]["recipient"]["id"], purpose="HIRING_CHECK",
                     fields=["SKILLS", "CONTACT"], expiresAt=SOON)  # fmt: skip
    assert [error["code"] for error in given["userErrors"]] == ["SCOPE_TOO_WIDE"]


async def test_a_learner_asked_who_is_not_there_is_not_found(town: Town, do: Any) -> None:
    made = await do("stranger", "requestConsent", "consent { id }", learner="lrn_987654",
                    purpose="RESEARCH", fields=["SKILLS"], expiresAt=SOON)  # fmt: skip
    assert [error["code"] for error in made["userErrors"]] == ["NOT_FOUND"]


async def test_a_held_credential_is_verified_by_id_for_who_may_see_it(
    town: Town, do: Any, ask: AskAs
) -> None:
    give, target = "verification { level checks { kind } }", {"credential": town.ids["badge"]}
    for who in ("asha", "credential_titles"):
        made = await do(who, "verifyCredential", give, target=target)
        assert made["verification"]["level"] == "PEER"
    for who in ("anonymous", "ben", "stranger"):
        made = await do(who, "verifyCredential", give, target=target)
        assert [error["code"] for error in made["userErrors"]] == ["NOT_FOUND"]
    text = "mutation($i: VerifyCredentialInput!) { verifyCredential(input: $i) { __typename } }"
    assert (await ask("skills", text, i={"target": target})).codes == ("CONSENT_REQUIRED",)


async def test_preferences_are_set_one_by_one(town: Town, do: Any) -> None:
    give = "preferences { languages lowBandwidth }"
    await do("ben", "setPreferences", give, languages=["sw", "en"])
    made = await do("ben", "setPreferences", give, lowBandwidth=True)
    assert made["preferences"] == {"languages": ["sw", "en"], "lowBandwidth": True}


@pytest.mark.mission("M64")
async def test_an_export_holds_the_original_bytes(town: Town, do: Any, ask: AskAs) -> None:
    body = a_badge(Signer(), "Weaving")
    await do("ben", "presentCredential", "credential { id }", document=body.decode(), store=True)
    made = await do("ben", "exportMe", "job { id state bodyBase64 }")
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(made["job"]["bodyBase64"])))
    assert body in [archive.read(name) for name in archive.namelist()]
    text = "query($id: ID!) { node(id: $id) { id } }"
    assert ((await ask("asha", text, id=made["job"]["id"])).data or {})["node"] is None


@pytest.mark.mission("M65")
async def test_who_is_erased_has_a_copy_and_is_gone(town: Town, do: Any, ask: AskAs) -> None:
    kept = await do("asha", "eraseMe", "erasedAt", confirm=False)
    assert [error["code"] for error in kept["userErrors"]] == ["REQUIRED"]
    made = await do("asha", "eraseMe", "erasedAt copyBase64", confirm=True)
    assert made["erasedAt"]
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(made["copyBase64"])))
    assert b"Quillfeather" in archive.read("person.json")
    name = "query($id: ID!) { learner(id: $id) { displayName } }"
    answers = [await ask("all", name, id=id) for id in (f"lrn_{town.asha}", "lrn_987654")]
    assert answers[0].body == answers[1].body


async def test_who_is_under_age_waits_for_a_guardian(town: Town, do: Any, ask: AskAs) -> None:
    await town.hub.database.execute("SELECT 1")
    drawn = await do("asha", "nameGuardian", "codeShownOnce guardianship { id state }",
                     learner=f"lrn_{town.asha}")  # fmt: skip
    made = await do("ben", "acceptGuardianship", "guardianship { state learner { id } }",
                    code=drawn["codeShownOnce"])  # fmt: skip
    assert made["guardianship"]["state"] == "ACTIVE"
    text = "{ viewer { learner { wards { id consents(status: ACTIVE) { nodes { id } } } } } }"
    wards = ((await ask("ben", text)).data or {})["viewer"]["learner"]["wards"]
    assert wards[0]["consents"]["nodes"]
    ended = await do(
        "ben", "endGuardianship", "guardianship { state }", guardianship=wards[0]["id"]
    )
    assert ended["guardianship"]["state"] == "ENDED"
