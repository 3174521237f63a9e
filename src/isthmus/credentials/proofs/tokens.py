"""Compact tokens taken apart, and their signatures checked, by algorithms of a fixed list."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey

from isthmus.credentials.proofs.keys import Key
from isthmus.credentials.proofs.multikey import decode_base64url
from isthmus.errors import IsthmusError

LONGEST = 8 * 1024 * 1024

ALGORITHMS: Mapping[str, frozenset[str]] = {
    "EdDSA": frozenset({"Ed25519"}),
    "Ed25519": frozenset({"Ed25519"}),
    "ES256": frozenset({"P-256"}),
    "ES384": frozenset({"P-384"}),
    "ES512": frozenset({"P-521"}),
    "ES256K": frozenset({"secp256k1"}),
    "RS256": frozenset({"RSA"}),
    "PS256": frozenset({"RSA"}),
}
"""The algorithms allowed, each with the kinds of key it may be used with; `none` never."""


class TokenUnreadable(IsthmusError):
    """Text that is no compact token of three parts with a JSON header."""

    code = "TOKEN_UNREADABLE"


@dataclass(frozen=True, slots=True)
class Token:
    """A compact token taken apart, nothing of it believed yet."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    payload: bytes


class _Registry(jws.JWSRegistry):
    # headers carry whole keys and certificate chains; the size of the text is capped before
    max_header_length = 128 * 1024
    max_payload_length = LONGEST


def read_token(text: str) -> Token:
    """Take a compact token apart; raise `TokenUnreadable`."""
    parts = text.split(".") if len(text) <= LONGEST else []
    if len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
        raise TokenUnreadable("the text is no token of three parts")
    payload = _decoded(parts[1])
    _decoded(parts[2])
    return Token(json_object(_decoded(parts[0])), json_object(payload), payload)


def algorithm_fault(header: Mapping[str, Any], key: Key) -> str | None:
    """Say why a token's algorithm may not be used with a key; None where it may."""
    stated = header.get("alg")
    allowed = ALGORITHMS.get(stated) if isinstance(stated, str) else None
    if allowed is None:
        return "the token names an algorithm that is not allowed"
    if key.kind not in allowed:
        return f"the token's algorithm does not go with a key of kind {key.kind}"
    return None


def is_token_signed(text: str, key: Key, algorithm: str) -> bool:
    """Tell whether a compact token is signed by a key with one algorithm."""
    jwk: dict[str, str | list[str]] = {**key.jwk()}
    registry = _Registry(algorithms=[algorithm], strict_check_header=False)
    try:
        with warnings.catch_warnings():
            # the name EdDSA is old, but it is what credentials are signed with
            warnings.simplefilter("ignore", SecurityWarning)
            jws.deserialize_compact(text, _imported(jwk), registry=registry)
    except (JoseError, ValueError):
        return False
    return True


def _imported(jwk: dict[str, str | list[str]]) -> OKPKey | ECKey | RSAKey:
    if jwk["kty"] == "OKP":
        return OKPKey.import_key(jwk)
    return ECKey.import_key(jwk) if jwk["kty"] == "EC" else RSAKey.import_key(jwk)


def json_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object; raise `TokenUnreadable`."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise TokenUnreadable("a part of the token is no JSON") from None
    if not isinstance(found, dict):
        raise TokenUnreadable("a part of the token is no JSON object")
    return found


def _decoded(part: str) -> bytes:
    try:
        return decode_base64url(part)
    except (ValueError, UnicodeEncodeError):
        raise TokenUnreadable("a part of the token is not base64url") from None
