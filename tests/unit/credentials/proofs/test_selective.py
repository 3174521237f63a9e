"""Selective disclosure by statement: what is shown is signed, and nothing else can be shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from isthmus.credentials.proofs import cbor, selective
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.proofs.data_integrity import check_proofs
from isthmus.credentials.proofs.suites import Secured
from tests.unit.credentials.proofs.around import (
    an_award,
    detail_of,
    results,
    surroundings,
)
from tests.unit.credentials.proofs.sd_making import Discloser, coded, packed

WHOLE = an_award("", credentialSubject={"title": "Sam", "level": 4})
PART = {name: value for name, value in WHOLE.items() if name != "title"}
LESS = {**PART, "credentialSubject": {"level": 4}}
GOOD = {"SIGNATURE": "PASS", "ISSUER_BINDING": "PASS"}
BROKEN = {"SIGNATURE": "FAIL", "TAMPER": "FAIL"}


@pytest.fixture
def discloser() -> Discloser:
    return Discloser(WHOLE, "issuer>")


async def checked(document: dict[str, Any]) -> dict[str, str]:
    return results(await check_proofs(document, surroundings()))


async def test_a_credential_is_good_as_issued_and_as_far_as_it_is_shown(
    discloser: Discloser,
) -> None:
    assert await checked(discloser.base()) == GOOD
    for part in (WHOLE, PART, LESS):
        assert await checked(discloser.shown(part)) == GOOD


@pytest.mark.parametrize(
    "change", [{"level": 5}, {"title": "Another"}, {"credentialSubject": {"level": 5}}]
)
async def test_an_altered_statement_fails(discloser: Discloser, change: dict[str, Any]) -> None:
    assert await checked(discloser.base() | change) == BROKEN
    assert await checked(discloser.shown(WHOLE) | change) == BROKEN


async def test_what_must_always_be_shown_cannot_be_left_out(discloser: Discloser) -> None:
    document = discloser.shown(PART)
    del document["issuer"]
    found = await checked(document)
    assert found["SIGNATURE"] == "FAIL"


async def test_a_statement_that_was_never_signed_cannot_be_added(discloser: Discloser) -> None:
    added = discloser.shown(PART) | {"title": "Added"}
    assert await checked(added) == BROKEN
    assert await checked(discloser.base() | {"expires": "never"}) == BROKEN


async def test_statements_of_another_credential_do_not_count(discloser: Discloser) -> None:
    other = Discloser(WHOLE, "issuer>")
    forged = discloser.shown(PART, signatures=list(other.signatures.values())[:3])
    assert (await checked(forged))["SIGNATURE"] == "FAIL"


async def test_an_altered_option_fails(discloser: Discloser) -> None:
    document = discloser.shown(PART)
    document["proof"]["created"] = "2026-01-02T00:00:00Z"
    assert await checked(document) == BROKEN


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"labels": {}}, "fewer nodes"),
        ({"labels": {0: b"a", 1: b"a"}}, "two nodes one name"),
        ({"always": [99]}, "statements that are not there"),
        ({"always": [1, 1]}, "statements that are not there"),
        ({"always": "1"}, "no proof of this suite"),
        ({"signatures": 3}, "no proof of this suite"),
        ({"signature": "text"}, "no proof of this suite"),
        ({"public_key": b"\x80\x24"}, "no proof of this suite"),
        ({"public_key": b"\xed\x01" + b"\x01" * 32}, "of another kind"),
    ],
)
async def test_a_damaged_proof_is_said_to_be_one(
    discloser: Discloser, change: dict[str, Any], says: str
) -> None:
    rows = await check_proofs(discloser.shown(PART, **change), surroundings())
    assert results(rows)["SIGNATURE"] == "FAIL"
    assert says in detail_of(rows, "SIGNATURE")


@pytest.mark.parametrize(
    "value", [None, "", "u", "uAAAA", coded(b"\xd9\x5d\x01" + packed([]) + b"\0"), "z2"]
)
async def test_what_is_no_proof_is_said_to_be_none(discloser: Discloser, value: Any) -> None:
    document = discloser.shown(PART)
    document["proof"]["proofValue"] = value
    assert (await checked(document))["SIGNATURE"] == "FAIL"


async def test_it_cannot_build_on_another_proof(discloser: Discloser) -> None:
    document = discloser.shown(PART)
    document["proof"] = document["proof"] | {"id": "urn:p", "previousProof": "urn:p"}
    rows = await check_proofs(document, surroundings())
    assert "cannot build on other proofs" in detail_of(rows, "SIGNATURE")


@pytest.mark.parametrize("body", [b"", b"\xff", b"\x5b" + b"\xff" * 8, b"\x81" * 20, b"\xc1\x00"])
def test_hostile_cbor_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        cbor.read(body)


VECTORS = {
    "employ/addSignedSDBase.json": "employ",
    "employ/derivedRevealDocument.json": "employ",
    "prc/addSignedSDBase.json": "prc",
}


@pytest.mark.shared
@pytest.mark.parametrize("name", VECTORS)
async def test_the_vectors_of_the_recommendation_are_good_and_their_mutations_are_not(
    name: str, credentials: Path, contexts: Contexts
) -> None:
    folder = credentials / "w3c-vc/vc-di-ecdsa/ecdsa-sd-2023"
    document = json.loads((folder / name).read_bytes())
    held = surroundings(contexts=contexts)
    assert results(await check_proofs(document, held))["SIGNATURE"] == "PASS"
    forged = {**document, "validFrom": "2019-12-04T00:00:00Z"}
    assert results(await check_proofs(forged, held)) == BROKEN


@pytest.mark.shared
def test_the_names_of_the_vector_are_those_of_the_recommendation(
    credentials: Path, contexts: Contexts
) -> None:
    folder = credentials / "w3c-vc/vc-di-ecdsa/ecdsa-sd-2023/employ"
    document = json.loads((folder / "derivedRevealDocument.json").read_bytes())
    names = dict(json.loads((folder / "verifyDerivedProofValue.json").read_bytes())["labelMap"])
    text = Secured(document, contexts).canonical().text
    wanted = json.loads((folder / "verifyNQuads.json").read_bytes())
    assert selective._renamed(text, names.__getitem__) == wanted
