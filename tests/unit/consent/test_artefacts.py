"""DEPA artefacts, written and read in."""

from __future__ import annotations

import base64
import json
import uuid
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from isthmus.consent.artefacts import (
    LARGEST,
    ArtefactRefused,
    consent_uuid,
    read_artefact,
    signed_bytes,
    write_artefact,
)
from isthmus.consent.rules import Granting, Reason, faults_of
from isthmus.model.consent import EVERYTHING, Consent, ConsentMode, Purpose
from isthmus.normalise.aadhaar import holds_aadhaar
from tests.support.consenting import SKILLS, a_consent

pytestmark = pytest.mark.mission("M61")

HUB = "https://hub.example"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP256R1())
AADHAAR = "234123412346"  # no one's: it only passes the check


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(payload: bytes) -> str:
    """A detached JSON Web Signature by ES256."""
    head = base64url(b'{"alg":"ES256"}')
    made = KEY.sign(f"{head}.{base64url(payload)}".encode(), ec.ECDSA(hashes.SHA256()))
    r, s = utils.decode_dss_signature(made)
    return f"{head}..{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def check_signature(document: bytes) -> None:
    """Raise `InvalidSignature` where an artefact was not signed as it stands."""
    told = json.loads(document)
    head, _, signature = told["signature"]["signature"].split(".")
    payload = base64url(signed_bytes(told["consent"]))
    raw = unbase64url(signature)
    der = utils.encode_dss_signature(
        int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    )
    KEY.public_key().verify(der, f"{head}.{payload}".encode(), ec.ECDSA(hashes.SHA256()))


def written(consent: Consent | None = None) -> bytes:
    return write_artefact(consent or a_consent(), hub=HUB, provider=HUB, sign=sign)


def changed(**said: Any) -> bytes:
    """An artefact of ours with parts of its consent replaced; None takes one out."""
    told = deepcopy(json.loads(written()))
    for path, value in said.items():
        *parents, name = path.split("__")
        within = told["consent"]
        for parent in parents:
            within = within[parent]
        if value is None:
            del within[name]
        else:
            within[name] = value
    return json.dumps(told).encode()


def reads(document: bytes) -> Any:
    return read_artefact(document, NOW, holds_aadhaar=holds_aadhaar)


@pytest.mark.shared
@pytest.mark.parametrize("mode", ConsentMode)
def test_an_artefact_fits_the_published_schema(fixtures: Path, mode: ConsentMode) -> None:
    path = fixtures / "credentials" / "consent" / "schema-consent-artifact.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    assert validator.is_valid(json.loads(written(a_consent(mode=mode, scopes=EVERYTHING))))
    assert not validator.is_valid(json.loads(changed(permission=None)))
    assert not validator.is_valid(json.loads(changed(consentId="7")))


def test_an_artefact_is_signed_as_it_stands() -> None:
    check_signature(written())
    with pytest.raises(InvalidSignature):
        check_signature(changed(timestamp="2026-11-24T12:00:00.001Z"))


def test_an_artefact_says_nothing_of_the_person() -> None:
    user = json.loads(written())["consent"]["user"]
    assert user == {
        "idType": "isthmus",
        "idNumber": "lrn_1",
        "mobile": "not shared",
        "email": "not shared",
    }


def test_an_artefact_has_the_same_name_each_time() -> None:
    assert json.loads(written())["consent"]["consentId"] == str(consent_uuid(a_consent(), HUB))
    assert consent_uuid(a_consent(), HUB) != consent_uuid(a_consent(id=8), HUB)


def test_what_is_written_can_be_read_in() -> None:
    consent = a_consent(mode=ConsentMode.STORE)
    document = written(consent)
    found = reads(document)
    assert found.document == document
    assert found.upstream == f"urn:uuid:{consent_uuid(consent, HUB)}"
    assert (found.mode, found.expires_at) == (ConsentMode.STORE, consent.expires_at)
    assert (found.purpose, found.data) == ("JOB_MATCHING", "SKILLS")


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        b'{"consent": {}}',
        changed(consentId="7"),
        changed(permission=None),
        changed(permission__dateRange__to="soon"),
        changed(user__idNumber=""),
        changed(purpose__description="x" * 3000),
        changed(permission__access="STREAM"),
        changed(permission__frequency={"unit": "DAY", "value": 1, "repeats": 3}),
        changed(permission__dateRange__to="2026-11-25T11:59:59.000Z"),
        changed(permission__dateRange__from="2026-11-25T12:00:01.000Z"),
        b" " * (LARGEST + 1),
    ],
)
def test_what_is_no_artefact_in_force_is_refused(document: bytes) -> None:
    with pytest.raises(ArtefactRefused):
        reads(document)


@pytest.mark.parametrize("number", [AADHAAR, "2341 2341 2346"])
def test_an_artefact_with_an_aadhaar_number_is_refused_without_a_word_of_it(number: str) -> None:
    with pytest.raises(ArtefactRefused) as refused:
        reads(changed(user__idNumber=number))
    assert "2341" not in str(refused.value)


def test_a_grant_goes_no_further_than_the_artefact_it_comes_with() -> None:
    artefact = reads(written(a_consent(expires_at=NOW + timedelta(days=2))))
    granting = Granting(2, Purpose.JOB_MATCHING, SKILLS, NOW + timedelta(days=1), artefact=artefact)
    assert faults_of(granting, NOW) == []
    wider = Granting(
        2,
        Purpose.JOB_MATCHING,
        SKILLS,
        NOW + timedelta(days=3),
        ConsentMode.STORE,
        artefact=artefact,
    )
    assert [(f.code, f.path) for f in faults_of(wider, NOW)] == [
        (Reason.SCOPE_TOO_WIDE, ("mode",)),
        (Reason.SCOPE_TOO_WIDE, ("expiresAt",)),
    ]


def test_identifiers_are_uuids() -> None:
    assert uuid.UUID(json.loads(written())["consent"]["consentId"]).version == 5
