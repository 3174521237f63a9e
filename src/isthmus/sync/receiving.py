"""Receives callbacks of sources, in whatever process they arrive.

What nobody waits for is refused by one look at a small table: no body is read for it, no key
looked up, no row written. Everything else is judged before it is kept.
"""

from __future__ import annotations

import asyncio
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

Opened = tuple[Manifest, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Configured:
    """How a source is configured now; `state` is another where anything of it is.

    `open` gives its manifest, and its config with the secrets in the clear.
    """

    state: object
    open: Callable[[], Awaitable[Opened]]


Find = Callable[[str], Awaitable[Configured]]


@dataclass(frozen=True, slots=True)
class _Known:
    """One source that is called back, for as long as it stays configured as it is."""

    state: object
    judges: Mapping[str, Judge]
    clients: AsyncExitStack


class Receiver:
    """Takes callbacks."""

    def __init__(self, database: Database, find: Find, outbound: Outbound) -> None:
        self._database = database
        self._find = find
        self._outbound = outbound
        self._known: dict[str, _Known] = {}
        self._making = asyncio.Lock()

    async def close(self) -> None:
        """Let go of the connections to registries."""
        for source in list(self._known):
            await self._forget(source)

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
        """Give the judges of a source, made anew only when it is configured in another way."""
        found = await self._find(source)
        async with self._making:
            known = self._known.get(source)
            if known is None or known.state != found.state:
                await self._forget(source)
                while len(self._known) >= MOST_SOURCES:
                    await self._forget(next(iter(self._known)))
                known = self._known[source] = await self._made(source, found)
        return known.judges

    async def _forget(self, source: str) -> None:
        known = self._known.pop(source, None)
        if known is not None:
            await known.clients.aclose()

    async def _made(self, source: str, found: Configured) -> _Known:
        manifest, config = await found.open()
        words = signature_words(manifest)
        if words is None:
            raise CallbackRefused(Reason.UNKNOWN)
        signer, registry = signer_of(words, config), registry_of(words, config)
        clients, client = AsyncExitStack(), None
        if registry is not None:
            client = self._outbound.client(source, registry, ASKING)
            await clients.enter_async_context(client)
        keys = SenderKeys(pinned_of(words, config), client, signer, seconds(words.believed))
        gateway = gateway_of(words, config)
        judges = {
            name: Judge(stream.callback, keys, signer.subscriber, gateway)
            for name, stream in manifest.streams.items()
            if stream.callback is not None
        }
        return _Known(found.state, judges, clients)


def _check_open(call: OpenCall) -> None:
    if not call.is_open:
        raise CallbackRefused(Reason.LATE)


def _answers(judges: Mapping[str, Judge], call: OpenCall, body: Mapping[str, Any]) -> Judge | None:
    """Give the judge of a call where a callback names that call."""
    judge = judges.get(call.stream)
    return judge if judge is not None and judge.transaction(body) == call.transaction else None
