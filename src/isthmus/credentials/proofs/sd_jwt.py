"""SD-JWT: tokens whose holder chooses what to disclose."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.proofs.binding import binding_check
from isthmus.credentials.proofs.dids import FoundKey, find_key
from isthmus.credentials.proofs.disclosures import DisclosureForeign, digest_of, disclosed
from isthmus.credentials.proofs.jws import issuer_of, signature_rows, time_rows
from isthmus.credentials.proofs.keys import key_of_jwk
from isthmus.credentials.proofs.multikey import KeyUnreadable
from isthmus.credentials.proofs.rows import row
from isthmus.credentials.proofs.token_keys import find_token_key
from isthmus.credentials.proofs.tokens import LONGEST, Token, TokenUnreadable, read_token
from isthmus.model.verification import Check, CheckResult

MOST_DISCLOSURES = 4096


@dataclass(frozen=True, slots=True)
class SdJwt:
    """An SD-JWT taken apart: the issuer's token, the claims as disclosed, the holder's token."""

    token: Token
    compact: str
    claims: Mapping[str, Any]
    disclosures: tuple[str, ...]
    key_binding: str | None


@dataclass(frozen=True, slots=True)
class _Parts:
    compact: str
    disclosures: tuple[str, ...]
    key_binding: str | None


def is_sd_jwt(text: str) -> bool:
    """Tell cheaply whether text looks like an SD-JWT (compact, or its JSON serialisation)."""
    text = text.strip()
    if text.startswith("{"):
        return '"payload"' in text and '"disclosures"' in text
    return text.partition("~")[0].count(".") == 2 and "~" in text  # noqa: PLR2004 - three parts


def read_sd_jwt(text: str) -> SdJwt:
    """Take an SD-JWT apart and put its disclosures in place; raise `TokenUnreadable`."""
    parts = _parts(text)
    token = read_token(parts.compact)
    claims = disclosed(token.claims, parts.disclosures)
    return SdJwt(token, parts.compact, claims, parts.disclosures, parts.key_binding)


async def check_sd_jwt(
    text: str,
    surroundings: Surroundings,
    *,
    audience: str | None = None,
    nonce: str | None = None,
    key: Mapping[str, Any] | None = None,
) -> list[Check]:
    """Check an SD-JWT: SIGNATURE, ISSUER_BINDING, HOLDER_BINDING; `key` is a JWK to check it by."""
    try:
        parts = _parts(text)
        token = read_token(parts.compact)
    except TokenUnreadable as fault:
        return [row("SIGNATURE", "FAIL", str(fault))]
    try:
        claims = disclosed(token.claims, parts.disclosures)
    except DisclosureForeign as fault:
        return [row("SIGNATURE", "FAIL", str(fault)), row("TAMPER", "FAIL", str(fault))]
    except TokenUnreadable as fault:
        return [row("SIGNATURE", "FAIL", str(fault))]
    issuer = issuer_of(claims)
    found = _given(key, issuer) or await find_token_key(token.header, issuer, surroundings)
    rows = signature_rows(parts.compact, token, found, "")
    if rows[0].result is CheckResult.PASS:
        rows.append(binding_check(found, issuer, None))
    rows.append(await _holder_row(parts, claims, token, surroundings, audience, nonce))
    return [*rows, *time_rows(claims, surroundings.now, "")]


def _given(jwk: Mapping[str, Any] | None, issuer: str | None) -> FoundKey | None:
    if jwk is None:
        return None
    try:
        return FoundKey(key_of_jwk(jwk), issuer)
    except KeyUnreadable as fault:
        return FoundKey(None, fault=str(fault))


async def _holder_row(
    parts: _Parts,
    claims: Mapping[str, Any],
    token: Token,
    surroundings: Surroundings,
    audience: str | None,
    nonce: str | None,
) -> Check:
    """Check that the one who presents it holds the key that the issuer named."""
    if parts.key_binding is None:
        detail = "presented without the holder's signature"
        return row("HOLDER_BINDING", "SKIPPED", detail)
    found = await find_holder_key(claims, surroundings)
    try:
        held = read_token(parts.key_binding)
        presented = "~".join((parts.compact, *parts.disclosures, ""))
        digest = digest_of(presented, token.claims.get("_sd_alg", "sha-256"))
    except TokenUnreadable as unreadable:
        return row("HOLDER_BINDING", "FAIL", str(unreadable))
    signed = signature_rows(parts.key_binding, held, found, "")[0]
    fault = _holder_fault(held, signed, digest, audience, nonce)
    if fault is not None:
        return row("HOLDER_BINDING", "FAIL", fault)
    if audience is None or nonce is None:
        detail = "the holder's key signed it; for whom and when was not asked"
        return row("HOLDER_BINDING", "WARN", detail)
    return row("HOLDER_BINDING", "PASS", "the holder's key signed it for this audience and nonce")


def _holder_fault(
    held: Token, signed: Check, digest: str, audience: str | None, nonce: str | None
) -> str | None:
    if signed.result is not CheckResult.PASS:
        return f"the holder's token: {signed.detail}"
    if held.header.get("typ") != "kb+jwt":
        return "the holder's token is of another type"
    if held.claims.get("sd_hash") != digest:
        return "the holder signed another choice of disclosures"
    if audience is not None and held.claims.get("aud") != audience:
        return "the holder signed it for another audience"
    if nonce is not None and held.claims.get("nonce") != nonce:
        return "the holder signed it for another nonce"
    return None


async def find_holder_key(claims: Mapping[str, Any], surroundings: Surroundings) -> FoundKey:
    """Find the key that the issuer names as the holder's."""
    match claims.get("cnf"):
        case {"jwk": Mapping() as jwk}:
            return _given(jwk, None) or FoundKey(None)
        case {"kid": str(kid)} if kid.startswith("did:"):
            return await find_key(kid, "authentication", surroundings)
    return FoundKey(None, fault="the issuer names no key of the holder")


def _parts(text: str) -> _Parts:
    text = text.strip()
    if len(text) > LONGEST:
        raise TokenUnreadable("the text is too long for a token")
    if text.startswith("{"):
        return _of_json(text)
    compact, *rest = text.split("~")
    if not rest:
        raise TokenUnreadable("the text is no SD-JWT")
    return _limited(compact, rest[:-1], rest[-1] or None)


def _of_json(text: str) -> _Parts:
    """Read the JSON serialisation; of several signatures the first carries the disclosures."""
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError):
        raise TokenUnreadable("the text is no JSON") from None
    signatures = stated.get("signatures") if isinstance(stated, dict) else None
    first = signatures[0] if isinstance(signatures, list) and signatures else stated
    match stated, first:
        case {"payload": str(payload)}, {"protected": str(protected), "signature": str(signature)}:
            header = first.get("header")
            header = header if isinstance(header, Mapping) else {}
            disclosures = header.get("disclosures", stated.get("disclosures", []))
            held = header.get("kb_jwt", stated.get("kb_jwt"))
            if isinstance(disclosures, list) and all(isinstance(d, str) for d in disclosures):
                compact = f"{protected}.{payload}.{signature}"
                return _limited(compact, disclosures, held if isinstance(held, str) else None)
    raise TokenUnreadable("the JSON is no SD-JWT")


def _limited(compact: str, disclosures: list[str], key_binding: str | None) -> _Parts:
    if len(disclosures) > MOST_DISCLOSURES:
        raise TokenUnreadable(f"more than {MOST_DISCLOSURES} disclosures")
    return _Parts(compact, tuple(disclosures), key_binding)
