"""Reads a stream whose answers come later: asks, waits until the deadline, gives what has come."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import orjson

from isthmus.connector.asking import Asking, asking
from isthmus.connector.callback.contract import Awaited, CallbackDesk, Received, Waiting
from isthmus.connector.callback.words import Callback
from isthmus.connector.form_words import Json
from isthmus.connector.live_words import seconds_of
from isthmus.connector.manifest import Request
from isthmus.connector.page import Page
from isthmus.errors import Misconfigured, SourceGarbled, SourceRefused, SourceTimedOut
from isthmus.outbound import SourceClient

LEAST_SIGNED = 60.0
"""Seconds that a call's own signature holds at least: the way to it may be slow."""

Find = Callable[[str], Callable[[Any], Any]]
Records = Callable[[Any], Any]


class CallbackReader:
    """Reads one stream of one source; `find` makes the function of an expression."""

    def __init__(
        self, name: str, words: Callback, records: Records, find: Find, config: Mapping[str, Any]
    ) -> None:
        self._name = name
        self._words = words
        self._records = records
        self._config = config
        self._ack = find(words.ack)
        self._refusal = find(words.refusal) if words.refusal else None
        self._error = find(words.error) if words.error else None
        self._enough = _whole(config, words.enough)
        stated = _whole(config, words.wait)
        self._seconds = float(stated) if stated else seconds_of(words.deadline)
        self._shown: set[bytes] = set()

    async def pages(
        self, request: Request, http: SourceClient, desk: CallbackDesk | None
    ) -> AsyncIterator[Page]:
        """Yield a page for every callback that came in time."""
        if desk is None:
            message = f"{self._name}: is answered at the hub's own address, by a sync alone."
            raise Misconfigured("CALLBACKS_UNHEARD", message)
        awaited = Awaited(
            self._name,
            self._words.action,
            transaction=str(uuid.uuid4()),
            message=str(uuid.uuid4()),
            seconds=self._seconds,
            most=self._words.most,
            max_bytes=http.terms.max_bytes,
        )
        async with desk.mailbox.awaiting(awaited) as waiting:
            await self._ask(request, http, desk, awaited)
            async for page in self._come(waiting):
                yield page

    async def _ask(
        self, request: Request, http: SourceClient, desk: CallbackDesk, awaited: Awaited
    ) -> None:
        call = asking(request, Json(), self._values(desk, awaited), {})
        answer = await http.call(
            call.method, call.path, query=call.query, headers=self._signed(call, desk),
            body=call.body,
        )  # fmt: skip
        found = answer.json()
        if self._ack(found) is not True:
            word = self._refusal(found) if self._refusal is not None else None
            told = f" ({_short(word)})" if word else ""
            raise SourceRefused(f"does not promise to call back{told}")

    def _values(self, desk: CallbackDesk, awaited: Awaited) -> dict[str, Any]:
        call = {
            "address": desk.address,
            "transaction": awaited.transaction,
            "message": awaited.message,
            "now": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "ttl": f"PT{max(1, round(awaited.seconds))}S",
        }
        return {"config": self._config, "call": call}

    def _signed(self, call: Asking, desk: CallbackDesk) -> dict[str, str]:
        seconds = max(self._seconds, LEAST_SIGNED)
        header = desk.signer.header(call.body or b"", time.time(), seconds)
        return {**call.headers, "authorization": header}

    async def _come(self, waiting: Waiting) -> AsyncIterator[Page]:
        count = read = 0
        async for received in waiting.messages(self._enough):
            count += 1
            page = self._page(received)
            read += page.missed is None
            yield page
        refused = await waiting.refused()
        if not count:
            told = f"; {refused} were refused" if refused else ""
            raise SourceTimedOut(f"nobody called back within {self._seconds:g} s{told}")
        if not read:
            raise SourceGarbled(f"none of {count} callbacks holds a list of records")
        if waiting.late_before:
            yield Page([], noted=f"{waiting.late_before} callbacks came too late the last time")
        if refused:
            yield Page([], noted=f"{refused} callbacks were refused")

    def _page(self, received: Received) -> Page:
        body = orjson.loads(received.body)  # whoever took it has seen that it reads
        word = self._error(body) if self._error is not None else None
        if word:
            return Page([], missed=f"{received.sender} calls back with an error ({_short(word)})")
        try:
            records = self._records(body)
        except SourceGarbled:
            records = None
        if not isinstance(records, list):
            return Page([], missed=f"{received.sender} calls back without a list of records")
        shown = blake2b(orjson.dumps(records), digest_size=16).digest()
        if shown in self._shown:  # said twice in other words: nothing new
            return Page([])
        self._shown.add(shown)
        return Page(records)


def _whole(config: Mapping[str, Any], word: str | None) -> int | None:
    found = config.get(word) if word else None
    return found if isinstance(found, int) and found > 0 else None


def _short(word: Any) -> str:
    text = str(word)
    return text[:40] if text.isascii() and text.isprintable() else "unreadable"
