"""Makes ecdsa-sd-2023 proofs for tests, base and derived, from the Recommendation."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import base58
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from isthmus.credentials.proofs.linked_data import canonical_form
from isthmus.credentials.proofs.nquads import line_of, parse_nquads
from tests.unit.credentials.proofs.around import CONTEXT, TERMS, a_proof, contexts_of

SECRET = b"\x07" * 32
HELD = contexts_of({TERMS: CONTEXT})


def packed(value: Any) -> bytes:
    """Write CBOR."""
    if isinstance(value, int):
        return _head(0, value)
    if isinstance(value, bytes | str):
        body = value.encode() if isinstance(value, str) else value
        return _head(3 if isinstance(value, str) else 2, len(body)) + body
    if isinstance(value, Mapping):
        pairs = (packed(key) + packed(item) for key, item in value.items())
        return _head(5, len(value)) + b"".join(pairs)
    return _head(4, len(value)) + b"".join(map(packed, value))


def _head(major: int, size: int) -> bytes:
    if size < 24:
        return bytes([major << 5 | size])
    return bytes([major << 5 | 25]) + size.to_bytes(2, "big")


def coded(body: bytes) -> str:
    return "u" + urlsafe_b64encode(body).decode().rstrip("=")


def public_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return b"\x80\x24" + point


def did_of(key: ec.EllipticCurvePrivateKey) -> str:
    return f"did:key:z{base58.b58encode(public_of(key)).decode()}"


def signature_of(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    one, other = decode_dss_signature(key.sign(data, ec.ECDSA(SHA256())))
    return one.to_bytes(32, "big") + other.to_bytes(32, "big")


def statements(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give each statement as it is signed, beside the canonical one."""

    def named(term: str) -> str:
        if not term.startswith("_:"):
            return term
        return "_:" + coded(hmac.new(SECRET, term[2:].encode(), hashlib.sha256).digest())

    found = parse_nquads(canonical_form(document, HELD))
    return sorted((line_of(tuple(map(named, q))), line_of(q)) for q in found)  # type: ignore[arg-type]


class Discloser:
    """An issuer that signs by statement, and the holder who shows some of them."""

    def __init__(self, document: Mapping[str, Any], shown_always: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.own = ec.generate_private_key(ec.SECP256R1())
        self.document = {**document, "issuer": did_of(self.key)}
        self.proof = a_proof(did_of(self.key), "ecdsa-sd-2023")
        lines = [line for line, _ in statements(self.document)]
        self.always = [line for line in lines if shown_always in line]
        self.others = [line for line in lines if shown_always not in line]
        options = canonical_form({**self.proof, "@context": TERMS}, HELD)
        hashes = [hashlib.sha256(t.encode()).digest() for t in (options, "".join(self.always))]
        data = hashes[0] + public_of(self.own) + hashes[1]
        self.signature = signature_of(self.key, data)
        self.signatures = {line: signature_of(self.own, line.encode()) for line in self.others}

    def base(self) -> dict[str, Any]:
        """Give the document as issued."""
        parts = [
            self.signature,
            public_of(self.own),
            SECRET,
            list(self.signatures.values()),
            ["/x"],
        ]
        value = coded(b"\xd9\x5d\x00" + packed(parts))
        return {**self.document, "proof": {**self.proof, "proofValue": value}}

    def shown(self, document: Mapping[str, Any], **change: Any) -> dict[str, Any]:
        """Give a part of the document with its proof; `change` spoils a part of the proof."""
        document = {**document, "issuer": did_of(self.key)}
        names = self._labels(document)
        made = {number: hmac.new(SECRET, original.encode(), hashlib.sha256).digest()
                for number, original in names.items()}  # fmt: skip
        lines = sorted(self._renamed(document, made))
        parts: dict[str, Any] = {
            "signature": self.signature,
            "public_key": public_of(self.own),
            "signatures": [self.signatures[x] for x in lines if x in self.signatures],
            "labels": made,
            "always": [n for n, line in enumerate(lines) if line in self.always],
        } | change
        value = coded(b"\xd9\x5d\x01" + packed(list(parts.values())))
        return {**document, "proof": {**self.proof, "proofValue": value}}

    def _labels(self, document: Mapping[str, Any]) -> dict[int, str]:
        """Match the blank nodes of a part with those of the whole, by what only they have."""
        whole = parse_nquads(canonical_form(self.document, HELD))
        part = parse_nquads(canonical_form(document, HELD))
        found: dict[int, str] = {}
        for _, predicate, value, _ in part:
            if value.startswith("_:"):
                (original,) = {q[2] for q in whole if q[1] == predicate}
                found[int(value.removeprefix("_:c14n"))] = original[2:]
        return found

    def _renamed(self, document: Mapping[str, Any], made: Mapping[int, bytes]) -> Sequence[str]:
        def named(term: str) -> str:
            is_blank = term.startswith("_:")
            return "_:" + coded(made[int(term.removeprefix("_:c14n"))]) if is_blank else term

        quads = parse_nquads(canonical_form(document, HELD))
        return [line_of(tuple(map(named, quad))) for quad in quads]  # type: ignore[arg-type]
