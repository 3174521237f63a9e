"""Pairs of keys to sign tokens with: P-256, which every library of every platform knows."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.jwk import ECKey

from isthmus.identity.encoding import base64url, json_bytes

ALGORITHM = "ES256"
_SIZE = 32


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A pair: the public half as a JWK with its name, the secret half as its number."""

    public: Mapping[str, Any]
    secret: bytes

    @classmethod
    def draw(cls) -> KeyPair:
        """Draw a pair."""
        numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
        point = numbers.public_numbers
        public = {
            "kty": "EC",
            "crv": "P-256",
            "x": base64url(point.x.to_bytes(_SIZE, "big")),
            "y": base64url(point.y.to_bytes(_SIZE, "big")),
            "kid": secrets.token_urlsafe(12),
            "alg": ALGORITHM,
            "use": "sig",
        }
        return cls(public, numbers.private_value.to_bytes(_SIZE, "big"))

    @property
    def kid(self) -> str:
        """The pair's name."""
        return str(self.public["kid"])

    def point(self) -> dict[str, str]:
        """Give the public key and nothing beside it."""
        return {name: self.public[name] for name in ("kty", "crv", "x", "y")}

    def sign(self, claims: Mapping[str, Any], kind: str, **header: Any) -> str:
        """Sign claims as a compact token of a type; `header` adds to its header."""
        jwk = ECKey.import_key({**self.point(), "d": base64url(self.secret)})
        stated = {"alg": ALGORITHM, "typ": kind, "kid": self.kid, **header}
        registry = jws.JWSRegistry(algorithms=[ALGORITHM], strict_check_header=False)
        return jws.serialize_compact(stated, json_bytes(claims), jwk, registry=registry)
