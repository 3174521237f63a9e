"""Tokens for clients (RFC 6749, 4.4): by a secret, or by a token signed with a key of their own."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import time
from typing import Any
from urllib.parse import unquote_plus

from isthmus.credentials.proofs.tokens import TokenUnreadable, read_token
from isthmus.identity.claims import LEEWAY, LONGEST, check_times, is_for, text_of
from isthmus.identity.granting import Granted, Granting
from isthmus.identity.key_sets import read_key_set
from isthmus.identity.refusals import SignInRefused, TokenRefused
from isthmus.identity.signing import Opening
from isthmus.identity.standing import NOT_CLIENTS
from isthmus.model.client import Client
from isthmus.model.viewer import SCOPES, Viewer
from isthmus.store.people import handshakes
from isthmus.store.people.clients import find_client, is_secret

GRANT = "client_credentials"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KIND = "assertion"
LONGEST_LIFE = 600.0
"""Seconds that a client's own token may live: so long its name must be remembered."""


@dataclass(frozen=True, slots=True)
class _Named:
    """Whom a request names, and what it brings for proof: a secret, or a token."""

    client_id: str
    secret: str | None = None
    assertion: str | None = None


class ClientCredentials:
    """Grants tokens to clients; `audiences` are the names a client's own token may address."""

    def __init__(
        self,
        vault: Opening,
        granting: Granting,
        audiences: tuple[str, ...],
        clock: Callable[[], float] = time,
    ) -> None:
        self._vault = vault
        self._granting = granting
        self._audiences = audiences
        self._clock = clock

    async def grant(
        self, form: Mapping[str, str], authorization: str | None, thumbprint: str | None = None
    ) -> Granted:
        """Grant a token; raise `SignInRefused`."""
        if form.get("grant_type") != GRANT:
            raise SignInRefused("unsupported_grant_type", f"`grant_type` must be {GRANT}.")
        named = _named(form, authorization)
        if not named.client_id.isprintable():
            raise invalid_client()
        client = await self._authenticated(named)
        allowed = client.scopes & SCOPES[client.role]
        scopes = frozenset(form.get("scope", "").split()) or allowed
        if not scopes <= allowed:
            raise SignInRefused("invalid_scope", "The client may not have a scope it asks for.")
        viewer = Viewer(client.role, None, client.organization_id, client.id, scopes)
        return await self._granting.grant(viewer, thumbprint)

    async def _authenticated(self, named: _Named) -> Client:
        vault = await self._vault()
        async with vault.on_errand() as connection:
            client = await find_client(connection, named.client_id)
            if named.secret is not None:
                proved = await is_secret(vault, connection, named.client_id, named.secret)
            else:
                proved = await self._proved(vault, connection, client, named.assertion or "")
        if client is None or not proved or client.is_revoked or client.role in NOT_CLIENTS:
            raise invalid_client()
        return client

    async def _proved(
        self, vault: Any, connection: Any, client: Client | None, assertion: str
    ) -> bool:
        """Tell whether a token is the client's own, for us, now, and for the first time."""
        if client is None or len(assertion) > LONGEST:
            return False
        try:
            found = read_token(assertion)
            key = read_key_set(client.jwks).find(found.header.get("kid"))
            if key is None or "crit" in found.header or not key.signed(assertion, found.header):
                return False
            once, seconds = self._check(found.claims, client.id)
        except (TokenUnreadable, TokenRefused):
            return False
        name = f"{client.id}/{once}"
        return await handshakes.is_first(vault, connection, KIND, name, seconds + 2 * LEEWAY)

    def _check(self, claims: Mapping[str, Any], client_id: str) -> tuple[str, float]:
        """Check what a client's own token says; give its name, and how long it lives."""
        now = self._clock()
        meant = any(is_for(name, claims.get("aud")) for name in self._audiences)
        parties = {text_of(claims, "iss"), text_of(claims, "sub")}
        # `iat` may be absent here (RFC 7523); then it was signed now
        seconds = check_times({"iat": now, **claims}, now=now) - now
        if not meant or parties != {client_id} or seconds > LONGEST_LIFE:
            raise TokenRefused
        return text_of(claims, "jti"), seconds


def invalid_client() -> SignInRefused:
    """Say that a client did not prove to be itself; all reasons are one."""
    return SignInRefused("invalid_client", "The client is not known by what it sent.", status=401)


def _named(form: Mapping[str, str], authorization: str | None) -> _Named:
    """Read who asks, by exactly one of the three ways."""
    ways = [authorization is not None, "client_secret" in form, "client_assertion" in form]
    if sum(ways) != 1:
        raise invalid_client()
    if authorization is not None:
        return _basic(authorization)
    if "client_secret" in form:
        return _Named(form.get("client_id", ""), secret=form["client_secret"])
    if form.get("client_assertion_type") != ASSERTION:
        raise invalid_client()
    assertion = form["client_assertion"]
    try:
        stated = read_token(assertion).claims.get("sub")
    except TokenUnreadable:
        raise invalid_client() from None
    if not isinstance(stated, str) or form.get("client_id", stated) != stated:
        raise invalid_client()
    return _Named(stated, assertion=assertion)


def _basic(authorization: str) -> _Named:
    scheme, _, stated = authorization.partition(" ")
    try:
        text = base64.b64decode(stated.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise invalid_client() from None
    name, colon, secret = text.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise invalid_client()
    return _Named(unquote_plus(name), secret=unquote_plus(secret))
