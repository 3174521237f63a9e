"""OAuth 2 towards a store: a code proved by PKCE, tokens exchanged, renewed and given back.

    authorize address ──> the learner agrees ──> code ──> tokens ──> renewed ──> revoked

What a store sends beside its tokens (a name, a birthday, a gender) is never read.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from isthmus.connector.live_words import OAuth2
from isthmus.errors import SourceGarbled, SourceRefused
from isthmus.model.learner import StoreTokens
from isthmus.outbound import Answer, SourceClient

OTHER_FORM = frozenset({"invalid_request", "invalid_parameter", "unsupported_media_type"})
"""Words by which a token address says that it did not understand the way it was written to."""
_LONGEST_LIFE = 400 * 86_400
_UNREAD_TYPE = 415


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a store's learners agree and where its tokens are had."""

    authorize: str
    token: str
    revoke: str | None = None
    register: str | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True)
class ClientKeys:
    """By what a store knows the hub."""

    id: str
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """A PKCE verifier with its challenge."""

    verifier: str = field(repr=False)
    challenge: str

    @classmethod
    def drawn(cls) -> Proof:
        """Draw one that nobody can guess."""
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        return cls(verifier, base64.urlsafe_b64encode(digest).decode().rstrip("="))


def authorize_address(
    endpoints: Endpoints, client: ClientKeys, words: OAuth2, *, back: str, state: str, proof: Proof
) -> str:
    """Give the address at which a learner agrees at their store."""
    asked = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": back,
        "state": state,
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
    }
    if words.scopes:
        asked["scope"] = " ".join(words.scopes)
    joint = "&" if urlsplit(endpoints.authorize).query else "?"
    return f"{endpoints.authorize}{joint}{urlencode(asked)}"


async def exchange(
    http: SourceClient,
    endpoints: Endpoints,
    client: ClientKeys,
    words: OAuth2,
    *,
    code: str,
    back: str,
    verifier: str,
    now: datetime,
) -> StoreTokens:
    """Give the tokens for a code."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    return tokens_in(await _send(http, endpoints.token, client, words, form), now)


async def renew(
    http: SourceClient,
    endpoints: Endpoints,
    client: ClientKeys,
    words: OAuth2,
    *,
    held: StoreTokens,
    now: datetime,
) -> StoreTokens:
    """Renew tokens; the one that renews stays where the store gives no other."""
    form = {"grant_type": "refresh_token", "refresh_token": held.refresh or ""}
    answer = await _send(http, endpoints.token, client, words, form)
    return tokens_in(answer, now, earlier=held)


async def revoke(
    http: SourceClient, endpoints: Endpoints, client: ClientKeys, words: OAuth2, held: StoreTokens
) -> None:
    """Give tokens back; the one that renews takes the others with it, where there is one."""
    if endpoints.revoke is None:
        return
    hint = "refresh_token" if held.refresh else "access_token"
    form = {"token": held.refresh or held.access, "token_type_hint": hint}
    await _send(http, endpoints.revoke, client, words, form)


async def register(http: SourceClient, address: str, *, back: str, scopes: list[str]) -> ClientKeys:
    """Make the hub known to a store that takes whoever comes (RFC 7591)."""
    told = {
        "client_name": "isthmus",
        "redirect_uris": [back],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
        "scope": " ".join(scopes),
    }
    found = (await http.post_json(address, told)).json()
    if not isinstance(found, dict) or not _is_word(found.get("client_id")):
        raise SourceGarbled("registered the hub without naming it")
    secret = found.get("client_secret")
    return ClientKeys(found["client_id"], secret if _is_word(secret) else None)


def tokens_in(answer: Answer, now: datetime, *, earlier: StoreTokens | None = None) -> StoreTokens:
    """Read tokens from JSON or a form, whatever the case of their names."""
    found = _names(answer)
    access = found.get("access_token")
    if not _is_word(access) or str(found.get("token_type", "bearer")).lower() != "bearer":
        raise SourceGarbled("gave no token that could be used")
    renewing = found.get("refresh_token")
    return StoreTokens(
        access=str(access),
        refresh=str(renewing) if _is_word(renewing) else earlier.refresh if earlier else None,
        expires_at=_ends(found.get("expires_in"), now),
        account=earlier.account if earlier else None,
        back=earlier.back if earlier else None,
    )


async def _send(
    http: SourceClient,
    address: str,
    client: ClientKeys,
    words: OAuth2,
    form: Mapping[str, str],
) -> Answer:
    """Send parameters as the store wants them; where its own word is for the other way, that."""
    headers: dict[str, str] = {}
    sent = dict(form)
    if words.client == "basic" and client.secret is not None:
        pair = f"{quote(client.id, safe='')}:{quote(client.secret, safe='')}"
        headers["authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        sent["client_id"] = client.id
        if client.secret is not None:
            sent["client_secret"] = client.secret
    ways: list[Callable[..., Awaitable[Answer]]] = [http.post_form, http.post_json]
    if words.send == "json":
        ways.reverse()
    try:
        return await ways[0](address, sent, headers=headers)
    except SourceRefused as refused:
        if refused.status != _UNREAD_TYPE and refused.word not in OTHER_FORM:
            raise
    return await ways[1](address, sent, headers=headers)


def _names(answer: Answer) -> dict[str, Any]:
    kind = answer.headers.get("content-type", "")
    if "x-www-form-urlencoded" in kind:
        found: Any = dict(parse_qsl(answer.text()))
    else:
        found = answer.json()
    if not isinstance(found, dict):
        raise SourceGarbled("gave no token that could be used")
    return {str(name).lower(): value for name, value in found.items()}


def _ends(stated: Any, now: datetime) -> datetime | None:
    """Read how long a token holds; a number, or one written as text."""
    try:
        seconds = float(stated)
    except (TypeError, ValueError):
        return None
    return now + timedelta(seconds=min(seconds, _LONGEST_LIFE)) if seconds > 0 else None


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and bool(value)
