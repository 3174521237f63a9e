"""The hub's own keys to sign with: drawn at first need, rotated with an overlap."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from time import monotonic
from typing import Any

from isthmus.identity.key_pairs import KeyPair
from isthmus.identity.key_sets import KeySet, PublishedKey, read_key_set
from isthmus.store.people.signing_keys import SigningKey, add_signing_key, signing_keys
from isthmus.store.people.vault import Vault

OVERLAP = timedelta(hours=24)
"""How long a key that was replaced is still published: longer than any token lives."""

KEEP_SECONDS = 60.0
AGAIN_SECONDS = 1.0

Opening = Callable[[], Awaitable[Vault]]


class Signing:
    """Signs as the hub, and gives the keys that its signatures verify by."""

    def __init__(self, vault: Opening, name: str) -> None:
        self._vault = vault
        self._name = name
        self._keys: Sequence[SigningKey] = ()
        self._public = KeySet(())
        self._read_at = float("-inf")

    @property
    def name(self) -> str:
        """What the hub calls itself as an issuer."""
        return self._name

    async def find(self, kid: object) -> PublishedKey | None:
        """Find a key of the hub's own by its name."""
        await self._fresh(KEEP_SECONDS)
        found = self._public.find(kid)
        if found is None:  # another process of the hub may have drawn it a moment ago
            await self._fresh(AGAIN_SECONDS)
            found = self._public.find(kid)
        return found

    async def published(self) -> dict[str, Any]:
        """Give the JWKS."""
        await self._current()
        return {"keys": [dict(key.public) for key in self._keys]}

    async def sign(self, claims: Mapping[str, Any], kind: str) -> str:
        """Sign claims as a compact token of a type."""
        key = await self._current()
        return KeyPair(key.public, key.secret).sign(claims, kind)

    async def rotate(self) -> str:
        """Draw a new key, which takes over at once; give its name."""
        vault = await self._vault()
        pair = KeyPair.draw()
        async with vault.on_errand() as connection:
            await add_signing_key(vault, connection, pair.kid, pair.secret, pair.public)
        self._read_at = float("-inf")
        return pair.kid

    async def _current(self) -> SigningKey:
        await self._fresh(KEEP_SECONDS)
        if not self._keys or self._keys[0].retired_at is not None:
            await self.rotate()
            await self._fresh(KEEP_SECONDS)
        return self._keys[0]

    async def _fresh(self, seconds: float) -> None:
        if monotonic() - self._read_at < seconds:
            return
        vault = await self._vault()
        async with vault.on_errand() as connection:
            self._keys = await signing_keys(vault, connection, OVERLAP)
        self._public = read_key_set({"keys": [key.public for key in self._keys]})
        self._read_at = monotonic()
