"""Credentials in tokens: read from their claims, checked over the token as it came."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from isthmus.credentials import baking
from isthmus.credentials.contract import Document, DocumentUnreadable, Surroundings
from isthmus.credentials.reading import check_format, read
from isthmus.model.credential import CredentialForm, CredentialFormat
from isthmus.model.verification import Check, CheckKind, CheckResult
from tests.unit.credentials.formats.shelf import around, failed, results, sample_json

KEY_AT = "https://bees.example/key"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def part(value: Mapping[str, Any] | bytes) -> str:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


def token(claims: Mapping[str, Any], key: rsa.RSAPrivateKey | None = None) -> bytes:
    start = f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{part(claims)}"
    made = b"none" if key is None else key.sign(start.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{start}.{part(made)}".encode()


def test_a_credential_in_the_claim_vc_takes_its_dates_from_the_token() -> None:
    inner = sample_json("w3c-1.json")
    del inner["issuanceDate"], inner["issuer"], inner["expirationDate"]
    body = token(
        {"vc": inner, "iss": "did:example:harbour", "nbf": 1_700_000_000, "exp": 1_800_000_000}
    )
    found = read(Document(body)).credential
    assert found.format is CredentialFormat.W3C_VC_1_1
    assert found.issuer is not None
    assert found.issuer.did == "did:example:harbour"
    assert found.valid_from is not None
    assert found.valid_from.year == 2023
    assert found.valid_until is not None


def test_a_credential_that_is_the_claims_is_read_as_it_is() -> None:
    reading = read(Document(token(sample_json("open-badges-3.json"))))
    assert reading.format is CredentialFormat.OPEN_BADGES_3
    assert len(reading.endorsements) == 1


def test_a_token_wrapped_in_lines_is_the_same_token() -> None:
    body = token(sample_json("open-badges-3.json")).decode()
    lines = "\n".join(body[at : at + 70] for at in range(0, len(body), 70))
    assert read(Document(lines.encode())).format is CredentialFormat.OPEN_BADGES_3


def test_a_token_inside_a_record_is_a_part_of_it() -> None:
    record = sample_json("clr-2.json")
    subject = record["credentialSubject"]
    subject["verifiableCredential"] = [token(subject["verifiableCredential"][0]).decode()]
    (nested,) = read(Document(token({"vc": record}))).nested
    assert nested.format is CredentialFormat.OPEN_BADGES_3


def test_a_token_baked_into_an_svg_is_read() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    baked = baking.bake_svg(svg, token(sample_json("open-badges-3.json")))
    assert read(Document(baked)).format is CredentialFormat.OPEN_BADGES_3


@pytest.mark.parametrize("claims", [{"a": 1}, {"iss": "did:example:x"}])
def test_a_token_without_a_credential_says_so(claims: dict[str, Any]) -> None:
    with pytest.raises(DocumentUnreadable, match="holds no credential"):
        read(Document(token(claims)))


def test_three_words_with_dots_are_no_token() -> None:
    with pytest.raises(DocumentUnreadable, match="looks like a token"):
        read(Document(b"one.two.three"))


def a_signed_badge() -> dict[str, Any]:
    claims = sample_json("open-badges-2.json")
    claims["verification"] = {"type": "signed", "creator": KEY_AT}
    claims["badge"]["issuer"] |= {
        "publicKey": KEY_AT,
        "revocationList": "https://bees.example/revoked",
    }
    return claims


ISSUER = a_signed_badge()["badge"]["issuer"]


def published(key: rsa.RSAPrivateKey, *, owner: str, revoked: list[str]) -> Surroundings:
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return around(
        {
            ISSUER["id"]: ISSUER,
            KEY_AT: {"id": KEY_AT, "owner": owner, "publicKeyPem": pem.decode()},
            "https://bees.example/revoked": {
                "type": "RevocationList",
                "revokedAssertions": revoked,
            },
        }
    )


async def rows_of(
    body: bytes, key: rsa.RSAPrivateKey, owner: str = "https://bees.example/issuer", *revoked: str
) -> list[Check]:
    reading = read(Document(body))
    assert reading.credential.form is CredentialForm.SIGNED_DOCUMENT
    return await check_format(reading, published(key, owner=owner, revoked=list(revoked)))


async def test_a_signed_badge_passes_by_the_key_its_issuer_names(key: rsa.RSAPrivateKey) -> None:
    rows = await rows_of(token(a_signed_badge(), key), key)
    assert results(rows, CheckKind.SIGNATURE) == {CheckResult.PASS}
    assert results(rows, CheckKind.ISSUER_BINDING) == {CheckResult.PASS}
    assert results(rows, CheckKind.STATUS_LIST) == {CheckResult.PASS}


async def test_a_badge_signed_by_another_key_fails(key: rsa.RSAPrivateKey) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    rows = await rows_of(token(a_signed_badge(), other), key)
    assert failed(rows, CheckKind.SIGNATURE)


async def test_a_key_of_another_owner_is_not_the_issuers(key: rsa.RSAPrivateKey) -> None:
    rows = await rows_of(token(a_signed_badge(), key), key, "https://wasps.example/issuer")
    assert failed(rows, CheckKind.ISSUER_BINDING)


async def test_a_revoked_badge_fails_by_the_list(key: rsa.RSAPrivateKey) -> None:
    badge = a_signed_badge()
    rows = await rows_of(token(badge, key), key, "https://bees.example/issuer", badge["id"])
    assert failed(rows, CheckKind.STATUS_LIST)


def test_an_sd_jwt_says_what_was_disclosed() -> None:
    claims = {
        "vct": "https://clinic.example/first-aid",
        "iss": "https://clinic.example",
        "exp": 1_900_000_000,
    }
    disclosure = part(b'["salt", "name", "First aid"]')
    digest = part(hashlib.sha256(disclosure.encode()).digest())
    body = token(claims | {"_sd": [digest], "_sd_alg": "sha-256"}).decode()
    found = read(Document(f"{body}~{disclosure}~".encode())).credential
    assert found.format is CredentialFormat.SD_JWT_VC
    assert found.title is not None
    assert found.title.value == "First aid"
    assert found.valid_until is not None
    hidden = read(Document(f"{body}~".encode())).credential
    assert hidden.title is not None
    assert hidden.title.value == "https://clinic.example/first-aid"


def test_an_enveloped_credential_shows_the_one_inside() -> None:
    address = "data:application/vc+jwt," + token(sample_json("w3c-2.json")).decode()
    envelope = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "type": "EnvelopedVerifiableCredential",
        "id": address,
    }
    reading = read(Document(json.dumps(envelope).encode()))
    assert len(reading.nested) == 1
    assert reading.credential.title is not None
    assert reading.credential.title.value == "First aid"


async def test_a_key_that_only_a_copy_of_the_profile_names_is_not_the_issuers(
    key: rsa.RSAPrivateKey,
) -> None:
    badge = a_signed_badge()
    badge["verification"]["creator"] = "https://wasps.example/key"
    badge["badge"]["issuer"]["publicKey"] = "https://wasps.example/key"
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    own = {"id": "https://wasps.example/key", "owner": ISSUER["id"], "publicKeyPem": pem.decode()}
    pages = {"https://wasps.example/key": own, ISSUER["id"]: ISSUER}
    rows = await check_format(read(Document(token(badge, key))), around(pages))
    assert results(rows, CheckKind.SIGNATURE) == {CheckResult.PASS}
    assert failed(rows, CheckKind.ISSUER_BINDING)
