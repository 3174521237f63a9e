"""Receipts as the published examples of ISO/IEC TS 27560 in DPV have them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

from isthmus.consent.receipts import receipt_of
from isthmus.model.consent import (
    EVERYTHING,
    Consent,
    ConsentMode,
    ConsentStatus,
    DataScope,
    Purpose,
)
from isthmus.model.learner import Access
from tests.support.consenting import SKILLS, a_consent

pytestmark = pytest.mark.mission("M61", "M64")

HUB = "https://hub.example"
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOW = AT + timedelta(days=1)
KEYWORDS = {"@id", "@type", "@value"}
READ = Access(3, AT, 2, 7, "JOB_MATCHING", ("SKILLS",), "Shortlist")


def every_kind() -> Iterator[Consent]:
    for purpose in Purpose:
        yield a_consent(purpose=purpose, scopes=EVERYTHING, mode=ConsentMode.STORE)
    yield a_consent(requested_at=AT - timedelta(hours=1))
    yield a_consent(status=ConsentStatus.REVOKED, revoked_at=NOW)
    yield a_consent(status=ConsentStatus.EXPIRED)
    yield a_consent(confirmed_at=NOW)
    yield a_consent(status=ConsentStatus.PENDING, granted_at=None)
    yield a_consent(status=ConsentStatus.REFUSED, granted_at=None)


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)
    elif isinstance(value, list):
        for part in value:
            yield from nodes(part)


def types_of(node: dict[str, Any]) -> list[str]:
    stated = node.get("@type", node.get("type", []))  # one example writes it without the @
    return stated if isinstance(stated, list) else [stated]


def is_term(value: object) -> bool:
    return isinstance(value, str) and value.startswith("dpv:")


def record_in(receipt: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = receipt["dpv:hasRecordOfActivity"][0]
    return record


@pytest.mark.shared
def test_receipts_have_the_shape_of_the_published_ones(fixtures: Path) -> None:
    published = [
        json.loads(file.read_text(encoding="utf-8"))
        for file in sorted((fixtures / "credentials" / "consent" / "dpv-27560").glob("*.json"))
    ]
    assert len(published) == 39
    keys = {key for node in nodes(published) for key in node}
    types = {kind for node in nodes(published) for kind in types_of(node)}
    types |= {value for node in nodes(published) for value in node.values() if is_term(value)}
    whole = next(one for one in published if _is_whole(one))
    for consent in every_kind():
        receipt = receipt_of(consent, [READ], hub=HUB, now=NOW)
        del receipt["@context"]
        assert {key for node in nodes(receipt) for key in node} <= keys
        used = {kind for node in nodes(receipt) for kind in types_of(node)}
        assert used <= types | {"dpv:ConsentExpired"}  # of DPV, and in none of the examples
        assert receipt.keys() - {"@id"} >= whole.keys() - {"@id"}
        optional = {"dpv:hasJurisdiction", "dpv:hasApplicableLaw"}
        assert record_in(receipt).keys() >= whole["dpv:hasRecordOfActivity"].keys() - optional


def _is_whole(one: dict[str, Any]) -> bool:
    parts = one.get("dpv:hasRecordOfActivity")
    return isinstance(parts, dict) and "dpv:hasNotice" in parts


def test_every_term_of_a_receipt_is_defined() -> None:
    for consent in every_kind():
        receipt = receipt_of(consent, [READ], hub=HUB, now=NOW)
        [expanded] = jsonld.expand(receipt)
        text = json.dumps(expanded)
        assert not any(f'"{prefix}:' in text for prefix in ("dct", "dpv", "pd", "schema", "skos"))
        del receipt["@context"]
        stated = {key for node in nodes(receipt) for key in node if not key.startswith("@")}
        assert len({key for node in nodes(expanded) for key in node} - KEYWORDS) == len(stated)


def test_a_receipt_says_who_what_for_what_and_until_when() -> None:
    record = record_in(receipt_of(a_consent(), hub=HUB, now=NOW))
    assert record["dpv:hasDataController"] == f"{HUB}/organizations/org_2"
    assert record["dpv:hasDataSubject"]["@id"] == f"{HUB}/learners/lrn_1"
    process = record["dpv:hasProcess"]
    assert process["dpv:hasPurpose"]["dct:title"] == "JOB_MATCHING"
    assert [one["dct:identifier"] for one in process["dpv:hasPersonalData"]] == ["SKILLS"]
    [given] = record["dpv:hasConsentStatus"]
    assert given["dpv:isIndicatedAtTime"] == "2026-11-24T12:00:00+00:00"
    assert given["dpv:hasDuration"]["rdf:value"] == "2026-12-24T12:00:00+00:00"


def test_viewing_stores_nothing_and_storing_ends_with_the_consent() -> None:
    for mode, lasting in {
        ConsentMode.VIEW: "PT0S",
        ConsentMode.STORE: {
            "@type": "dpv:UntilTimeDuration",
            "rdf:value": "2026-12-24T12:00:00+00:00",
        },
    }.items():
        process = record_in(receipt_of(a_consent(mode=mode), hub=HUB, now=NOW))["dpv:hasProcess"]
        assert process["dpv:hasStorageCondition"]["dpv:hasDuration"] == lasting
        assert ("dpv:Store" in process["dpv:hasProcessing"]) is (mode is ConsentMode.STORE)


def test_a_withdrawn_consent_tells_its_whole_life() -> None:
    consent = a_consent(
        requested_at=AT - timedelta(hours=1), status=ConsentStatus.REVOKED, revoked_at=NOW
    )
    record = record_in(receipt_of(consent, hub=HUB, now=NOW))
    assert [types_of(one)[0] for one in record["dpv:hasConsentStatus"]] == [
        "dpv:ConsentRequested",
        "dpv:ConsentGiven",
        "dpv:ConsentWithdrawn",
    ]


def test_a_guardians_confirmation_is_told() -> None:
    record = record_in(receipt_of(a_consent(confirmed_at=NOW), hub=HUB, now=NOW))
    assert record["dpv:hasDataSubject"]["@type"] == "dpv:Child"
    [given] = record["dpv:hasConsentStatus"]
    assert given["dpv:isIndicatedBy"][1]["@type"] == "dpv:ParentOfDataSubject"


def test_each_read_is_told_with_purpose_fields_and_operation() -> None:
    receipt = receipt_of(a_consent(), [READ], hub=HUB, now=NOW)
    process = receipt["dpv:hasRecordOfActivity"][1]["dpv:hasProcess"]
    assert process["dct:title"] == "Shortlist"
    assert process["dpv:hasPurpose"]["dct:title"] == "JOB_MATCHING"
    assert [one["dct:identifier"] for one in process["dpv:hasPersonalData"]] == ["SKILLS"]
    assert process["dct:date"] == "2026-11-24T12:00:00+00:00"


def test_a_receipt_of_one_scope_names_no_other() -> None:
    text = json.dumps(receipt_of(a_consent(scopes=SKILLS), hub=HUB, now=NOW))
    assert not any(f'"{scope}"' in text for scope in DataScope if scope not in SKILLS)
