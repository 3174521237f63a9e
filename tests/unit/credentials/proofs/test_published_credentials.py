"""The signatures of the 1EdTech and DCC collections, each on the named check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.proofs.data_integrity import check_proofs
from tests.unit.credentials.proofs.around import detail_of, results

pytestmark = pytest.mark.shared

UNBOUND = {"SIGNATURE": "PASS", "ISSUER_BINDING": "WARN"}
BOUND = {"SIGNATURE": "PASS", "ISSUER_BINDING": "PASS"}


@pytest.mark.parametrize(
    "name",
    [
        "openbadges-3/complete.json",
        "openbadges-3/endorsement-valid.json",
        "openbadges-3/simple-context-version.json",
        "openbadges-3/simple-did-key-method.json",
        "openbadges-3/simple_v1.json",
        "openbadges-3/simple-err-expired.json",
        "openbadges-3/simple-err-issued.json",
        "openbadges-3/bit-string-list/credential-status-revoked.json",
        "clr-2/complex.json",
        "clr-2/simple.json",
        "clr-2/simple_v1.json",
    ],
)
async def test_a_1edtech_document_is_signed_well_by_an_unbound_issuer(
    credentials: Path, offline: Surroundings, name: str
) -> None:
    rows = await check_proofs(json.loads((credentials / name).read_bytes()), offline)
    assert results(rows) == UNBOUND


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("credential-subject-achievement-result-description-type", "resultType"),
        ("credential-subject-identifier-type", "hashed"),
        ("credential-subject-profile-type", "InvalidProfile"),
        ("credential-subject-result-type", "achievedLevel"),
        ("evidence-type", "audience"),
        ("issuer-otheridentifier-type", "identifier"),
        ("issuer-parentorg-type", "InvalidProfile"),
        ("issuer-type", "InvalidProfile"),
        ("type", "OtherCredential"),
    ],
)
async def test_a_1edtech_document_of_a_wrong_type_fails_in_its_form(
    credentials: Path, offline: Surroundings, name: str, term: str
) -> None:
    document = json.loads((credentials / f"openbadges-3/simple-err-{name}.json").read_bytes())
    rows = await check_proofs(document, offline)
    assert results(rows)["FORMAT"] == "FAIL"
    assert term in detail_of(rows, "FORMAT")


async def test_a_wrong_value_fails_in_its_signature(
    credentials: Path, offline: Surroundings
) -> None:
    path = credentials / "openbadges-3" / "simple-err-proof-value.json"
    rows = await check_proofs(json.loads(path.read_bytes()), offline)
    assert results(rows) == {"SIGNATURE": "FAIL", "TAMPER": "FAIL"}


async def test_an_unknown_did_method_is_named(credentials: Path, offline: Surroundings) -> None:
    path = credentials / "openbadges-3" / "simple-err-proof-method-unknown-did-method.json"
    rows = await check_proofs(json.loads(path.read_bytes()), offline)
    assert "DID method example" in detail_of(rows, "SIGNATURE")


async def test_a_proof_of_an_unknown_type_does_not_hide_the_good_one(
    credentials: Path, offline: Surroundings
) -> None:
    path = credentials / "openbadges-3" / "simple-multiple-proofs.json"
    rows = await check_proofs(json.loads(path.read_bytes()), offline)
    assert results(rows) == {"SIGNATURE": "SKIPPED+PASS", "ISSUER_BINDING": "WARN"}


async def test_the_dcc_credentials_are_signed_as_published(
    credentials: Path, offline: Surroundings
) -> None:
    found = {}
    for path in sorted((credentials / "dcc").glob("**/*.json")):
        rows = results(await check_proofs(json.loads(path.read_bytes()), offline))
        found[path.name] = rows["SIGNATURE"].split("+")
    refused = {name for name, rows in found.items() if set(rows) != {"PASS"}}
    assert len(found) == 20
    assert refused == {"safeModeBreaker.json", "testVC.json"}


async def test_a_signature_of_the_older_kind_by_a_secp256k1_key_is_good(
    credentials: Path, offline: Surroundings
) -> None:
    folder = credentials / "blockcerts" / "cert-verifier-js" / "fixtures" / "v3"
    document = json.loads((folder / "example-non-chained-proofs.json").read_bytes())
    rows = await check_proofs(document, offline)
    assert results(rows)["SIGNATURE"].split("+")[0] == "PASS"
    document["issuanceDate"] = "2020-03-10T04:24:12.165Z"
    rows = await check_proofs(document, offline)
    assert results(rows)["SIGNATURE"].split("+")[0] == "FAIL"
