"""Sign-in with an OIDC provider: begun here, approved there, finished here once.

Whoever begins gets a word for their browser; only the same browser can finish, so that nobody can
be led into somebody else's account.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import time
from typing import Any
from urllib.parse import SplitResult, quote_plus, urlencode, urlsplit

from isthmus.errors import SourceFault
from isthmus.identity.authorities import TERMS, is_address
from isthmus.identity.encoding import hash_of
from isthmus.identity.enrolling import enrol, is_known
from isthmus.identity.id_tokens import person_of, read_id_token
from isthmus.identity.providers import Provider
from isthmus.identity.refusals import SignInRefused, TokenRefused
from isthmus.identity.signing import Opening
from isthmus.model.viewer import Viewer
from isthmus.outbound import Outbound, SourceClient
from isthmus.store.people import handshakes
from isthmus.store.people.identities import OIDC

KIND = "sign-in"
SECONDS = 600
SCOPE = "openid profile email address"
LONGEST = 2048


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and the word it must bring back."""

    address: str
    word: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Who signed in, and where they wanted to go."""

    viewer: Viewer
    return_to: str | None


class SignIn:
    """Signs learners in; `callback` is where providers send them back to."""

    def __init__(
        self,
        vault: Opening,
        outbound: Outbound,
        providers: Mapping[str, Provider],
        *,
        callback: str,
        returns: Sequence[str] = (),
        clock: Callable[[], float] = time,
    ) -> None:
        self._vault = vault
        self._outbound = outbound
        self._providers = providers
        self._callback = callback
        self._returns = tuple(returns)
        self._clock = clock

    async def begin(self, name: str, return_to: str | None) -> Begun:
        """Begin a sign-in; raise `SignInRefused`."""
        provider = self._providers.get(name)
        if provider is None:
            raise SignInRefused("invalid_request", "There is no such provider.", status=404)
        if return_to is not None and not may_return(return_to, self._returns):
            raise SignInRefused("invalid_request", "`return_to` is none of `return_addresses`.")
        address = (await provider.authority.description()).get("authorization_endpoint")
        if not is_address(address):
            raise _unavailable()
        state, nonce, verifier, word = (secrets.token_urlsafe(32) for _ in range(4))
        data = {
            "provider": name,
            "nonce": nonce,
            "verifier": verifier,
            "word": hash_of(word),
            "return_to": return_to,
        }
        vault = await self._vault()
        async with vault.on_errand() as connection:
            await handshakes.begin(vault, connection, KIND, state, data, SECONDS)
        query = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": self._callback,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": hash_of(verifier),
            "code_challenge_method": "S256",
        }
        mark = "&" if urlsplit(address).query else "?"
        return Begun(f"{address}{mark}{urlencode(query)}", word)

    async def finish(self, answer: Mapping[str, str], word: str | None) -> Finished:
        """Finish a sign-in with what the provider sent the browser back with."""
        vault = await self._vault()
        async with vault.on_errand() as connection:
            begun = await handshakes.finish(vault, connection, KIND, answer.get("state", ""))
        if begun is None or begun["word"] != hash_of(word or ""):
            raise _failed()
        provider = self._providers.get(begun["provider"])
        if (
            provider is None
            or answer.get("iss", provider.authority.name) != provider.authority.name
        ):
            raise _failed()
        code = answer.get("code")
        if not code or "error" in answer or len(code) > LONGEST:
            raise SignInRefused("access_denied", "The provider did not sign anyone in.")
        viewer = await self._enter(provider, code, begun)
        return Finished(viewer, begun["return_to"])

    async def _enter(self, provider: Provider, code: str, begun: Mapping[str, Any]) -> Viewer:
        authority, vault = provider.authority, await self._vault()
        described = await authority.description()
        try:
            async with self._outbound.client("a provider", authority.name, TERMS) as client:
                given = await self._exchange(client, provider, described, code, begun["verifier"])
                claims = await read_id_token(
                    str(given.get("id_token", "")),
                    authority,
                    client_id=provider.client_id,
                    nonce=begun["nonce"],
                    access_token=given.get("access_token"),
                    now=self._clock(),
                )
                if not await is_known(vault, OIDC, authority.name, claims["sub"]):
                    claims = await _completed(client, described, claims, given)
        except SourceFault:
            raise _unavailable() from None
        except TokenRefused:
            raise _failed() from None
        return await enrol(vault, OIDC, authority.name, claims["sub"], person_of(claims))

    async def _exchange(
        self,
        client: SourceClient,
        provider: Provider,
        described: Mapping[str, Any],
        code: str,
        verifier: str,
    ) -> Mapping[str, Any]:
        """Trade the code for tokens."""
        address = described.get("token_endpoint")
        if not is_address(address):
            raise _unavailable()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "code_verifier": verifier,
        }
        headers: dict[str, str] = {}
        ways = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if provider.secret is not None and "client_secret_basic" in ways:
            pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.secret)}"
            headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = provider.client_id
            if provider.secret is not None:
                form["client_secret"] = provider.secret
        found = (await client.post_form(address, form, headers=headers)).json()
        return found if isinstance(found, dict) else {}


async def _completed(
    client: SourceClient,
    described: Mapping[str, Any],
    claims: Mapping[str, Any],
    given: Mapping[str, Any],
) -> Mapping[str, Any]:
    """Add what the provider tells at its own place for that; it must speak of the same person."""
    address, token = described.get("userinfo_endpoint"), given.get("access_token")
    if not is_address(address) or not isinstance(token, str):
        return claims
    try:
        found = (await client.get(address, headers={"authorization": f"Bearer {token}"})).json()
    except SourceFault:
        return claims  # they signed in all the same, and less is known of them
    if not isinstance(found, dict) or found.get("sub") != claims["sub"]:
        return claims
    return {**found, **claims}


def may_return(address: str, allowed: Sequence[str]) -> bool:
    """Tell whether a sign-in may lead to an address: one of those allowed, or below one."""
    parts = _parts(address)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    if parts.username is not None or parts.fragment or any(mark in address for mark in "\\ "):
        return False
    if ".." in parts.path.split("/") or "%2e" in parts.path.lower():
        return False
    return any(_covers(urlsplit(each), parts) for each in allowed)


def _parts(address: str) -> SplitResult | None:
    if len(address) > LONGEST or not address.isprintable():
        return None
    try:
        return urlsplit(address)
    except ValueError:
        return None


def _covers(allowed: SplitResult, asked: SplitResult) -> bool:
    if (allowed.scheme, allowed.netloc.lower()) != (asked.scheme, asked.netloc.lower()):
        return False
    if allowed.path.endswith("/"):
        return asked.path.startswith(allowed.path)
    return asked.path == allowed.path


def _failed() -> SignInRefused:
    return SignInRefused("access_denied", "The sign-in did not hold; begin again.")


def _unavailable() -> SignInRefused:
    message = "The provider does not answer as it should; try again later."
    return SignInRefused("temporarily_unavailable", message, status=503)
