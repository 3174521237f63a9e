"""Those who call a connector back: they answer as its sample says, or as a fault has it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson

from isthmus.connector.callback.contract import CallbackDesk
from isthmus.connector.callback.credentials import signature_words
from isthmus.connector.callback.refusals import CallbackRefused
from isthmus.connector.callback.words import Callback
from isthmus.connector.kit.calling import (
    CallFault,
    Delivery,
    SaidBack,
    deliveries,
    pinned,
    senders_of,
)
from isthmus.connector.kit.replies import Asked, Reply
from isthmus.connector.manifest import Manifest
from isthmus.outbound import Outbound
from isthmus.store.database import Database
from isthmus.sync.calling_back import desk_of
from isthmus.sync.receiving import Configured, Opened, Receiver


@dataclass(slots=True)
class Callers:
    """Everyone on the other side of one connector's callbacks; `fault` is how they misbehave."""

    database: Database
    manifest: Manifest
    words: Callback
    fault: CallFault | None = None
    source: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    said: Sequence[SaidBack] = ()
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def config_of(self, config: Mapping[str, Any], said: Sequence[SaidBack]) -> dict[str, Any]:
        """Give a sample's config with the keys of those who call back in it pinned."""
        self.said = said
        words = self.words.signature
        kept = {k: v for k, v in config.items() if k not in {words.registry, words.gateway}}
        return kept | {str(words.keys): pinned(senders_of(said, self.words))}

    def desk(self, source: str, config: Mapping[str, Any], address: str) -> CallbackDesk | None:
        """Be called back as a source from here on."""
        self.source, self.config = source, config
        return desk_of(self.database, address, source, self.manifest, config)

    def calling(self, answer: Callable[[Asked], Reply]) -> Callable[[Asked], Reply]:
        """Answer, and call back afterwards."""

        def answered(asked: Asked) -> Reply:
            self._tasks.add(asyncio.ensure_future(self._call_back(asked)))
            return answer(asked)

        return answered

    async def settled(self) -> None:
        """Wait until nobody calls back any more."""
        while self._tasks:
            tasks, self._tasks = self._tasks, set()
            await asyncio.gather(*tasks)

    async def _call_back(self, asked: Asked) -> None:
        recipient = str(self.config.get(self.words.signature.subscriber, ""))
        if not asked.body:  # the call was led elsewhere, where it asks for nothing
            return
        request = orjson.loads(asked.body)
        fault, words = self.fault, self.words
        for one in deliveries(self.said, asked.path, request, words, recipient):
            for sent in [one] if fault is None else fault.change(one, words):
                await self._deliver(sent)

    async def _deliver(self, one: Delivery) -> None:
        await asyncio.sleep(one.wait)
        body, header = one.sent(time.time())
        receiver = Receiver(self.database, self._find, Outbound())
        with suppress(CallbackRefused):  # which is what most of the faults are there for
            stated = receiver.admit({"authorization": header})
            calls = await receiver.calls(self.source, self.words.action)
            await receiver.receive(self.source, calls, stated, body)

    async def _find(self, _: str) -> Configured:
        async def opened() -> Opened:
            return self.manifest, self.config

        return Configured(self.source, opened)


def callers_of(manifest: Manifest, database: Database) -> Callers | None:
    """Give those who call a connector back; None where nobody does."""
    found = (s.callback for s in manifest.streams.values() if s.callback is not None)
    words = next(found, None)
    if words is None or signature_words(manifest) is None:
        return None
    return Callers(database, manifest, words)
