"""Blockcerts: inclusion is proved offline, the anchor is not asked, alterations are named."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import base58
import pytest

from isthmus.credentials.contract import Document
from isthmus.credentials.formats import merkle
from isthmus.credentials.formats.blockcerts_terms import unknown_terms
from isthmus.credentials.reading import check_format, read
from isthmus.model.verification import Check, CheckKind, CheckResult
from tests.unit.credentials.formats.shelf import (
    around,
    checks_of,
    failed,
    read_json,
    results,
    sample_json,
)

LEAF, OTHER = hashlib.sha256(b"leaf").hexdigest(), hashlib.sha256(b"other").hexdigest()
ROOT = hashlib.sha256(bytes.fromhex(LEAF) + bytes.fromhex(OTHER)).hexdigest()

INCLUDED = (
    "cert-schema/examples/2.0/bbba8553-8ec1-445f-82c9-a57251dd731c",
    "cert-verifier-js/fixtures/v2/ethereum-ropsten-valid-2.0",
    "cert-verifier-js/fixtures/v2/mainnet-valid-2.0",
    "cert-verifier-js/fixtures/v2/regtest-valid-2.0",
    "cert-verifier-js/fixtures/v2/testnet-valid-2.0",
    "cert-verifier-js/fixtures/v3/mocknet-vc-v2-data-integrity-proof",
    "cert-verifier-py/2.0/eth_ropsten",
    "cert-verifier-py/2.0/mocknet",
    "cert-verifier-py/2.0/testnet",
    "cert-verifier-py/2.0/valid",
)
# what each negative file is about: the check that must fail
NAMED = {
    "cert-schema/examples/2.0-alpha/tampered_unmapped_fields": CheckKind.TAMPER,
    "cert-schema/examples/2.0-alpha/tampered_unmapped_fields_vocab": CheckKind.TAMPER,
    "cert-schema/examples/2.1/tampered_unmapped_fields": CheckKind.TAMPER,
    "cert-schema/examples/2.1/tampered_unmapped_fields_vocab": CheckKind.TAMPER,
    "cert-verifier-js/fixtures/v2/ethereum-merkle-root-unmatch-2.0": CheckKind.SIGNATURE,
    "cert-verifier-js/fixtures/v2/ethereum-tampered-2.0": CheckKind.TAMPER,
    "cert-verifier-js/fixtures/v3/mocknet-vc-v2-invalid-date-format": CheckKind.FORMAT,
    "cert-verifier-js/fixtures/v3/testnet-v3--tampered": CheckKind.TAMPER,
    "cert-verifier-js/fixtures/v3/testnet-v3-did--verification-method-mismatch": (
        CheckKind.ISSUER_BINDING
    ),
    "cert-verifier-py/2.0-alpha/invalid_unmapped_fields": CheckKind.TAMPER,
}


def proof(**other: Any) -> dict[str, Any]:
    made = {"targetHash": LEAF, "merkleRoot": ROOT, "proof": [{"right": OTHER}], "anchors": []}
    return made | other


def test_a_path_leads_from_the_leaf_to_the_root() -> None:
    found = merkle.of_signature(proof())
    assert found is not None
    assert found.leads_to_root()


@pytest.mark.parametrize(
    "change", [{"targetHash": OTHER}, {"proof": [{"left": OTHER}]}, {"proof": []}]
)
def test_another_path_does_not(change: dict[str, Any]) -> None:
    found = merkle.of_signature(proof(**change))
    assert found is not None
    assert not found.leads_to_root()


@pytest.mark.parametrize(
    "change", [{"targetHash": "xyz"}, {"proof": [{"up": OTHER}]}, {"merkleRoot": None}]
)
def test_a_damaged_proof_is_none(change: dict[str, Any]) -> None:
    assert merkle.of_signature(proof(**change)) is None


def text(value: str) -> bytes:
    return bytes([0x78, len(value)]) + value.encode()


def test_a_packed_proof_is_the_same_proof() -> None:
    step = b"\x82\x01" + b"\x58\x42" + text(OTHER)
    packed = (
        b"\x84\x82\x00\x58\x42" + text(ROOT) + b"\x82\x01\x58\x42" + text(LEAF)
        + b"\x82\x02\x80" + b"\x82\x03\x81" + step
    )  # fmt: skip
    found = merkle.of_proof_value("z" + base58.b58encode(packed).decode())
    assert found is not None
    assert found.leads_to_root()


@pytest.mark.parametrize("value", [None, "", "z", "z0", "zzzz", "z" + "1" * 20_000, "m123"])
def test_what_is_no_packed_proof_is_none(value: Any) -> None:
    assert merkle.of_proof_value(value) is None


def test_a_field_that_no_context_defines_is_named() -> None:
    claims = sample_json("blockcerts-2.json")
    claims["badge"]["addedLater"] = "with honours"
    assert unknown_terms(claims) == ["/badge/addedLater"]


def test_the_keys_of_a_json_literal_are_no_terms() -> None:
    claims = sample_json("blockcerts-2.json")
    claims["@context"].append({"record": {"@id": "urn:example:record", "@type": "@json"}})
    claims["record"] = {"a b": {"c d": 1}}
    claims["badge"]["record"] = {"@type": "@json", "@value": {"e f": 2}}
    assert unknown_terms(claims) == []
    claims["@context"][-1] = {"record": "urn:example:record"}
    assert unknown_terms(claims) == ["/record/a b"]


def test_a_context_that_maps_everything_is_named() -> None:
    claims = sample_json("blockcerts-2.json")
    claims["@context"].append({"@vocab": "http://fallback.example/"})
    assert unknown_terms(claims) == ["/@context/2/@vocab"]


async def test_without_a_chain_the_anchor_is_not_checked_and_nothing_is_signed() -> None:
    rows = await checks_of(sample_json("blockcerts-2.json"), around())
    assert results(rows, CheckKind.SIGNATURE) == {CheckResult.UNREACHABLE}
    (anchor,) = [row for row in rows if row.kind is CheckKind.REGISTER_LOOKUP]
    assert (anchor.result, anchor.detail) == (CheckResult.SKIPPED, "anchor not checked")


FIRST: dict[str, Any] = {
    "assertion": {"uid": "1", "id": "https://college.example/1", "issuedOn": "2016-08-29"},
    "certificate": {
        "name": "Welding",
        "description": "Joins metal.",
        "issuer": {"id": "https://college.example/", "name": "C"},
    },
    "recipient": {"givenName": "Sam", "familyName": "Sample", "identity": "s@example.com"},
    "verify": {"attribute-signed": "uid", "type": "ECDSA(secp256k1)"},
}


async def test_version_1_1_is_read_and_says_why_its_signature_is_not_checked() -> None:
    claims = FIRST | {"signature": "H9dl"}
    credential = read_json(claims).credential
    assert credential.title is not None
    assert (credential.title.value, credential.subject.name) == ("Welding", "Sam Sample")
    rows = await checks_of(claims, around())
    (signature,) = [row for row in rows if row.kind is CheckKind.SIGNATURE]
    assert (signature.result, "its uid alone" in signature.detail) == (CheckResult.SKIPPED, True)
    assert not failed(rows, CheckKind.FORMAT)


@pytest.mark.parametrize("name", ["name", "description", "issuer"])
async def test_version_1_says_what_it_must(name: str) -> None:
    certificate = {k: v for k, v in FIRST["certificate"].items() if k != name}
    rows = await checks_of(FIRST | {"certificate": certificate}, around())
    assert failed(rows, CheckKind.SCHEMA) == ["/certificate"]
    assert not failed(await checks_of(FIRST, around()), CheckKind.SCHEMA)


async def test_version_1_without_a_signature_breaks_its_form() -> None:
    rows = await checks_of(FIRST, around())
    assert failed(rows, CheckKind.FORMAT) == ["/signature"]
    assert results(rows, CheckKind.SIGNATURE) == {CheckResult.SKIPPED}


async def test_a_proof_in_version_1_2_must_lead_to_its_root() -> None:
    receipt = {"type": "ChainpointSHA256v2", **proof()}
    claims = {"@context": "https://w3id.org/blockcerts/v1", "document": FIRST, "receipt": receipt}
    assert results(await checks_of(claims, around()), CheckKind.SIGNATURE) == {
        CheckResult.UNREACHABLE
    }
    receipt["merkleRoot"] = OTHER
    assert failed(await checks_of(claims, around()), CheckKind.SIGNATURE) == ["/proof/path"]


async def checks_of_file(name: str, fixtures: Path) -> list[Check]:
    body = (fixtures / "credentials/blockcerts" / f"{name}.json").read_bytes()
    surroundings = around(contexts=fixtures / "credentials/jsonld-contexts")
    return await check_format(read(Document(body)), surroundings)


@pytest.mark.shared
@pytest.mark.parametrize("name", INCLUDED)
async def test_a_valid_file_is_the_document_in_its_tree(name: str, fixtures: Path) -> None:
    rows = await checks_of_file(name, fixtures)
    assert results(rows, CheckKind.TAMPER) == {CheckResult.PASS}
    assert "anchor not checked" in {row.detail for row in rows}


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(NAMED))
async def test_a_negative_file_fails_the_check_it_is_named_for(name: str, fixtures: Path) -> None:
    assert failed(await checks_of_file(name, fixtures), NAMED[name])


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "address", "page"),
    [
        (
            "v2/mainnet-revoked-2.0",
            "https://blockcerts.learningmachine.com/issuer/5a4fe9931f607f0f3452a65e/revocation.json",
            "revocation-list-mainnet-example",
        ),
        (
            "v3/cert-rl-status-list-2021-revoked",
            "https://www.blockcerts.org/samples/3.0/status-list-2021.json",
            "blockcerts-status-list-2021",
        ),
    ],
)
async def test_a_revoked_file_fails_by_its_list(
    name: str, address: str, page: str, fixtures: Path
) -> None:
    folder = fixtures / "credentials/blockcerts/cert-verifier-js/fixtures"
    pages = {address: (folder / f"{page}.json").read_bytes()}
    body = (folder / f"{name}.json").read_bytes()
    surroundings = around(pages, fixtures / "credentials/jsonld-contexts")
    assert failed(await check_format(read(Document(body)), surroundings), CheckKind.STATUS_LIST)
