"""Private keys, for the little that is signed here: requests to wallets, and what tests issue."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from isthmus.credentials.proofs.dids import did_of
from isthmus.credentials.proofs.keys import key_of_pem

ED25519, P256 = "Ed25519", "P-256"
_ALGORITHMS = {ED25519: "EdDSA", P256: "ES256"}
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points P-256 has: a private key of it is a number below."""


class SigningKey:
    """A private key of Ed25519 or P-256, with the names its public half goes by."""

    def __init__(self, private: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        pem = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.public = key_of_pem(pem.decode())
        self.algorithm = _ALGORITHMS[self.public.kind]
        self.did = did_of(self.public)
        self.method = f"{self.did}#{self.did.removeprefix('did:key:')}"

    @classmethod
    def draw(cls, kind: str = ED25519) -> SigningKey:
        """Draw a key."""
        if kind == ED25519:
            return cls(Ed25519PrivateKey.generate())
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def of_secret(cls, secret: bytes) -> SigningKey:
        """Give the P-256 key that belongs to a secret of 32 bytes."""
        number = int.from_bytes(secret, "big") % (_ORDER - 1) + 1
        return cls(ec.derive_private_key(number, ec.SECP256R1()))

    def sign(self, data: bytes) -> bytes:
        """Sign data, as web signatures and Data Integrity proofs write it."""
        if isinstance(self._private, Ed25519PrivateKey):
            return self._private.sign(data)
        signature = self._private.sign(data, ec.ECDSA(hashes.SHA256()))
        return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(signature))

    def token(self, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
        """Sign claims as a compact token."""
        text = f"{coded({'alg': self.algorithm, **header})}.{coded(claims)}"
        return f"{text}.{base64url(self.sign(text.encode()))}"

    def did_jwk(self) -> str:
        """Give the DID that is nothing but the public key."""
        return f"did:jwk:{coded(self.public.jwk())}"


def coded(part: Mapping[str, Any]) -> str:
    """Write a part of a token."""
    return base64url(json.dumps(part, separators=(",", ":")).encode())


def base64url(body: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()
