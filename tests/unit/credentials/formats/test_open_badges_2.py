"""Open Badges 2: the host answers for a badge where its issuer lets it stand, or a key signs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from isthmus.credentials.contract import Document, DocumentUnreadable, Surroundings
from isthmus.credentials.formats.open_badges_2_rules import may_stand_at
from isthmus.credentials.reading import check_format, complete, read
from isthmus.model.verification import CheckKind, CheckResult
from tests.unit.credentials.formats.shelf import (
    around,
    checks_of,
    failed,
    read_json,
    results,
    sample_json,
)

BADGE = "https://bees.example/assertions/9"
ISSUER: dict[str, Any] = {"id": "https://bees.example/issuer"}


def test_an_issuer_that_says_nothing_lets_badges_stand_at_its_own_host() -> None:
    assert may_stand_at(BADGE, ISSUER)
    assert not may_stand_at("https://wasps.example/assertions/9", ISSUER)


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        ({"startsWith": "https://bees.example/assertions"}, True),
        ({"startsWith": ["https://bees.example/not", "https://bees.example/as"]}, True),
        ({"startsWith": "https://bees.example/not"}, False),
        ({"startsWith": ["https://bees.example/not", "https://wasps.example/"]}, False),
        ({"allowedOrigins": ["bees.example", "wasps.example"]}, True),
        ({"allowedOrigins": "wasps.example"}, False),
        ({"startsWith": "https://bees.example/", "allowedOrigins": "wasps.example"}, False),
    ],
)
def test_an_issuer_says_where_its_badges_stand(policy: dict[str, Any], allowed: bool) -> None:
    assert may_stand_at(BADGE, ISSUER | {"verification": policy}) is allowed


async def test_the_host_that_gives_the_same_assertion_answers_for_it() -> None:
    claims = sample_json("open-badges-2.json")
    issuer = claims["badge"]["issuer"]
    rows = await checks_of(claims, around({BADGE: claims, issuer["id"]: issuer}))
    assert results(rows, CheckKind.REGISTER_LOOKUP) == {CheckResult.PASS}
    assert results(rows, CheckKind.ISSUER_BINDING) == {CheckResult.PASS}
    assert results(rows, CheckKind.SIGNATURE) == {CheckResult.SKIPPED}


async def test_a_copy_of_the_issuers_profile_inside_a_badge_speaks_for_nobody() -> None:
    claims = sample_json("open-badges-2.json") | {"id": "https://wasps.example/assertions/9"}
    issuer = claims["badge"]["issuer"]
    true_profile = dict(issuer)
    issuer["verification"] = {"allowedOrigins": "wasps.example"}
    rows = await checks_of(claims, around({claims["id"]: claims, issuer["id"]: true_profile}))
    assert failed(rows, CheckKind.ISSUER_BINDING) == ["/id"]
    rows = await checks_of(claims, around({claims["id"]: claims}))
    assert results(rows, CheckKind.ISSUER_BINDING) == {CheckResult.UNREACHABLE}


async def test_a_profile_at_another_host_does_not_speak_for_the_issuer_it_names() -> None:
    claims = sample_json("open-badges-2.json") | {"id": "https://wasps.example/assertions/9"}
    profile = claims["badge"]["issuer"] | {"verification": {"allowedOrigins": "wasps.example"}}
    claims["badge"]["issuer"] = "https://wasps.example/issuer"
    pages = {claims["id"]: claims, "https://wasps.example/issuer": profile}
    rows = await checks_of(claims, around(pages))
    assert results(rows, CheckKind.ISSUER_BINDING) == {CheckResult.UNREACHABLE}


async def test_a_host_that_gives_another_assertion_does_not_confirm_it() -> None:
    claims = sample_json("open-badges-2.json")
    rows = await checks_of(claims, around({BADGE: claims | {"issuedOn": "2020-01-01T00:00:00Z"}}))
    assert failed(rows, CheckKind.REGISTER_LOOKUP)


async def test_a_host_that_says_revoked_revokes() -> None:
    claims = sample_json("open-badges-2.json")
    rows = await checks_of(claims, around({BADGE: {"id": BADGE, "revoked": True}}))
    assert failed(rows, CheckKind.STATUS_LIST)


async def test_a_silent_host_is_unreachable_and_nothing_worse() -> None:
    rows = await checks_of(sample_json("open-badges-2.json"), around())
    assert results(rows, CheckKind.REGISTER_LOOKUP) == {CheckResult.UNREACHABLE}


async def test_a_badge_that_says_it_is_signed_but_is_not_fails() -> None:
    claims = sample_json("open-badges-2.json") | {"verification": {"type": "signed"}}
    assert failed(await checks_of(claims, around()), CheckKind.SIGNATURE) == ["/verification"]


async def test_addresses_are_followed_to_the_class_and_the_issuer() -> None:
    claims = sample_json("open-badges-2.json")
    badge = claims["badge"]
    issuer = badge["issuer"]
    pages = {badge["id"]: badge | {"issuer": issuer["id"]}, issuer["id"]: issuer}
    pointing = claims | {"badge": badge["id"]}
    assert read_json(pointing).credential.title is None
    found = (await complete(read_json(pointing), around(pages))).credential
    assert found.title is not None
    assert found.title.value == "Bee keeper"
    assert found.issuer is not None
    assert found.issuer.name.value == "Bee School"


@pytest.mark.parametrize(
    ("change", "kind", "path"),
    [
        ({"@context": "https://w3id.org/openbadges/other"}, CheckKind.FORMAT, "/@context"),
        ({"type": "Other"}, CheckKind.FORMAT, "/type"),
        ({"issuedOn": "once"}, CheckKind.SCHEMA, "/issuedOn"),
        ({"recipient": {"type": "email", "identity": "x"}}, CheckKind.SCHEMA, "/recipient/hashed"),
        ({"verification": None}, CheckKind.SCHEMA, "/verification"),
    ],
)
async def test_a_broken_rule_is_named(change: dict[str, Any], kind: CheckKind, path: str) -> None:
    rows = await checks_of(sample_json("open-badges-2.json") | change, around())
    assert path in failed(rows, kind)


def test_a_badge_class_alone_is_no_award() -> None:
    with pytest.raises(DocumentUnreadable, match="badge class, not an award"):
        read_json(sample_json("open-badges-2.json")["badge"])


def published(fixtures: Path) -> Surroundings:
    folder = fixtures / "credentials/openbadges-2"
    pages = {
        f"{scheme}://example.org/{path.name}": path.read_bytes()
        for path in folder.rglob("*.json")
        for scheme in ("http", "https")
    }
    return around(pages, fixtures / "credentials/jsonld-contexts")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "kind", "result"),
    [
        ("basic-assertion-invalid-context", CheckKind.FORMAT, CheckResult.FAIL),
        ("basic-assertion-invalid-type", CheckKind.FORMAT, CheckResult.FAIL),
        ("basic-assertion", CheckKind.FORMAT, CheckResult.PASS),
        ("basic-assertion", CheckKind.SCHEMA, CheckResult.PASS),
        ("basic-assertion-with-allowed-origins", CheckKind.ISSUER_BINDING, CheckResult.PASS),
        (
            "basic-assertion-with-allowed-origins-valid-multiple-starts-with",
            CheckKind.ISSUER_BINDING,
            CheckResult.PASS,
        ),
    ],
)
async def test_a_file_of_the_collection_gets_its_named_check(
    name: str, kind: CheckKind, result: CheckResult, fixtures: Path
) -> None:
    body = (fixtures / f"credentials/openbadges-2/{name}.json").read_bytes()
    rows = await check_format(read(Document(body)), published(fixtures))
    assert result in results(rows, kind)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["invalid-starts-with", "invalid-multiple-starts-with"])
def test_an_origin_of_the_collection_that_is_not_allowed(name: str, fixtures: Path) -> None:
    folder = fixtures / "credentials/openbadges-2/assets"
    issuer = read_issuer(folder / f"issuer-with-allowed-origins-{name}.json")
    assert not may_stand_at("https://example.org/beths-robotics-badge.json", issuer)


def read_issuer(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found
