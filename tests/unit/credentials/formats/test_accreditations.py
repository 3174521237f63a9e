"""Accreditations in European credentials: shown, held against the award, and never believed."""

from __future__ import annotations

from typing import Any

import pytest

from isthmus.credentials.formats.elm_accreditation import accreditation_rows
from isthmus.credentials.verifying import verify_reading
from isthmus.model.verification import CheckKind, CheckResult
from tests.unit.credentials.formats.shelf import around, read_json, sample_json

ISSUER = "/issuer/accreditation/0"
SPEC = "/credentialSubject/hasClaim/0/specifiedBy/accreditation/0"


def with_accreditation(at: str = "issuer", **says: Any) -> dict[str, Any]:
    claims = sample_json("elm-3.json")
    agency = {"legalName": {"en": "Quality Agency"}}
    accreditation = {"type": "Accreditation", "accreditingAgent": agency} | says
    award = claims["credentialSubject"]["hasClaim"]
    holder = claims["issuer"] if at == "issuer" else award["specifiedBy"]
    holder["accreditation"] = accreditation
    return claims


@pytest.mark.parametrize(("at", "path"), [("issuer", ISSUER), ("award", SPEC)])
def test_an_accreditation_is_shown_with_its_body_and_not_believed(at: str, path: str) -> None:
    (row,) = accreditation_rows(with_accreditation(at))
    assert (row.kind, row.result, row.path) == (
        CheckKind.ISSUER_TRUST, CheckResult.SKIPPED, path,
    )  # fmt: skip
    assert row.detail.startswith("an accreditation by Quality Agency is stated")


@pytest.mark.parametrize(
    ("says", "wrong"),
    [
        ({"expiryDate": "2026-01-09"}, "had ended"),
        ({"expiryDate": "2026-12-31"}, None),
        ({"limitEQFLevel": [{"id": "http://data.europa.eu/snb/eqf/5"}]}, "EQF level"),
        ({"limitEQFLevel": "http://data.europa.eu/snb/eqf/4"}, None),
        ({"limitQualification": {"id": "urn:epass:qualification:2"}}, "qualification"),
        ({"limitQualification": {"id": "urn:epass:qualification:1"}}, None),
    ],
)
def test_an_accreditation_that_does_not_cover_the_award_is_a_warning(
    says: dict[str, Any], wrong: str | None
) -> None:
    (row,) = accreditation_rows(with_accreditation(**says))
    assert row.result is (CheckResult.SKIPPED if wrong is None else CheckResult.WARN)
    assert wrong is None or wrong in row.detail


async def test_a_stated_accreditation_lifts_no_level() -> None:
    _, made = await verify_reading(read_json(with_accreditation()), around())
    _, plain = await verify_reading(read_json(sample_json("elm-3.json")), around())
    assert (made.level, made.outcome) == (plain.level, plain.outcome)
    assert not accreditation_rows(sample_json("elm-3.json"))
