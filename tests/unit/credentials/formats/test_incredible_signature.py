"""inCredible's signature: what it covers passes, what it leaves out is never believed."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from isthmus.credentials.contract import Document
from isthmus.credentials.verifying import verify
from isthmus.model.verification import Check, CheckKind, Verification
from tests.unit.credentials.formats.shelf import around

KEY = rsa.generate_private_key(65537, 2048)
PEM = (
    KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
COUNCIL, NAME = "https://council.example/profile", "https://council.example/keys/1"
OB, SCD = "https://w3id.org/openbadges/v2#", "https://skillcredentialspec.org/v1/"
SEC, TYPE = "https://w3id.org/security/v1#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
CREATED = "2026-01-02T03:04:05"
PROFILE = {"@id": COUNCIL, "sec:publicKey": {"@id": NAME, "sec:publicKeyPem": PEM}}


def a_certificate(recipient: str = "urn:example:sam") -> dict[str, Any]:
    return {
        "@context": {"ob": OB, "scd": SCD, "sec": SEC, "schema": "http://schema.org/"},
        "@id": "urn:example:1",
        "@type": ["ob:Assertion", "scd:CertificateExtension"],
        "ob:recipient": {"@id": recipient, "schema:name": "Sam"},
        "ob:badge": {
            "@id": "urn:example:badge",
            "schema:name": "Solar lamps",
            "ob:issuer": {
                "@id": COUNCIL,
                "sec:publicKey": {"@id": NAME, "sec:publicKeyPem": PEM},
            },
        },
        "ob:issuedOn": "2026-01-01T00:00:00Z",
    }


def statements(recipient: str | None) -> str:
    """Write the statements of that certificate by hand, as they are sorted."""
    pem = PEM.replace("\n", "\\n")
    found = [
        f"<{COUNCIL}> <{SEC}publicKey> <{NAME}> .",
        f'<{NAME}> <{SEC}publicKeyPem> "{pem}" .',
        f"<urn:example:1> <{TYPE}> <{OB}Assertion> .",
        f"<urn:example:1> <{TYPE}> <{SCD}CertificateExtension> .",
        f"<urn:example:1> <{OB}badge> <urn:example:badge> .",
        f'<urn:example:1> <{OB}issuedOn> "2026-01-01T00:00:00Z" .',
        '<urn:example:badge> <http://schema.org/name> "Solar lamps" .',
        f"<urn:example:badge> <{OB}issuer> <{COUNCIL}> .",
    ]
    if recipient is not None:
        found.append(f"<urn:example:1> <{OB}recipient> <{recipient}> .")
        found.append(f'<{recipient}> <http://schema.org/name> "Sam" .')
    return "".join(f"{line}\n" for line in sorted(found))


def signed(recipient: str = "urn:example:sam", *, safe: bool = False) -> dict[str, Any]:
    covered = None if recipient.startswith("#") else recipient
    options = f'_:c14n0 <sec:created> "{CREATED}" .\n_:c14n0 <sec:creator> "{NAME}" .\n'
    data = b"".join(
        hashlib.sha256(text.encode()).digest() for text in (options, statements(covered))
    )
    made = KEY.sign(data, padding.PKCS1v15(), hashes.SHA256())
    value = (base64.urlsafe_b64encode if safe else base64.b64encode)(made).decode()
    signature = {
        "@type": "scd:RsaSignature2018",
        "sec:creator": NAME,
        "sec:created": CREATED,
        "sec:signatureValue": value,
    }
    return a_certificate(recipient) | {"sec:signature": signature}


async def verified(claims: dict[str, Any], pages: dict[str, Any] | None = None) -> Verification:
    return (await verify(Document(json.dumps(claims).encode()), around(pages)))[1]


def found(made: Verification, kind: CheckKind) -> Check:
    return next(row for row in made.checks if row.kind is kind)


@pytest.mark.parametrize("safe", [False, True])
async def test_a_signature_of_the_key_that_the_issuers_profile_names_is_good(safe: bool) -> None:
    made = await verified(signed(safe=safe), {COUNCIL: PROFILE})
    assert found(made, CheckKind.SIGNATURE).result == "PASS"
    assert found(made, CheckKind.ISSUER_BINDING).result == "PASS"
    assert found(made, CheckKind.TAMPER).result == "PASS"
    assert made.level == "PEER"


async def test_a_key_that_only_stands_in_the_document_binds_nobody() -> None:
    silent = await verified(signed())
    assert found(silent, CheckKind.ISSUER_BINDING).result == "UNREACHABLE"
    other = await verified(signed(), {COUNCIL: {"@id": COUNCIL}})
    assert found(other, CheckKind.ISSUER_BINDING).result == "WARN"
    assert (silent.level, other.level) == ("SELF", "SELF")


@pytest.mark.parametrize("place", ["ob:recipient", "ob:badge", "sec:signature"])
async def test_an_altered_claim_or_option_fails(place: str) -> None:
    claims = signed()
    key = {"sec:signature": "sec:created"}.get(place, "schema:name")
    claims[place][key] = "Another"
    made = await verified(claims, {COUNCIL: PROFILE})
    assert found(made, CheckKind.SIGNATURE).result == "FAIL"
    assert found(made, CheckKind.TAMPER).result == "FAIL"
    assert made.level == "NONE"


async def test_what_is_said_of_a_relative_recipient_is_not_covered_and_lifts_nothing() -> None:
    claims = signed("#/evidence/0/subject")
    made = await verified(claims, {COUNCIL: PROFILE})
    assert found(made, CheckKind.SIGNATURE).result == "WARN"
    assert "#/evidence/0/subject" in found(made, CheckKind.SIGNATURE).detail
    assert found(made, CheckKind.TAMPER).result == "WARN"
    assert (made.level, made.outcome) == ("SELF", "NOT_CHECKED")


async def test_a_term_without_meaning_makes_a_good_signature_a_warning() -> None:
    made = await verified(signed() | {"honours": "added later"}, {COUNCIL: PROFILE})
    assert found(made, CheckKind.SIGNATURE).result == "WARN"
    assert made.level == "SELF"


@pytest.mark.parametrize(
    ("change", "result"),
    [
        ({"@type": "scd:Other2020"}, "SKIPPED"),
        ({"sec:creator": None}, "FAIL"),
        ({"sec:creator": "https://council.example/keys/2"}, "FAIL"),
        ({"sec:signatureValue": "no base64 at all"}, "FAIL"),
        ({"sec:signatureValue": None}, "FAIL"),
    ],
)
async def test_a_signature_that_cannot_be_checked_says_why(
    change: dict[str, Any], result: str
) -> None:
    claims = signed()
    claims["sec:signature"] |= change
    made = await verified(claims, {COUNCIL: PROFILE})
    assert found(made, CheckKind.SIGNATURE).result == result


async def test_a_context_that_is_not_at_hand_is_named() -> None:
    made = await verified(signed() | {"@context": "https://unknown.example/"}, {COUNCIL: PROFILE})
    assert found(made, CheckKind.SIGNATURE).result == "UNREACHABLE"
    assert "https://unknown.example/" in found(made, CheckKind.SIGNATURE).detail


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["signed-sample-course.py", "signed-sample-course.js", "signed-sample-participation"]
)
async def test_the_published_signatures_of_both_libraries_fit(name: str, fixtures: Path) -> None:
    body = (fixtures / f"credentials/incredible/{name}.json").read_bytes()
    held = around(contexts=fixtures / "credentials/jsonld-contexts")
    made = (await verify(Document(body), held))[1]
    assert found(made, CheckKind.SIGNATURE).detail.startswith("It fits, but covers nothing")
    altered = body.replace(b"CEO, ", b"CFO, ", 1)
    assert altered != body
    broken = (await verify(Document(altered), held))[1]
    assert found(broken, CheckKind.SIGNATURE).result == "FAIL"
    assert found(broken, CheckKind.TAMPER).result == "FAIL"
