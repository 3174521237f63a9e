"""JSON web signatures over credentials: VC-JWT, and JAdES of the European Digital Credentials."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.proofs.binding import binding_check
from isthmus.credentials.proofs.dids import FoundKey
from isthmus.credentials.proofs.jades import Jades, check_jades, read_jades
from isthmus.credentials.proofs.keys import key_of_pem
from isthmus.credentials.proofs.multikey import KeyUnreadable
from isthmus.credentials.proofs.rows import broken, row, without_key
from isthmus.credentials.proofs.token_keys import find_token_key
from isthmus.credentials.proofs.tokens import (
    Token,
    TokenUnreadable,
    algorithm_fault,
    is_token_signed,
    read_token,
)
from isthmus.model.verification import Check, CheckKind, CheckResult

__all__ = [
    "Jades",
    "Token",
    "TokenUnreadable",
    "check_jades",
    "check_token",
    "check_token_by_pem",
    "issuer_of",
    "read_jades",
    "read_token",
    "signature_rows",
    "time_rows",
]


async def check_token(
    text: str, surroundings: Surroundings, *, issuer: str | None = None, path: str = ""
) -> list[Check]:
    """Check a VC-JWT: SIGNATURE and ISSUER_BINDING; `issuer` where the claims do not name it."""
    try:
        token = read_token(text)
    except TokenUnreadable as fault:
        return [row("SIGNATURE", "FAIL", str(fault), path)]
    stated = issuer_of(token.claims) or issuer
    found = await find_token_key(token.header, stated, surroundings)
    rows = signature_rows(text, token, found, path)
    if rows[0].result is CheckResult.PASS:
        rows.append(_binding(token.claims, found, stated, path))
    return [*rows, *time_rows(token.claims, surroundings.now, path)]


def check_token_by_pem(text: str, pem: str, *, path: str = "") -> list[Check]:
    """Check a token by a key in PEM, as signed Open Badges 2 publish theirs: one SIGNATURE row."""
    try:
        token, key = read_token(text), key_of_pem(pem)
    except (TokenUnreadable, KeyUnreadable) as fault:
        return [row("SIGNATURE", "FAIL", str(fault), path)]
    return signature_rows(text, token, FoundKey(key), path)


def signature_rows(text: str, token: Token, found: FoundKey, path: str) -> list[Check]:
    """Check a token's signature by a key: the SIGNATURE row first, others only of failures."""
    key = found.key
    if key is None:
        if token.header.get("alg") == "none":
            return [row("SIGNATURE", "FAIL", "the token is not signed", path)]
        return without_key(found, path)
    fault = algorithm_fault(token.header, key)
    if fault is not None:
        return [row("SIGNATURE", "FAIL", fault, path, found)]
    algorithm = str(token.header["alg"])
    if not is_token_signed(text, key, algorithm):
        return broken("token", path)
    return [row("SIGNATURE", "PASS", f"{algorithm} by a key of kind {key.kind}", path, found)]


def issuer_of(claims: Mapping[str, Any]) -> str | None:
    """Give the issuer that claims name: `iss`, or the credential's own `issuer`."""
    inner = claims.get("vc")
    credential = inner if isinstance(inner, Mapping) else claims
    for stated in (claims.get("iss"), credential.get("issuer")):
        name = stated.get("id") if isinstance(stated, Mapping) else stated
        if isinstance(name, str):
            return name
    return None


def _binding(claims: Mapping[str, Any], found: FoundKey, issuer: str | None, path: str) -> Check:
    stated = claims.get("vc")
    credential = stated if isinstance(stated, Mapping) else claims
    inner = issuer_of({"issuer": credential.get("issuer")})
    if inner is not None and issuer is not None and inner != issuer:
        detail = "the token and the credential in it name different issuers"
        return Check(CheckKind.ISSUER_BINDING, CheckResult.FAIL, detail, path=path or None)
    return binding_check(found, issuer, path)


def time_rows(claims: Mapping[str, Any], now: datetime, path: str) -> list[Check]:
    """Check the token's own limits; the credential's are checked with the credential."""
    rows = []
    for name, word in (("exp", "has expired"), ("nbf", "is not yet valid")):
        if name not in claims:
            continue
        at = _moment(claims[name])
        if at is None:
            rows.append(row("FORMAT", "FAIL", f"the token's {name} is no moment", path))
        elif (at <= now) is (name == "exp"):
            rows.append(row("EXPIRY", "FAIL", f"the token {word}", path))
    return rows


def _moment(stated: object) -> datetime | None:
    if isinstance(stated, bool) or not isinstance(stated, int | float):
        return None
    try:
        return datetime.fromtimestamp(stated, UTC)
    except (OverflowError, ValueError, OSError):
        return None
