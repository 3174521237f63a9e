"""Receives callbacks of sources, in whatever process they arrive.

What nobody waits for is refused by one look at a small table: no body is read for it, no key
looked up, no row written. Everything else is judged before it is kept.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from isthmus.connector.callback import judging
from isthmus.connector.callback.credentials import (
    gateway_of,
    pinned_of,
    registry_of,
    signature_words,
    signer_of,
)
from isthmus.connector.callback.judging import Judge, Signatures
from isthmus.connector.callback.refusals import CallbackRefused, Reason
from isthmus.connector.callback.sender_keys import SenderKeys
from isthmus.connector.manifest import Manifest, seconds
from isthmus.outbound import Outbound, Terms
from isthmus.store import callbacks
from isthmus.store.callbacks import OpenCall
from isthmus.store.database import Database

ASKING = Terms(
    timeout=5.0, max_bytes=1_000_000, attempts=1, calls=10, per_seconds=1.0, patience=2.0
)
"""How a registry is asked while a sender waits for its answer."""
MOST_SOURCES = 1000

Opening = Callable[[str], Awaitable[tuple[Manifest, Mapping[str, Any]]]]
"""From a source's name to its manifest, and its config with the secrets in the clear."""


@dataclass(frozen=True, slots=True)
class _Known:
    """One source that is called back, for as long as its config stays as it is."""

    version: str
    config: Mapping[str, Any]
    judges: Mapping[str, Judge]


class Receiver:
    """Takes callbacks."""

    def __init__(self, database: Database, opening: Opening, outbound: Outbound) -> None:
        self._database = database
        self._opening = opening
        self._outbound = outbound
        self._known: dict[str, _Known] = {}
        self._clients = AsyncExitStack()

    async def close(self) -> None:
        """Let go of the connections to registries."""
        await self._clients.aclose()

    @staticmethod
    def admit(headers: Mapping[str, str]) -> Signatures:
        """Read the signatures of a callback; raises where they cannot hold, whatever it says."""
        return judging.signatures_of(headers, time.time())

    async def calls(self, source: str, action: str) -> Sequence[OpenCall]:
        """List the calls that a callback may answer; raises where there are none."""
        found = await callbacks.calls_of(self._database, source, action)
        if not found:
            raise CallbackRefused(Reason.UNKNOWN)
        return found

    async def receive(
        self, source: str, calls: Sequence[OpenCall], stated: Signatures, raw: bytes
    ) -> None:
        """Take one callback; raises with the reason where it is not to be taken."""
        if not any(call.transaction.encode() in raw for call in calls):
            raise CallbackRefused(Reason.UNKNOWN)  # seen without parsing anything
        body = judging.body_of(raw)
        judges = await self._judges(source)
        found = next(((c, j) for c in calls if (j := _answers(judges, c, body))), None)
        if found is None:
            raise CallbackRefused(Reason.UNKNOWN)
        call, judge = found
        try:
            _check_open(call)
            sender = await judge.sender_of(body, raw, stated, call.message)
            await callbacks.keep(self._database, call, sender, raw)
        except CallbackRefused as refused:
            await callbacks.note_refused(self._database, call, refused.reason)
            raise

    async def _judges(self, source: str) -> Mapping[str, Judge]:
        manifest, config = await self._opening(source)
        known = self._known.get(source)
        if known is None or known.version != manifest.version or known.config != config:
            if len(self._known) >= MOST_SOURCES:
                self._known.clear()
            judges = await self._made(source, manifest, config)
            known = self._known[source] = _Known(manifest.version, config, judges)
        return known.judges

    async def _made(
        self, source: str, manifest: Manifest, config: Mapping[str, Any]
    ) -> dict[str, Judge]:
        words = signature_words(manifest)
        if words is None:
            raise CallbackRefused(Reason.UNKNOWN)
        signer, registry = signer_of(words, config), registry_of(words, config)
        client = None
        if registry is not None:
            client = self._outbound.client(source, registry, ASKING)
            await self._clients.enter_async_context(client)
        keys = SenderKeys(pinned_of(words, config), client, signer, seconds(words.believed))
        gateway = gateway_of(words, config)
        return {
            name: Judge(stream.callback, keys, signer.subscriber, gateway)
            for name, stream in manifest.streams.items()
            if stream.callback is not None
        }


def _check_open(call: OpenCall) -> None:
    if not call.is_open:
        raise CallbackRefused(Reason.LATE)


def _answers(judges: Mapping[str, Judge], call: OpenCall, body: Mapping[str, Any]) -> Judge | None:
    """Give the judge of a call where a callback names that call."""
    judge = judges.get(call.stream)
    return judge if judge is not None and judge.transaction(body) == call.transaction else None
