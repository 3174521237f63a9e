from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from isthmus.credentials.proofs.data_integrity import check_proofs
from isthmus.credentials.proofs.suites import Secured, suite_of
from tests.unit.credentials.proofs.around import (
    CONTEXT,
    TERMS,
    an_award,
    contexts_of,
    results,
    surroundings,
)
from tests.unit.credentials.proofs.sd_issuing import encoded

METHOD = "https://college.example/keys/1#key"
HELD = contexts_of(
    {
        TERMS: {
            "@context": {
                **CONTEXT["@context"],
                "RsaSignature2018": "https://terms.example/RsaSignature2018",
            }
        }
    }
)


@pytest.fixture(scope="module")
def private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def detached(private: rsa.RSAPrivateKey, header: dict[str, Any], data: bytes) -> str:
    head = encoded(header)
    signature = private.sign(head.encode() + b"." + data, padding.PKCS1v15(), hashes.SHA256())
    return f"{head}..{encoded(signature)}"


def a_document(private: rsa.RSAPrivateKey, **header: Any) -> dict[str, Any]:
    award = an_award("https://college.example/keys/1")
    proof = {
        "type": "RsaSignature2018",
        "created": "2024-01-01T00:00:00Z",
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
    }
    suite = suite_of(proof)
    assert suite is not None
    data = Secured(award, HELD).hash_data(proof, suite, "sha256", [])
    stated = {"alg": "RS256", "b64": False, "crit": ["b64"], **header}
    return {**award, "proof": {**proof, "jws": detached(private, stated, data)}}


async def checked(
    private: rsa.RSAPrivateKey,
    document: dict[str, Any],
    owner: str = "https://college.example/keys/1",
) -> dict[str, str]:
    pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    key = {"id": METHOD, "owner": owner, "publicKeyPem": pem.decode()}
    answers = {"https://college.example/keys/1": key}
    return results(await check_proofs(document, surroundings(answers, contexts=HELD)))


async def test_an_rsa_signature_by_a_published_key_is_good_and_bound(
    private: rsa.RSAPrivateKey,
) -> None:
    found = await checked(private, a_document(private))
    assert found == {"SIGNATURE": "PASS", "ISSUER_BINDING": "PASS"}


async def test_a_published_key_that_names_another_as_its_owner_is_unbound(
    private: rsa.RSAPrivateKey,
) -> None:
    found = await checked(private, a_document(private), owner="https://university.example")
    assert found == {"SIGNATURE": "PASS", "ISSUER_BINDING": "WARN"}


async def test_a_changed_claim_breaks_it(private: rsa.RSAPrivateKey) -> None:
    document = {**a_document(private), "title": "Surgery"}
    assert (await checked(private, document))["SIGNATURE"] == "FAIL"


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": "HS256"}, {"b64": True}, {"crit": []}, {"alg": "EdDSA"}]
)
async def test_a_header_that_says_otherwise_never_passes(
    private: rsa.RSAPrivateKey, header: dict[str, Any]
) -> None:
    assert (await checked(private, a_document(private, **header)))["SIGNATURE"] == "FAIL"


async def test_a_jws_that_carries_its_own_payload_never_passes(
    private: rsa.RSAPrivateKey,
) -> None:
    document = a_document(private)
    payload = base64.urlsafe_b64encode(b"{}").decode()
    document["proof"]["jws"] = document["proof"]["jws"].replace("..", f".{payload}.")
    assert (await checked(private, document))["SIGNATURE"] == "FAIL"
