"""The claims of an access token (RFC 9068), each required and of the right kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isthmus.identity.refusals import refuse

TYPES = frozenset({"at+jwt", "application/at+jwt"})
LONGEST = 8000
"""Characters of a token."""

LONGEST_TEXT = 512
LEEWAY = 30.0
"""Seconds by which the clocks of two machines may differ."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says, once its signature held."""

    issuer: str
    subject: str
    client_id: str
    token_id: str
    expires_at: float
    scopes: frozenset[str]
    thumbprint: str | None = None
    """The key it is bound to (RFC 9449), if it is."""


def check_header(header: Mapping[str, Any]) -> None:
    """Refuse what is no access token, and what demands to be understood in ways we do not."""
    kind = header.get("typ")
    if not isinstance(kind, str) or kind not in TYPES or "crit" in header or "b64" in header:
        refuse()
    kid = header.get("kid")
    if kid is not None and (not isinstance(kid, str) or len(kid) > LONGEST_TEXT):
        refuse()


def read_claims(claims: Mapping[str, Any], *, audience: str, now: float) -> Claims:
    """Read the claims of a token for this audience at this moment; raise `TokenRefused`."""
    if not is_for(audience, claims.get("aud")):
        refuse()
    scope = claims.get("scope", "")
    if not isinstance(scope, str):
        refuse()
    return Claims(
        issuer=text_of(claims, "iss"),
        subject=text_of(claims, "sub"),
        client_id=text_of(claims, "client_id"),
        token_id=text_of(claims, "jti"),
        expires_at=check_times(claims, now=now),
        scopes=frozenset(scope.split()),
        thumbprint=_thumbprint(claims),
    )


def check_times(claims: Mapping[str, Any], *, now: float) -> float:
    """Check `exp`, `iat` and, where it is there, `nbf`; give when the token ends."""
    ends = moment_of(claims, "exp")
    if ends + LEEWAY <= now or moment_of(claims, "iat") - LEEWAY > now:
        refuse()
    if "nbf" in claims and moment_of(claims, "nbf") - LEEWAY > now:
        refuse()
    return ends


def is_for(audience: str, stated: object) -> bool:
    """Tell whether `aud`, a text or a list of texts, names an audience."""
    if isinstance(stated, list):
        return all(isinstance(each, str) for each in stated) and audience in stated
    return isinstance(stated, str) and stated == audience


def text_of(claims: Mapping[str, Any], name: str) -> str:
    """Give a claim that must be text."""
    found = claims.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_TEXT:
        refuse()
    if not found.isprintable():  # what no database and no encoding would take
        refuse()
    return found


def moment_of(claims: Mapping[str, Any], name: str) -> float:
    """Give a claim that must be a moment, in seconds."""
    found = claims.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < _FAR:
        refuse()
    return float(found)


_FAR = 1e11


def _thumbprint(claims: Mapping[str, Any]) -> str | None:
    """Give the key a token is bound to; a binding of another kind could not be checked here."""
    bound = claims.get("cnf")
    if bound is None:
        return None
    if not isinstance(bound, Mapping) or set(bound) != {"jkt"}:
        refuse()
    return text_of(bound, "jkt")
