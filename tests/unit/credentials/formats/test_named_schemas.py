"""A schema that a credential names is fetched whole, and run without fetching anything more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from isthmus.credentials.contract import Document
from isthmus.credentials.reading import check_format, read
from isthmus.model.verification import CheckKind, CheckResult
from tests.unit.credentials.formats.shelf import around, checks_of, failed, results, sample_json

ADDRESS = "https://clinic.example/schema"
NAMED = {"credentialSchema": {"id": ADDRESS, "type": "JsonSchema"}}


def naming(**more: Any) -> dict[str, Any]:
    return sample_json("w3c-2.json") | NAMED | more


async def test_a_schema_of_the_whole_credential_is_held_against_it() -> None:
    schema = {"properties": {"issuer": {"required": ["url"]}}}
    rows = await checks_of(naming(), around({ADDRESS: schema}))
    assert failed(rows, CheckKind.SCHEMA) == ["/issuer"]


async def test_a_schema_of_the_subject_is_held_against_the_subject() -> None:
    schema = {"properties": {"grade": {"type": "string"}}, "required": ["grade"]}
    rows = await checks_of(naming(), around({ADDRESS: schema}))
    assert failed(rows, CheckKind.SCHEMA) == ["/credentialSubject"]
    subject = {"id": "did:example:learner-1", "grade": "A"}
    rows = await checks_of(naming(credentialSubject=subject), around({ADDRESS: schema}))
    assert results(rows, CheckKind.SCHEMA) == {CheckResult.PASS}


async def test_a_silent_schema_is_unreachable() -> None:
    rows = await checks_of(naming(), around())
    assert CheckResult.UNREACHABLE in results(rows, CheckKind.SCHEMA)


@pytest.mark.parametrize(
    "schema",
    [
        b"<html>",
        {"type": 7},
        {"$ref": "https://elsewhere.example/schema"},
        {"properties": {"id": {"pattern": "("}}},
        {"$schema": "https://elsewhere.example/dialect"},
    ],
)
async def test_a_schema_that_cannot_be_used_is_a_warning(schema: Any) -> None:
    rows = await checks_of(naming(), around({ADDRESS: schema}))
    assert CheckResult.WARN in results(rows, CheckKind.SCHEMA)
    assert not failed(rows, CheckKind.SCHEMA)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("mocknet-vc-v2-credential-schema", CheckResult.PASS),
        ("mocknet-vc-v2-credential-schema-invalid", CheckResult.FAIL),
    ],
)
async def test_the_published_schema_gives_the_verdict_of_the_name(
    name: str, result: CheckResult, fixtures: Path
) -> None:
    folder = fixtures / "credentials/blockcerts/cert-verifier-js/fixtures"
    page = (folder / "credential-schema-example-id-card.json").read_bytes()
    surroundings = around(
        {"https://www.blockcerts.org/samples/3.0/example-id-card-schema.json": page},
        fixtures / "credentials/jsonld-contexts",
    )
    body = (folder / f"v3/{name}.json").read_bytes()
    rows = await check_format(read(Document(body)), surroundings)
    assert results(rows, CheckKind.SCHEMA) == {result}
