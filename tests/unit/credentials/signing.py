"""Signs documents for tests, with keys made for the run."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from typing import Any

import base58
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

V2 = "https://www.w3.org/ns/credentials/v2"


class Signer:
    """A did:key that signs by eddsa-jcs-2022, which needs no context at hand."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        raw = self._key.public_key().public_bytes_raw()
        self.name = "z" + base58.b58encode(b"\xed\x01" + raw).decode()
        self.did = f"did:key:{self.name}"

    def sign(self, document: dict[str, Any]) -> dict[str, Any]:
        """Give a document with a proof over it."""
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "created": "2026-01-01T00:00:00Z",
            "verificationMethod": f"{self.did}#{self.name}",
            "proofPurpose": "assertionMethod",
            "@context": document["@context"],
        }
        data = b"".join(hashlib.sha256(rfc8785.dumps(p)).digest() for p in (proof, document))
        value = "z" + base58.b58encode(self._key.sign(data)).decode()
        return {**document, "proof": proof | {"proofValue": value}}


def an_award(issuer: str, **fields: Any) -> dict[str, Any]:
    """Give the claims of an unsigned W3C credential."""
    return {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:learner"},
    } | fields


def shown(*credentials: dict[str, Any], holder: str | None = None) -> dict[str, Any]:
    """Give a presentation of credentials."""
    return {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": list(credentials),
    } | ({"holder": holder} if holder else {})


def a_status_list(issuer: str, url: str, *revoked: int) -> dict[str, Any]:
    """Give the claims of an unsigned list of revocations."""
    bits = bytearray(16 * 1024)
    for place in revoked:
        bits[place // 8] |= 0x80 >> place % 8
    coded = base64.urlsafe_b64encode(gzip.compress(bytes(bits))).decode().rstrip("=")
    subject = {"id": f"{url}#list", "type": "BitstringStatusList", "statusPurpose": "revocation",
               "encodedList": f"u{coded}"}  # fmt: skip
    types = ["VerifiableCredential", "BitstringStatusListCredential"]
    return an_award(issuer, id=url, type=types, credentialSubject=subject)


def in_list(url: str, place: int) -> dict[str, str]:
    """Give the status of a credential that has a place in a list."""
    return {"id": f"{url}#{place}", "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation", "statusListIndex": str(place),
            "statusListCredential": url}  # fmt: skip


def written(document: dict[str, Any]) -> bytes:
    """Write a document as bytes."""
    return json.dumps(document).encode()
