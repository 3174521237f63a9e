"""The keys of those who call back: pinned in the source's config, or looked up and remembered.

A look-up is made only for a callback that is awaited; what it gave, or did not give, is remembered
for a time, so that a sender costs the registry one call.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from isthmus.connector.callback.refusals import CallbackRefused, Reason
from isthmus.connector.callback.signatures import Signer, public_key
from isthmus.errors import SourceFault
from isthmus.outbound.authority import Sender

SENDER, GATEWAY = "BPP", "BG"
"""What a subscriber is on the network, in the registry's words."""
DOUBTED = 60.0
"""Seconds for which it is remembered that no key was found."""
MOST = 1000
"""Keys that are remembered; the oldest goes first."""
_SUBSCRIBED = "SUBSCRIBED"
_KEY_NAMES = ("key_id", "ukId", "unique_key_id")
"""How registries name the id of a key: the specification, and two that came before it."""


@dataclass(frozen=True, slots=True)
class _Known:
    key: Ed25519PublicKey | None
    until: float


class SenderKeys:
    """The keys of one source's senders; `registry` None: the pinned ones and no others."""

    def __init__(
        self,
        pinned: Mapping[str, str],
        registry: Sender | None,
        signer: Signer,
        believed: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pinned = pinned
        self._registry = registry
        self._signer = signer
        self._believed = believed
        self._clock = clock
        self._known: dict[tuple[str, str, str], _Known] = {}
        self._lock = asyncio.Lock()

    async def get(self, subscriber: str, key_id: str, role: str) -> Ed25519PublicKey:
        """Give a key; raise where there is none, or none can be looked up now."""
        pinned = self._pinned.get(f"{subscriber}|{key_id}")
        found = public_key(pinned) if pinned is not None else None
        if found is None and self._registry is not None:
            found = await self._remembered(self._registry, subscriber, key_id, role)
        if found is None:
            raise CallbackRefused(Reason.SENDER_UNKNOWN)
        return found

    async def _remembered(
        self, registry: Sender, subscriber: str, key_id: str, role: str
    ) -> Ed25519PublicKey | None:
        name = (subscriber, key_id, role)
        async with self._lock:  # of callbacks that come at once one asks for the key
            known = self._known.get(name)
            if known is None or self._clock() >= known.until:
                self._known.pop(name, None)
                while len(self._known) >= MOST:
                    del self._known[next(iter(self._known))]
                key, seconds = await self._asked(registry, subscriber, key_id, role)
                known = self._known[name] = _Known(key, self._clock() + seconds)
            return known.key

    async def _asked(
        self, registry: Sender, subscriber: str, key_id: str, role: str
    ) -> tuple[Ed25519PublicKey | None, float]:
        wanted = {"subscriber_id": subscriber, "key_id": key_id, "type": role}
        body = orjson.dumps(wanted)
        headers = {
            "content-type": "application/json",
            "accept": "application/json",
            "authorization": self._signer.header(body, time.time(), 60),
        }
        try:
            answer = await registry.call("POST", "/lookup", headers=headers, body=body)
            entries = answer.json()
        except SourceFault:
            raise CallbackRefused(Reason.KEY_UNREACHABLE) from None
        for entry in entries if isinstance(entries, list) else ():
            key, left = _key_of(entry, wanted, datetime.now(UTC))
            if key is not None:
                return key, min(self._believed, left)
        return None, DOUBTED


def _key_of(
    entry: Any, wanted: Mapping[str, str], now: datetime
) -> tuple[Ed25519PublicKey | None, float]:
    """Give the key of an entry that is the wanted one and valid now, and the seconds left of it."""
    if not isinstance(entry, dict) or entry.get("subscriber_id") != wanted["subscriber_id"]:
        return None, 0.0
    names = {entry[name] for name in _KEY_NAMES if isinstance(entry.get(name), str)}
    role = str(entry.get("type", wanted["type"])).upper()
    is_valid = entry.get("status", _SUBSCRIBED) == _SUBSCRIBED and role == wanted["type"]
    since, until = _moment(entry.get("valid_from")), _moment(entry.get("valid_until"))
    if names != {wanted["key_id"]} or not is_valid or since is None or until is None:
        return None, 0.0
    if not since <= now < until:
        return None, 0.0
    return public_key(entry.get("signing_public_key")), (until - now).total_seconds()


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
