"""The examples that the specification publishes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.presenting.answering import read_token
from isthmus.credentials.presenting.asking import OFFERED
from isthmus.credentials.presenting.dcql import Candidate, read_query
from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.credentials.presenting.request_object import Asked, parameters_of
from isthmus.credentials.presenting.types import types_of
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.proofs.sd_jwt import read_sd_jwt
from tests.support.wallet import LearnersWallet

pytestmark = pytest.mark.shared


@pytest.fixture(scope="session")
def published(fixtures: Path) -> Path:
    return fixtures / "credentials" / "openid4vp"


def read(path: Path) -> Any:
    return json.loads(path.read_text())


PERSON = {
    "family_name": "Doe",
    "given_name": "John",
    "address": {"street_address": "1 Main St"},
    "postal_code": "90210",
}


def test_every_query_reads(published: Path) -> None:
    files = [*published.glob("query_lang/*.json"), *published.glob("request/dcql_*.json")]
    assert len(files) >= 7
    for file in files:
        assert read_query(read(file)).credentials, file.name


@pytest.mark.parametrize(
    ("name", "claims", "reason"),
    [
        ("simple", PERSON, None),
        ("simple", {"family_name": "Doe"}, Reason.CLAIM_MISSING),
        ("value_matching_simple", PERSON, None),
        ("value_matching_simple", PERSON | {"postal_code": "10115"}, Reason.CLAIM_MISSING),
        ("value_matching_simple", PERSON | {"postal_code": 90210}, Reason.CLAIM_MISSING),
        ("claims_alternatives", PERSON | {"date_of_birth": "2008-01-01"}, None),
        ("claims_alternatives", PERSON, Reason.CLAIM_MISSING),
    ],
)
def test_their_queries_match_what_they_say(
    published: Path, name: str, claims: dict[str, Any], reason: Reason | None
) -> None:
    query = read_query(read(published / "query_lang" / f"{name}.json"))
    kind = frozenset({"https://credentials.example.com/identity_credential"})
    (part,) = query.credentials.values()
    assert part.mismatch(Candidate("dc+sd-jwt", kind, claims)) is reason
    assert part.mismatch(Candidate("dc+sd-jwt", frozenset(), claims)) is Reason.TYPE_OTHER


def test_the_sets_of_their_query_are_alternatives(published: Path) -> None:
    query = read_query(read(published / "query_lang" / "complex_mdoc.json"))
    assert query.is_satisfied_by({"photo_card-id"})
    assert query.is_satisfied_by({"mdl-id", "mdl-address"})
    assert not query.is_satisfied_by({"mdl-address"})


def test_their_linked_data_credential_answers_their_query(published: Path, fixtures: Path) -> None:
    contexts = Contexts.of_folder(fixtures / "credentials" / "jsonld-contexts")
    credential = read(published / "credentials" / "ldp_vc.json")
    types = types_of(credential, contexts)
    (part,) = read_query(read(published / "request" / "dcql_ldp_vc.json")).credentials.values()
    assert part.mismatch(Candidate("ldp_vc", types, credential)) is None
    assert part.mismatch(Candidate("ldp_vc", frozenset(), credential)) is Reason.TYPE_OTHER


def test_types_are_written_out_as_far_as_contexts_are_at_hand(fixtures: Path) -> None:
    contexts = Contexts.of_folder(fixtures / "credentials" / "jsonld-contexts")
    context = [
        "https://www.w3.org/2018/credentials/v1",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    named = {"@context": context, "type": ["VerifiableCredential", "AchievementCredential", "Own"]}
    assert types_of(named, contexts) == {
        "https://www.w3.org/2018/credentials#VerifiableCredential",
        "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential",
        "Own",
    }


def test_what_is_offered_has_the_form_of_their_metadata(published: Path) -> None:
    for file in published.glob("client_metadata/*.json"):
        for name, stated in read(file)["vp_formats_supported"].items():
            assert name not in OFFERED or set(stated) <= set(OFFERED[name]), name


def the_request(query: Any) -> Asked:
    made = datetime.fromtimestamp(1744743394, UTC)
    return Asked(
        client_id="https://verifier.example.org",
        response_uri="https://verifier.example.org/post",
        nonce="1234567890",
        state="state",
        query=query,
        begun_at=made - timedelta(minutes=1),
        expires_at=made + timedelta(minutes=9),
    )


KIND = "https://credentials.example.com/example_credential"
LINKED = {
    "id": "linked",
    "format": "dc+sd-jwt",
    "meta": {"vct_values": [KIND]},
    "claims": [{"path": ["ld", "credentialSubject", "givenName"]}],
}


async def test_their_presentation_is_its_holders_for_their_verifier_only(
    published: Path, around: Surroundings
) -> None:
    text = "".join((published / "sd_jwt_vcld/01/sd_jwt_presentation.txt").read_text().split())
    asked = the_request({"credentials": [LINKED]})
    around = replace(around, now=asked.begun_at + timedelta(minutes=2))
    token = json.dumps({"linked": [text]})
    (shown,) = await read_token(token, asked, around)
    assert shown.document.presented_by is not None
    assert shown.document.presented_by.startswith("did:key:zDn")  # a key of P-256
    assert read_sd_jwt(shown.document.body.decode()).claims["ld"]["credentialSubject"]
    for other, reason in (
        (replace(asked, nonce="0"), Reason.NONCE_OTHER),
        (replace(asked, client_id="https://other.example"), Reason.AUDIENCE_OTHER),
        (replace(asked, begun_at=asked.begun_at + timedelta(hours=1)), Reason.TIME_OTHER),
    ):
        with pytest.raises(PresentationRefused) as refused:
            await read_token(token, other, around)
        assert refused.value.reason is reason


async def test_linked_data_is_proved_under_the_publishers_own_contexts(
    fixtures: Path, asked: Asked, around: Surroundings
) -> None:
    contexts = Contexts.of_folder(fixtures / "credentials" / "jsonld-contexts")
    around = replace(around, contexts=contexts)
    wallet = LearnersWallet(contexts)
    request = parameters_of(asked)
    form = wallet.form(request, linked_data=[wallet.shown(request)])
    (shown,) = await read_token(form["vp_token"], asked, around)
    assert shown.document.presented_by == wallet.did


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, Reason.SIGNATURE_BROKEN),  # its signature is shortened, its DID an example
        ({"nonce": "another"}, Reason.NONCE_OTHER),
        ({"client_id": "x509_san_dns:other.example.org"}, Reason.AUDIENCE_OTHER),
    ],
)
async def test_their_linked_data_answer_is_read_and_held_against_its_request(
    published: Path, around: Surroundings, change: dict[str, str], reason: Reason
) -> None:
    presentation = read(published / "response" / "ldp_vc.json")
    proof = presentation["proof"]
    made = datetime.fromisoformat(proof["created"])
    asked = replace(
        the_request(read(published / "request" / "dcql_ldp_vc.json")),
        client_id=proof["domain"],
        nonce=proof["challenge"],
        begun_at=made - timedelta(minutes=1),
    )
    around = replace(around, now=made + timedelta(minutes=1))
    asked = replace(asked, **change)
    token = json.dumps({"example_ldp_vc": [presentation]})
    with pytest.raises(PresentationRefused) as refused:
        await read_token(token, asked, around)
    assert refused.value.reason is reason


async def test_their_token_answer_is_taken_once_it_is_truly_signed(
    published: Path, around: Surroundings, wallet: LearnersWallet
) -> None:
    stated = read(published / "response" / "jwt_vc.json")
    claims = {**stated, "iss": wallet.did}
    claims["vp"] = {**stated["vp"], "verifiableCredential": [wallet.token()]}
    asked = replace(
        the_request({"credentials": [{"id": "a", "format": "jwt_vc_json", "meta": {}}]}),
        client_id=stated["aud"],
        nonce=stated["nonce"],
        begun_at=datetime.fromtimestamp(stated["iat"], UTC),
    )
    around = replace(around, now=asked.begun_at + timedelta(minutes=1))
    signed = wallet.key.token({"typ": "JWT", "kid": wallet.key.method}, claims)
    (shown,) = await read_token(json.dumps({"a": [signed]}), asked, around)
    assert shown.document.presented_by == wallet.did
