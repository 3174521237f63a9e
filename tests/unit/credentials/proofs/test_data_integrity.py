from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import base58
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from isthmus.credentials.proofs.data_integrity import check_proofs
from tests.unit.credentials.proofs.around import (
    CONTEXT,
    TERMS,
    a_key,
    a_proof,
    an_award,
    contexts_of,
    detail_of,
    results,
    signed,
    surroundings,
)

SUITES = ["eddsa-rdfc-2022", "eddsa-jcs-2022"]
GOOD = {"SIGNATURE": "PASS", "ISSUER_BINDING": "PASS"}
BROKEN = {"SIGNATURE": "FAIL", "TAMPER": "FAIL"}


def a_signed_award(suite: str = SUITES[0], **options: Any) -> dict[str, Any]:
    private, did = a_key()
    return signed(an_award(did), a_proof(did, suite, **options), private)


@pytest.mark.parametrize("suite", SUITES)
async def test_a_signed_award_is_good_and_bound(suite: str) -> None:
    assert results(await check_proofs(a_signed_award(suite), surroundings())) == GOOD


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("claim", ["title", "level", "id", "type", "issuer"])
async def test_a_changed_claim_breaks_the_signature(suite: str, claim: str) -> None:
    document = a_signed_award(suite)
    document[claim] = {"title": "Welding, level 4", "level": 4, "type": []}.get(claim, "urn:other")
    assert results(await check_proofs(document, surroundings())) == BROKEN


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("option", ["created", "proofPurpose", "cryptosuite", "proofValue"])
async def test_a_changed_proof_is_not_good(suite: str, option: str) -> None:
    document = a_signed_award(suite)
    document["proof"][option] = {
        "created": "2026-01-01T00:00:01Z",
        "proofPurpose": "keyAgreement",
        "cryptosuite": next(other for other in SUITES if other != suite),
        "proofValue": f"z{base58.b58encode(bytes(64)).decode()}",
    }[option]
    assert results(await check_proofs(document, surroundings()))["SIGNATURE"] == "FAIL"


async def test_a_swapped_key_is_not_good() -> None:
    document = a_signed_award()
    _, other = a_key(2)
    document["proof"]["verificationMethod"] = f"{other}#{other[8:]}"
    assert results(await check_proofs(document, surroundings())) == BROKEN


async def test_a_document_signed_by_anothers_key_is_not_the_issuers() -> None:
    private, other = a_key(2)
    document = signed(an_award(a_key(1)[1]), a_proof(other), private)
    found = results(await check_proofs(document, surroundings()))
    assert found == {"SIGNATURE": "PASS", "ISSUER_BINDING": "FAIL"}


async def test_a_removed_proof_is_no_pass() -> None:
    document = a_signed_award()
    del document["proof"]
    assert results(await check_proofs(document, surroundings())) == {"SIGNATURE": "SKIPPED"}


async def test_an_added_claim_that_no_context_defines_is_named() -> None:
    document = {**a_signed_award(), "salary": 1}
    rows = await check_proofs(document, surroundings())
    assert results(rows) == {"SIGNATURE": "FAIL", "FORMAT": "FAIL", "TAMPER": "WARN"}
    assert "salary" in detail_of(rows, "FORMAT")


async def test_a_context_that_is_not_at_hand_leaves_the_signature_unchecked() -> None:
    rows = await check_proofs(a_signed_award(), surroundings(contexts=contexts_of({})))
    assert results(rows) == {"SIGNATURE": "UNREACHABLE", "FORMAT": "UNREACHABLE"}
    assert detail_of(rows, "FORMAT").startswith(f"the context {TERMS} is not at hand")
    assert "isthmus contexts fetch" in detail_of(rows, "SIGNATURE")


async def test_a_redefined_term_breaks_the_signature() -> None:
    document = a_signed_award()
    document["@context"] = [TERMS, {"title": "https://terms.example/level"}]
    assert results(await check_proofs(document, surroundings())) == BROKEN


async def test_an_unknown_suite_is_skipped_by_name() -> None:
    document = a_signed_award()
    document["proof"]["cryptosuite"] = "bbs-2023"
    rows = await check_proofs(document, surroundings())
    assert results(rows) == {"SIGNATURE": "SKIPPED"}
    assert "bbs-2023" in detail_of(rows, "SIGNATURE")


async def test_a_proof_may_have_expired_though_its_signature_is_good() -> None:
    document = a_signed_award(expires="2026-02-01T00:00:00Z")
    assert results(await check_proofs(document, surroundings())) == {**GOOD, "EXPIRY": "FAIL"}


async def test_a_proof_from_the_future_is_a_warning() -> None:
    early = surroundings(now=datetime(2025, 1, 1, tzinfo=UTC))
    assert results(await check_proofs(a_signed_award(), early)) == {**GOOD, "EXPIRY": "WARN"}


async def test_each_proof_of_a_set_has_its_own_row() -> None:
    (first, one), (second, other) = a_key(1), a_key(2)
    award = an_award(one)
    proofs = [
        signed(award, a_proof(one), first)["proof"],
        signed(award, a_proof(other), second)["proof"],
    ]
    proofs[1]["created"] = "2026-01-02T00:00:00Z"
    rows = await check_proofs({**award, "proof": proofs}, surroundings())
    found = [(row.path, row.result.value) for row in rows if row.kind.value == "SIGNATURE"]
    assert found == [("/proof/0", "PASS"), ("/proof/1", "FAIL")]


def a_chain() -> dict[str, Any]:
    (first, one), (second, other) = a_key(1), a_key(2)
    award = an_award(one)
    before = signed(award, a_proof(one, id="urn:proof:1"), first)["proof"]
    after = signed(award, a_proof(other, previousProof="urn:proof:1"), second, [before])["proof"]
    return {**award, "proof": [before, after]}


async def test_a_chain_of_proofs_is_good() -> None:
    assert results(await check_proofs(a_chain(), surroundings()))["SIGNATURE"] == "PASS+PASS"


async def test_a_chain_without_its_first_proof_is_not_good() -> None:
    document = a_chain()
    document["proof"] = document["proof"][1:]
    rows = await check_proofs(document, surroundings())
    assert detail_of(rows, "SIGNATURE") == "a proof that it builds on is missing"


async def test_a_chain_whose_first_proof_changed_breaks_both() -> None:
    document = a_chain()
    document["proof"][0]["created"] = "2026-01-02T00:00:00Z"
    assert results(await check_proofs(document, surroundings()))["SIGNATURE"] == "FAIL+FAIL"


@pytest.mark.parametrize("meaning", ["https://terms.example/heading", None])
async def test_another_edition_of_a_context_is_tried_before_the_verdict(
    meaning: str | None,
) -> None:
    lacking = copy.deepcopy(CONTEXT)
    lacking["@context"]["title"] = meaning
    held = contexts_of({TERMS: lacking})
    other = contexts_of({TERMS: CONTEXT})
    held._editions[TERMS] += other._editions[TERMS]
    assert results(await check_proofs(a_signed_award(), surroundings(contexts=held))) == GOOD
    forged = a_signed_award() | {"level": 4}
    found = results(await check_proofs(forged, surroundings(contexts=held)))
    assert found["SIGNATURE"] == "FAIL"


async def test_a_key_in_the_address_of_the_proof_is_unbound() -> None:
    private, did = a_key()
    method = f"https://college.example/issuer#{did[8:]}"
    award = an_award("https://college.example/issuer")
    document = signed(award, a_proof(did, verificationMethod=method), private)
    found = results(await check_proofs(document, surroundings()))
    assert found == {"SIGNATURE": "PASS", "ISSUER_BINDING": "WARN"}


async def test_a_did_web_that_does_not_answer_leaves_the_binding_open() -> None:
    private, did = a_key()
    document = signed(
        an_award("did:web:college.example"),
        a_proof(did, verificationMethod=f"did:web:college.example#{did[8:]}"),
        private,
    )
    found = results(await check_proofs(document, surroundings()))
    assert found == {"SIGNATURE": "PASS", "ISSUER_BINDING": "UNREACHABLE"}


@pytest.mark.parametrize("value", [None, 7, "", "z", "not multibase", "z" + "1" * 9000])
async def test_a_malformed_value_fails_and_does_not_crash(value: object) -> None:
    document = a_signed_award()
    document["proof"]["proofValue"] = value
    assert results(await check_proofs(document, surroundings()))["SIGNATURE"] == "FAIL"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5) | st.just(TERMS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "@value", "@id", "title"]), inner)
    ),
    max_leaves=5,
)
FIELDS = st.sampled_from(["@context", "id", "type", "issuer", "title", "level", "extra"])


@settings(deadline=None)
@given(FIELDS, VALUES)
async def test_no_other_value_of_a_field_passes_where_json_itself_is_signed(
    field: str, value: Any
) -> None:
    document = a_signed_award("eddsa-jcs-2022")
    assume(field not in document or document[field] != value)
    changed = {**document, field: value}
    assert results(await check_proofs(changed, surroundings()))["SIGNATURE"] == "FAIL"


@settings(deadline=None)
@given(st.sampled_from(["proof", "verificationMethod", "proofPurpose", "created"]), VALUES)
async def test_no_malformed_proof_crashes_or_passes(field: str, value: Any) -> None:
    document = a_signed_award()
    if field == "proof":
        document["proof"] = value
    else:
        assume(document["proof"][field] != value)
        document["proof"][field] = value
    found = results(await check_proofs(document, surroundings()))
    assert "PASS" not in found["SIGNATURE"]


@settings(deadline=None)
@given(FIELDS, VALUES)
async def test_no_malformed_document_crashes(field: str, value: Any) -> None:
    rows = await check_proofs({**a_signed_award(), field: value}, surroundings())
    assert "SIGNATURE" in results(rows)
