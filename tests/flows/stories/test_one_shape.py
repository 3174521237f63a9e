"""Documents of three worlds, and one badge of three learners, come back in one shape."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from isthmus.playground.stories.callers import Caller
from isthmus.store.database import Database
from tests.support.stories import Stage, stage
from tests.unit.credentials.signing import Signer, an_award

MINE = """query Mine { viewer { learner { credentials { totalCount nodes {
  id form learningType scale status issuedOn validUntil uri
  title { value language } issuer { name { value } } level { notation } credits { points }
  qualification { id title { value } }
  outcomes { text { value } } skills { method statedAs skill { id } }
  assessment { method result } evidence { url }
  verification { level outcome reason { value }
    checks { kind result path source detail { value } } }
} } } } }"""
PAGE = "https://learn.harbourlight.example/en-us/credentials/certifications/data-associate/"
BADGE = "Harbourlight Certified: Data Associate"


async def present(caller: Caller, body: bytes) -> None:
    await caller.do(
        "presentCredential",
        "credential { id }",
        document=base64.b64encode(body).decode(), store=True,
    )  # fmt: skip


async def held(caller: Caller) -> list[dict[str, Any]]:
    """Give what a learner holds."""
    told = await caller.ask(MINE)
    assert told.errors == ()
    nodes: list[dict[str, Any]] = told.data["viewer"]["learner"]["credentials"]["nodes"]
    return nodes


def shape(value: Any) -> Any:
    """Give the names of an object's fields, all the way down; of a list, of its first."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


def checks(credential: Mapping[str, Any], kind: str) -> set[str]:
    rows = credential["verification"]["checks"]
    return {row["result"] for row in rows if row["kind"] == kind}


@pytest.fixture
async def with_contexts(database: Database, tmp_path: Path, fixtures: Path) -> AsyncIterator[Stage]:
    """A hub with the contexts that publishers wrote, and an empty catalogue."""
    folder = fixtures / "credentials" / "jsonld-contexts"
    async with stage(database, tmp_path, contexts_dir=str(folder)) as found:
        yield found


async def test_documents_of_three_worlds_come_back_in_one_shape_with_their_own_verdicts(
    with_contexts: Stage, fixtures: Path
) -> None:
    """One query of one learner: a badge, a European credential, a certificate of a store."""
    folder, tara = fixtures / "credentials", await with_contexts.learner("tara")
    elm = folder / "elm" / "Credentials" / "JSON-LD Examples (ELM v3)"
    example = json.loads((folder / "digilocker/example-academic-certificate.json").read_text())
    for body in (
        (folder / "openbadges-3" / "complete.json").read_bytes(),
        (elm / "Sample-MC-Annex1-signed.jsonld").read_bytes(),
        as_xml(example),
    ):
        await present(tara, body)
    store, micro, badge = await held(tara)
    assert set(store) == set(micro) == set(badge)
    assert shape(store["verification"]) == shape(micro["verification"])
    assert shape(badge["verification"]) == shape(micro["verification"])
    titles = [one["title"]["value"] for one in (badge, micro, store)]
    assert all(titles)
    assert len(set(titles)) == 3
    assert [one["form"] for one in (badge, micro, store)] == [
        "VERIFIABLE_CREDENTIAL", "VERIFIABLE_CREDENTIAL", "SIGNED_DOCUMENT",
    ]  # fmt: skip
    assert [one["learningType"] for one in (badge, micro, store)] == [
        "UNKNOWN", "NON_FORMAL", "FORMAL",
    ]  # fmt: skip
    assert [checks(one, "SIGNATURE") >= {"PASS"} for one in (badge, micro, store)] == [
        True, True, False,
    ]  # fmt: skip
    assert "SKIPPED" in checks(store, "SIGNATURE")
    assert [one["verification"]["outcome"] for one in (badge, micro, store)] == [
        "INCONCLUSIVE", "PASSED_WITH_WARNINGS", "NOT_CHECKED",
    ]  # fmt: skip
    assert checks(badge, "STATUS_LIST") == {"UNREACHABLE"}  # of a host that does not exist
    assert checks(micro, "ISSUER_BINDING") == {"WARN"}
    assert {one["verification"]["level"] for one in (badge, micro, store)} == {"SELF"}


def as_xml(example: dict[str, Any]) -> bytes:
    """Write an example of the schema as the XML that the schema describes."""
    root = etree.Element("Certificate")
    fill(root, example)
    body: bytes = etree.tostring(root)
    return body


def fill(element: etree._Element, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if isinstance(value, dict):
            fill(etree.SubElement(element, name), value)
        elif isinstance(value, list):
            holder = etree.SubElement(element, name)
            for item in value:
                fill(etree.SubElement(holder, name.removesuffix("s")), item)
        else:
            element.set(name, str(value))


def an_associate(signer: Signer, number: int) -> bytes:
    """Give one award of a badge that is aligned to what the catalogue has."""
    achievement = {
        "id": "https://badges.example/classes/data-associate",
        "type": ["Achievement"],
        "name": BADGE,
        "criteria": {"id": PAGE},
        "alignment": [{"type": ["Alignment"], "targetName": BADGE, "targetUrl": PAGE}],
    }
    claims = an_award(
        signer.did,
        id=f"urn:uuid:award-{number}",
        type=["VerifiableCredential", "OpenBadgeCredential"],
        name=BADGE,
        credentialSubject={"type": ["AchievementSubject"], "achievement": achievement},
    )
    return json.dumps(signer.sign(claims)).encode()


@pytest.mark.mission("M4")
async def test_a_badge_of_three_learners_is_three_credentials_of_one_qualification(
    on_stage: Stage,
) -> None:
    signer, found = Signer(), []
    for number, person in enumerate(("tara", "imran", "usha")):
        caller = await on_stage.learner(person)
        await present(caller, an_associate(signer, number))
        found += await held(caller)
    assert len({one["id"] for one in found}) == 3
    assert {one["title"]["value"] for one in found} == {BADGE}
    assert len({one["qualification"]["id"] for one in found}) == 1
    assert {one["qualification"]["title"]["value"] for one in found} == {BADGE}
    anyone = await Caller(on_stage.address).ask(
        "query ($id: ID!) { node(id: $id) { ... on Qualification { uri } } }",
        id=found[0]["qualification"]["id"],
    )
    assert anyone.data["node"]["uri"] == PAGE


async def test_an_alignment_by_another_name_is_no_award_of_it(on_stage: Stage) -> None:
    """A part of a certification is aligned to it as well, and whoever holds it holds no more."""
    signer, caller = Signer(), await on_stage.learner("tara")
    award = json.loads(an_associate(signer, 9))
    award.pop("proof")
    award["name"] = award["credentialSubject"]["achievement"]["name"] = "A first step"
    await present(caller, json.dumps(signer.sign(award)).encode())
    (one,) = await held(caller)
    assert one["title"]["value"] == "A first step"
    assert one["qualification"] is None
