"""How bytes and JSON stand in tokens, and the hashes that tokens are bound by."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import orjson

_MEMBERS = {"EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x"), "RSA": ("e", "kty", "n")}


def base64url(body: bytes) -> str:
    """Write bytes as base64url without padding."""
    return urlsafe_b64encode(body).rstrip(b"=").decode()


def json_bytes(data: Mapping[str, Any]) -> bytes:
    """Write a JSON object."""
    return orjson.dumps(data)


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """Name a public key by what it is (RFC 7638)."""
    members = {name: jwk[name] for name in _MEMBERS[jwk["kty"]]}
    text = orjson.dumps(members, option=orjson.OPT_SORT_KEYS)
    return base64url(hashlib.sha256(text).digest())


def hash_of(text: str) -> str:
    """Give the hash by which a proof names a token, and a challenge its verifier."""
    return base64url(hashlib.sha256(text.encode()).digest())
