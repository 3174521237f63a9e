"""What proofs are checked in: recorded answers, small contexts, and documents signed here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import base58
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from isthmus.credentials.contract import Fetched, Surroundings
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.proofs.keys import key_of_multikey
from isthmus.credentials.proofs.suites import Secured, suite_of
from isthmus.model.verification import Check

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TERMS = "https://terms.example/award"

CONTEXT = {
    "@context": {
        "@version": 1.1,
        "id": "@id",
        "type": "@type",
        "Award": "https://terms.example/Award",
        "DataIntegrityProof": "https://terms.example/DataIntegrityProof",
        "Ed25519Signature2020": "https://terms.example/Ed25519Signature2020",
        **{
            name: f"https://terms.example/{name}"
            for name in (
                "title",
                "issuer",
                "level",
                "credentialSubject",
                "created",
                "expires",
                "cryptosuite",
                "verificationMethod",
                "proofPurpose",
                "previousProof",
                "proofValue",
            )
        },
        "proof": {"@id": "https://terms.example/proof", "@container": "@graph"},
    }
}


class Recorded:
    """A fetcher that has its answers, and remembers what was asked."""

    def __init__(self, answers: Mapping[str, Any] | None = None) -> None:
        self.answers = {
            url: body if isinstance(body, bytes) else json.dumps(body).encode()
            for url, body in (answers or {}).items()
        }
        self.asked: list[str] = []

    async def fetch(self, url: str) -> Fetched:
        self.asked.append(url)
        body = self.answers.get(url)
        return Fetched(url, body, NOW, 60, None if body else "no answer")


def contexts_of(documents: Mapping[str, Any]) -> Contexts:
    bodies = {url: json.dumps(document).encode() for url, document in documents.items()}
    pins = {url: [hashlib.sha256(body).hexdigest()] for url, body in bodies.items()}
    return Contexts(bodies.values(), pins)


def surroundings(
    answers: Mapping[str, Any] | None = None,
    *,
    contexts: Contexts | None = None,
    now: datetime = NOW,
) -> Surroundings:
    held = contexts or contexts_of({TERMS: CONTEXT})
    return Surroundings(now=now, fetcher=Recorded(answers), contexts=held)


def a_key(seed: int = 1) -> tuple[Ed25519PrivateKey, str]:
    """Give a private key and its did:key."""
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    coded = b"\xed\x01" + private.public_key().public_bytes_raw()
    return private, f"did:key:z{base58.b58encode(coded).decode()}"


def an_award(issuer: str, **claims: Any) -> dict[str, Any]:
    return {
        "@context": TERMS,
        "id": "https://college.example/awards/1",
        "type": "Award",
        "issuer": issuer,
        "title": "Welding, level 3",
        "level": 3,
        **claims,
    }


def a_proof(did: str, suite: str = "eddsa-rdfc-2022", **options: Any) -> dict[str, Any]:
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": f"{did}#{did.removeprefix('did:key:')}",
        "proofPurpose": "assertionMethod",
        **options,
    }


def signed(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    private: Ed25519PrivateKey,
    previous: list[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Sign a document as the suite of the proof demands."""
    suite = suite_of(proof)
    assert suite is not None
    secured = Secured(document, contexts_of({TERMS: CONTEXT}))
    data = secured.hash_data(proof, suite, "sha256", previous or [])
    value = f"z{base58.b58encode(private.sign(data)).decode()}"
    return {**document, "proof": {**proof, "proofValue": value}}


def results(rows: list[Check]) -> dict[str, str]:
    """Give each kind of check with its result; several results of a kind joined."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.kind.value, []).append(row.result.value)
    return {kind: "+".join(values) for kind, values in found.items()}


def detail_of(rows: list[Check], kind: str) -> str:
    return next(row.detail for row in rows if row.kind.value == kind)


def public_of(did: str) -> Any:
    return key_of_multikey(did.removeprefix("did:key:"))
