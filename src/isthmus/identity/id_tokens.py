"""ID tokens of OIDC: who signed in, for whom, and that it is the sign-in we began."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date
from typing import Any

from isthmus.credentials.proofs.tokens import Token, TokenUnreadable, read_token
from isthmus.identity.authorities import Authority
from isthmus.identity.claims import LONGEST, check_times, is_for, text_of
from isthmus.identity.encoding import base64url
from isthmus.identity.refusals import refuse
from isthmus.model.learner import Person
from isthmus.normalise.places import country_code

LONGEST_NAME = 200
_HASHES = {"EdDSA": hashlib.sha512}


async def read_id_token(
    text: str,
    authority: Authority,
    *,
    client_id: str,
    nonce: str,
    access_token: str | None,
    now: float,
) -> Mapping[str, Any]:
    """Give the claims of an ID token that is meant for us and answers us; raise `TokenRefused`."""
    token = await _signed(text, authority)
    claims = token.claims
    if text_of(claims, "iss") != authority.name or not is_for(client_id, claims.get("aud")):
        refuse()
    party = claims.get("azp")
    several = isinstance(claims.get("aud"), list) and len(claims["aud"]) > 1
    if party != client_id and (party is not None or several):
        refuse()
    check_times(claims, now=now)
    if not hmac.compare_digest(text_of(claims, "nonce").encode(), nonce.encode()):
        refuse()
    stated = claims.get("at_hash")
    if stated is not None and stated != _half_hash(access_token, token.header):
        refuse()
    text_of(claims, "sub")
    return claims


async def _signed(text: str, authority: Authority) -> Token:
    if len(text) > LONGEST:
        refuse()
    try:
        token = read_token(text)
    except TokenUnreadable:
        refuse()
    # an access token is signed by the same keys, and says something else
    if token.header.get("typ", "JWT") != "JWT" or "crit" in token.header:
        refuse()
    key = await authority.find(token.header.get("kid"))
    if key is None or not key.signed(text, token.header):
        refuse()
    return token


def _half_hash(access_token: str | None, header: Mapping[str, Any]) -> str | None:
    if access_token is None:
        return None
    digest = _HASHES.get(str(header.get("alg")), hashlib.sha256)(access_token.encode()).digest()
    return base64url(digest[: len(digest) // 2])


def person_of(claims: Mapping[str, Any]) -> Person:
    """Give what a provider says of a person; what it does not say, or not for sure, is unknown."""
    address = claims.get("address")
    country = address.get("country") if isinstance(address, Mapping) else None
    return Person(
        name=_text(claims.get("name")),
        email=_text(claims.get("email")) if claims.get("email_verified") is True else None,
        born_on=_day(claims.get("birthdate")),
        country=country_code(country) if isinstance(country, str) else None,
    )


def _text(stated: object) -> str | None:
    if not isinstance(stated, str) or not stated.isprintable():
        return None
    return stated.strip()[:LONGEST_NAME] or None


def _day(stated: object) -> date | None:
    """Read a whole day; a year alone, or one that is withheld as 0000, is none."""
    try:
        return date.fromisoformat(stated) if isinstance(stated, str) else None
    except ValueError:
        return None
