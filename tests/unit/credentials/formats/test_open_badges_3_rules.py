"""The vocabulary of Open Badges 3 and CLR 2: each broken rule is a SCHEMA row at its path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from isthmus.credentials.contract import Document
from isthmus.credentials.formats.open_badges_3 import vocabulary_rows
from isthmus.credentials.formats.vocabulary import SHAPES
from isthmus.credentials.reading import check_format, read
from isthmus.model.verification import CheckKind, CheckResult
from tests.unit.credentials.formats.shelf import around, failed, results, sample_json

ACHIEVEMENT = "/credentialSubject/achievement"
BROKEN: dict[str, tuple[str, Any, str]] = {
    "another type": ("type", ["VerifiableCredential", "Other"], "/type"),
    "an issuer of another type": ("issuer.type", "Person", "/issuer/type"),
    "an identifier of another type": (
        "issuer.otherIdentifier.0.type", "Entry", "/issuer/otherIdentifier/0/type",
    ),
    "an identity of another type": (
        "credentialSubject.identifier.0.type", "X", "/credentialSubject/identifier/0/type",
    ),
    "an identity hashed perhaps": (
        "credentialSubject.identifier.0.hashed", "yes", "/credentialSubject/identifier/0/hashed",
    ),
    "a result of another type": (
        "credentialSubject.result.0.type", "X", "/credentialSubject/result/0/type",
    ),
    "a result description of another type": (
        "credentialSubject.achievement.resultDescription.0.type",
        "X",
        f"{ACHIEVEMENT}/resultDescription/0/type",
    ),
    "an alignment to nowhere": (
        "credentialSubject.achievement.alignment.0.targetUrl",
        None,
        f"{ACHIEVEMENT}/alignment/0/targetUrl",
    ),
    "evidence of another type": ("evidence.0.type", "X", "/evidence/0/type"),
    "no criteria": ("credentialSubject.achievement.criteria", None, f"{ACHIEVEMENT}/criteria"),
    "no achievement": ("credentialSubject.achievement", None, ACHIEVEMENT),
    "credits in words": (
        "credentialSubject.creditsEarned", "three", "/credentialSubject/creditsEarned",
    ),
    "an endorsement of another type": (
        "issuer.endorsement.0.credentialSubject.type",
        "X",
        "/issuer/endorsement/0/credentialSubject/type",
    ),
}  # fmt: skip

# what each negative file of the collection is about: the kind of check, and where
NAMED = {
    "simple-err-credential-subject-achievement-result-description-type": (
        CheckKind.SCHEMA, f"{ACHIEVEMENT}/resultDescription/2/type",
    ),
    "simple-err-credential-subject-identifier-type": (
        CheckKind.SCHEMA, "/credentialSubject/identifier/0/type",
    ),
    "simple-err-credential-subject-profile-type": (
        CheckKind.SCHEMA, "/credentialSubject/source/type",
    ),
    "simple-err-credential-subject-result-type": (
        CheckKind.SCHEMA, "/credentialSubject/result/1/type",
    ),
    "simple-err-evidence-type": (CheckKind.SCHEMA, "/evidence/1/type"),
    "simple-err-issuer-otheridentifier-type": (CheckKind.SCHEMA, "/issuer/otherIdentifier/1/type"),
    "simple-err-issuer-parentorg-type": (CheckKind.SCHEMA, "/issuer/parentOrg/type"),
    "simple-err-issuer-type": (CheckKind.SCHEMA, "/issuer/type"),
    "simple-err-type": (CheckKind.SCHEMA, "/type"),
    "simple-err-proof-value": (CheckKind.SIGNATURE, "/proof/0"),
    "simple-err-proof-method-unknown-did-method": (CheckKind.SIGNATURE, "/proof/0"),
}  # fmt: skip
WITHOUT_FAULT = ("complete", "simple-did-key-method", "simple-multiple-proofs", "endorsement-valid",
                 "simple-context-version", "simple_v1", "complete_v1")  # fmt: skip


def changed(path: str, value: Any) -> dict[str, Any]:
    claims: Any = sample_json("open-badges-3.json")
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    found = claims
    for step in steps:
        found = found[step]
    found[last] = value
    return claims


@pytest.mark.parametrize("situation", sorted(BROKEN))
def test_a_broken_rule_is_named_at_its_path(situation: str) -> None:
    path, value, place = BROKEN[situation]
    rows = vocabulary_rows(changed(path, value), "AchievementCredential")
    assert failed(rows, CheckKind.SCHEMA) == [place]


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("open-badges-3.json", "AchievementCredential"),
        ("endorsement.json", "EndorsementCredential"),
        ("clr-2.json", "ClrCredential"),
    ],
)
def test_a_document_in_order_passes(name: str, shape: str) -> None:
    rows = vocabulary_rows(sample_json(name), shape)
    assert results(rows, CheckKind.SCHEMA) == {CheckResult.PASS}


@pytest.mark.parametrize(
    ("path", "value", "result"),
    [
        ("credentialSubject.result.0.status", "Nearly", CheckResult.FAIL),
        ("credentialSubject.achievement.achievementType", "Knighthood", CheckResult.WARN),
        ("credentialSubject.achievement.achievementType", "ext:Knighthood", CheckResult.PASS),
        ("credentialSubject.achievement.achievementType", 7, CheckResult.FAIL),
    ],
)
def test_a_word_is_one_of_the_vocabulary_or_marked_as_coined(
    path: str, value: Any, result: CheckResult
) -> None:
    rows = vocabulary_rows(changed(path, value), "AchievementCredential")
    assert results(rows, CheckKind.SCHEMA) == {result}


@pytest.mark.shared
@pytest.mark.parametrize("name", ["ob_v3p0_achievementcredential", "clr_v2p0_clrcredential"])
def test_the_tables_ask_for_what_the_published_schema_asks_for(name: str, fixtures: Path) -> None:
    folder = fixtures / "credentials/openbadges-3/schema"
    schema = json.loads((folder / f"{name}_schema_draft4.json").read_bytes())
    for title, definition in schema["$defs"].items():
        if title in SHAPES:
            asked = set(definition.get("required", [])) - {"@context", "issuanceDate", "type"}
            assert set(SHAPES[title].required) == asked, title


def test_an_association_of_a_record_must_say_what_it_associates() -> None:
    claims = sample_json("clr-2.json")
    del claims["credentialSubject"]["association"][0]["targetId"]
    rows = vocabulary_rows(claims, "ClrCredential")
    assert failed(rows, CheckKind.SCHEMA) == ["/credentialSubject/association/0/targetId"]


def test_what_an_earlier_edition_did_not_ask_for_is_only_a_warning() -> None:
    claims = sample_json("open-badges-3.json")
    claims["@context"][0] = "https://www.w3.org/2018/credentials/v1"
    claims["issuanceDate"] = claims.pop("validFrom")
    del claims["credentialSubject"]["achievement"]["criteria"]
    rows = vocabulary_rows(claims, "AchievementCredential")
    assert results(rows, CheckKind.SCHEMA) == {CheckResult.WARN}


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(NAMED))
async def test_a_negative_file_fails_the_check_it_is_named_for(name: str, fixtures: Path) -> None:
    body = (fixtures / f"credentials/openbadges-3/{name}.json").read_bytes()
    surroundings = around(contexts=fixtures / "credentials/jsonld-contexts")
    rows = await check_format(read(Document(body)), surroundings)
    kind, place = NAMED[name]
    assert place in failed(rows, kind)


@pytest.mark.shared
@pytest.mark.parametrize("name", WITHOUT_FAULT)
async def test_a_positive_file_fails_neither_form_nor_schema(name: str, fixtures: Path) -> None:
    body = (fixtures / f"credentials/openbadges-3/{name}.json").read_bytes()
    surroundings = around(contexts=fixtures / "credentials/jsonld-contexts")
    rows = await check_format(read(Document(body)), surroundings)
    assert failed(rows, CheckKind.SCHEMA) == failed(rows, CheckKind.FORMAT) == []
