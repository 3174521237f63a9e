"""Authorities: issuers of tokens that the hub was told of, with what they publish of themselves.

Asked are only addresses that an issuer's own description names, found from its configured
address; never one that a token names. What was read is kept, and asked for anew seldom.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, Protocol, TypeGuard
from urllib.parse import urlsplit

from isthmus.errors import SourceFault, SourceGarbled
from isthmus.identity.key_sets import KeySet, PublishedKey, read_key_set
from isthmus.outbound import Outbound, SourceClient, Terms

KEEP_SECONDS = 3600.0
"""How long keys and descriptions are used before they are read again."""

AGAIN_SECONDS = 30.0
"""How long an issuer is left alone after it was asked, whatever names of keys tokens carry."""

TERMS = Terms(timeout=5.0, max_bytes=256 * 1024, attempts=1)


class KeySource(Protocol):
    """An issuer by its name, and the keys that are its own."""

    @property
    def name(self) -> str:
        """What its tokens call it."""
        ...

    async def find(self, kid: object) -> PublishedKey | None:
        """Find the key of a name among those published now."""
        ...


class Authority:
    """One issuer: its description and its keys, by OIDC or OAuth discovery."""

    def __init__(
        self, outbound: Outbound, name: str, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._outbound = outbound
        self._name = name
        self._clock = clock
        self._lock = asyncio.Lock()
        self._described: Mapping[str, Any] = {}
        self._keys = KeySet(())
        self._read_at = self._asked_at = float("-inf")

    @property
    def name(self) -> str:
        """The issuer, exactly as it was configured."""
        return self._name

    async def find(self, kid: object) -> PublishedKey | None:
        """Find the key of a name; an unknown one may mean a new key, but not at every token."""
        found = self._keys.find(kid)
        if found is None or self._clock() - self._read_at > KEEP_SECONDS:
            await self._refresh()
            found = self._keys.find(kid)
        return found

    async def description(self) -> Mapping[str, Any]:
        """Give what the issuer says of itself; empty while it does not answer."""
        if not self._described:
            await self._refresh()
        return self._described

    async def _refresh(self) -> None:
        async with self._lock:
            if self._clock() - self._asked_at < AGAIN_SECONDS:
                return
            self._asked_at = self._clock()
            try:
                async with self._outbound.client("an issuer", "", TERMS) as client:
                    described = await _describe(client, self._name)
                    keys = read_key_set(await _json(client, described.get("jwks_uri")))
            except SourceFault:
                return  # what was read before holds until the issuer answers again
            self._described, self._keys, self._read_at = described, keys, self._clock()


def is_address(stated: object) -> TypeGuard[str]:
    """Tell whether an issuer may be asked there: over TLS, or on this very machine."""
    try:
        parts = urlsplit(stated) if isinstance(stated, str) else None
    except ValueError:
        return False
    if parts is None or not parts.hostname:
        return False
    # whether a hub asks this machine at all, its guard of addresses decides
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)


_HERE = {"localhost", "127.0.0.1", "::1"}


async def _describe(client: SourceClient, issuer: str) -> Mapping[str, Any]:
    """Read the description at OIDC's place, else at OAuth's; it must name the issuer itself."""
    parts = urlsplit(issuer)
    path = parts.path.rstrip("/")
    origin = f"{parts.scheme}://{parts.netloc}"
    places = (
        f"{origin}{path}/.well-known/openid-configuration",
        f"{origin}/.well-known/oauth-authorization-server{path}",
    )
    for place in places:
        try:
            found = await _json(client, place)
        except SourceFault:
            continue
        if found.get("issuer") == issuer:
            return found
    raise SourceGarbled("does not describe itself")


async def _json(client: SourceClient, address: object) -> Mapping[str, Any]:
    if not is_address(address):
        raise SourceGarbled("names no address for its keys")
    found = (await client.get(address)).json()
    if not isinstance(found, Mapping):
        raise SourceGarbled("answers with no object")
    return found
