"""A presentation as a JWT: its holder's signature, and the credentials in it, tokens themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isthmus.credentials.contract import Document, Surroundings
from isthmus.credentials.formats import issued, stated
from isthmus.credentials.formats.opening import Opened
from isthmus.credentials.presenting.dcql import JWT, Candidate
from isthmus.credentials.presenting.proving import (
    Shown,
    require,
    require_made_during,
    require_made_for,
)
from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.credentials.presenting.request_object import Asked
from isthmus.credentials.presenting.types import types_of
from isthmus.credentials.proofs.jws import signature_rows
from isthmus.credentials.proofs.token_keys import find_token_key
from isthmus.credentials.proofs.tokens import Token, TokenUnreadable, read_token
from isthmus.model.verification import CheckResult

MEDIA_TYPE = "application/jwt"


async def prove_jwt(text: str, asked: Asked, surroundings: Surroundings) -> list[Shown]:
    """Check that the holder made it; give what it shows; raise `PresentationRefused`."""
    token = _read(text)
    claims, shown = token.claims, token.claims.get("vp")
    if not isinstance(shown, dict):
        raise PresentationRefused(Reason.UNREADABLE)
    require_made_for(asked, nonce=claims.get("nonce"), audience=claims.get("aud"))
    require_made_during(asked, claims.get("iat", claims.get("nbf")), surroundings.now)
    holder = await _holder_of(text, token, shown, surroundings)
    inside = stated.many(shown.get("verifiableCredential"))
    return [_shown(credential, holder, surroundings) for credential in inside]


def _read(text: Any) -> Token:
    require(isinstance(text, str), Reason.FORMAT_OTHER)
    try:
        return read_token(text)
    except TokenUnreadable:
        raise PresentationRefused(Reason.UNREADABLE) from None


async def _holder_of(
    text: str, token: Token, shown: Mapping[str, Any], surroundings: Surroundings
) -> str:
    holder = token.claims.get("iss")
    if not isinstance(holder, str) or not holder.startswith("did:"):
        raise PresentationRefused(Reason.HOLDER_UNPROVED)
    found = await find_token_key(token.header, holder, surroundings, purpose="authentication")
    require(not found.unreachable, Reason.KEY_UNREACHABLE)
    signed = signature_rows(text, token, found, "")[0].result is CheckResult.PASS
    require(signed, Reason.SIGNATURE_BROKEN)
    require(found.controller == holder, Reason.HOLDER_OTHER)
    require(stated.url(shown.get("holder", holder)) == holder, Reason.HOLDER_OTHER)
    return holder


def _shown(text: Any, holder: str, surroundings: Surroundings) -> Shown:
    claims = dict(_read(text).claims)
    document = Document(text.encode(), media_type=MEDIA_TYPE, presented_by=holder)
    credential = issued.credential_of(Opened(document, claims, token=text))
    types = types_of(credential, surroundings.contexts)
    return Shown(document, Candidate(JWT, types, credential))
