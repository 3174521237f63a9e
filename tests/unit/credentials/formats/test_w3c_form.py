"""The form of W3C credentials: each rule broken alone is a fault at its own path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from isthmus.credentials.contract import Document
from isthmus.credentials.formats.w3c_rules import form_faults, type_faults
from isthmus.credentials.reading import check_format, read
from isthmus.model.verification import CheckKind, CheckResult
from tests.unit.credentials.formats.shelf import around, checks_of, failed, results, sample_json

BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "a context that is no address": (
        {"@context": ["https://www.w3.org/ns/credentials/v2", "https ://x"]},
        "/@context/1",
    ),
    "another context first": ({"@context": ["https://example.org/v1"]}, "/@context"),
    "a protected term defined again": (
        {"@context": ["https://www.w3.org/ns/credentials/v2", {"issuer": "https://x.example"}]},
        "/@context/1/issuer",
    ),
    "no type": ({"type": []}, "/type"),
    "a type that is a number": ({"type": ["VerifiableCredential", 4]}, "/type/1"),
    "two ids": ({"id": ["urn:a:1", "urn:a:2"]}, "/id"),
    "an id that is no address": ({"id": "mine"}, "/id"),
    "an empty subject": ({"credentialSubject": [{"id": "urn:a:1"}, {}]}, "/credentialSubject/1"),
    "no subject": ({"credentialSubject": None}, "/credentialSubject"),
    "an issuer that is nobody": ({"issuer": None}, "/issuer"),
    "an issuer without an address": ({"issuer": {"id": "me"}}, "/issuer/id"),
    "a status without a type": ({"credentialStatus": {"id": "urn:a:1"}}, "/credentialStatus/type"),
    "a schema without an id": (
        {"credentialSchema": {"type": "JsonSchema"}},
        "/credentialSchema/id",
    ),
    "terms without a type": ({"termsOfUse": [{"id": "urn:a:1"}]}, "/termsOfUse/0/type"),
    "evidence without a type": ({"evidence": {"id": "urn:a:1"}}, "/evidence/type"),
    "a proof without a type": ({"proof": {"proofValue": "z"}}, "/proof/type"),
    "a date in words": ({"validFrom": "yesterday"}, "/validFrom"),
    "a date without its zone": ({"validFrom": "2026-01-01T00:00:00"}, "/validFrom"),
    "a thirteenth month": ({"validFrom": "2026-13-01T00:00:00Z"}, "/validFrom"),
    "an end before the beginning": ({"validUntil": "2020-01-01T00:00:00Z"}, "/validUntil"),
    "a name with something beside it": ({"name": {"@value": "a", "url": "urn:a:1"}}, "/name"),
    "a resource without its digest": (
        {"relatedResource": [{"id": "urn:a:1"}]},
        "/relatedResource/0",
    ),
}


@pytest.mark.parametrize("situation", sorted(BROKEN))
def test_a_broken_rule_is_a_fault_at_its_path(situation: str) -> None:
    change, path = BROKEN[situation]
    assert [fault.path for fault in form_faults(sample_json("w3c-2.json") | change)] == [path]


@pytest.mark.parametrize("name", ["w3c-1.json", "w3c-2.json", "presentation.json"])
def test_a_credential_in_order_has_no_fault(name: str) -> None:
    assert list(form_faults(sample_json(name))) == []


def test_a_presented_credential_is_held_to_the_rules_at_its_place() -> None:
    claims = sample_json("presentation.json")
    claims["verifiableCredential"][0]["type"] = []
    assert [fault.path for fault in form_faults(claims)] == ["/verifiableCredential/0/type"]


def test_a_type_that_no_context_defines_is_a_fault() -> None:
    claims = sample_json("w3c-2.json") | {"type": ["VerifiableCredential", "Unheard"]}
    assert [f.path for f in type_faults(claims, lambda _: {"Other"})] == ["/type/1"]
    assert list(type_faults(claims, lambda _: {"Unheard"})) == []


def test_without_its_context_nothing_is_said_about_a_type() -> None:
    claims = sample_json("w3c-2.json") | {"type": ["VerifiableCredential", "Unheard"]}
    assert list(type_faults(claims, lambda _: None)) == []


@pytest.mark.shared
async def test_the_suite_of_the_data_model_gets_the_verdict_of_its_names(fixtures: Path) -> None:
    folder = fixtures / "credentials/w3c-vc/vcdm2-suite/input"
    surroundings = around(contexts=fixtures / "credentials/jsonld-contexts")
    wrong = []
    for path in sorted(folder.rglob("*.json")):
        rows = await check_format(read(Document(path.read_bytes())), surroundings)
        expected = "-fail" in path.name
        if bool(failed(rows, CheckKind.FORMAT)) is not expected:
            wrong.append(path.name)
    assert wrong == []


async def test_a_draft_may_lack_its_issuer_and_a_signed_credential_may_not() -> None:
    draft = sample_json("w3c-2.json")
    del draft["issuer"]
    rows = await checks_of(draft, around())
    assert results(rows, CheckKind.SCHEMA) == {CheckResult.WARN}
    rows = await checks_of(draft | {"proof": {"type": "DataIntegrityProof"}}, around())
    assert failed(rows, CheckKind.SCHEMA) == ["/issuer"]
