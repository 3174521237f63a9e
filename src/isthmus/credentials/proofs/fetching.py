"""Gets what verifications need from outside, whole and cached, with its age."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urldefrag, urlsplit

from isthmus.credentials.contract import Fetched
from isthmus.errors import SourceFault
from isthmus.outbound import Outbound, Terms

MOST_KEPT = 512
MOST_BYTES = 8 * 1024 * 1024
SILENCE_SECONDS = 30
"""How long a source that did not answer is left in peace."""

_TERMS = Terms(timeout=10.0, max_bytes=MOST_BYTES, attempts=2)
_HOST = re.compile(r"[a-z0-9_.:-]{1,253}")
_ACCEPT = "application/json, application/ld+json, application/did+json, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class _Kept:
    body: bytes | None
    at: datetime
    fault: str | None = None


class CachingFetcher:
    """A cache by address over `outbound`; offline it answers from the cache or with no body.

    Of many asking for one address at once, one call goes out. Where a source is down, what it
    said last is given with its age.
    """

    def __init__(
        self,
        outbound: Outbound,
        *,
        now: Callable[[], datetime],
        keep_seconds: int = 3600,
        offline: bool = False,
    ) -> None:
        self._outbound = outbound
        self._now = now
        self._keep_seconds = keep_seconds
        self.offline = offline
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._silent: dict[str, _Kept] = {}
        self._asking: dict[str, asyncio.Task[_Kept]] = {}

    async def fetch(self, url: str) -> Fetched:
        """Get one address; never raises for a source that is down."""
        url = urldefrag(url).url
        known = self._kept.get(url)
        if known is not None and self._age(known) <= self._keep_seconds:
            return self._answer(url, known)
        if self.offline:
            return (
                self._answer(url, known, "offline")
                if known
                else _silence(url, "offline, and not at hand")
            )
        if not _is_of_the_web(url):
            return _silence(url, "not an address of the web")
        asked = await self._ask(url)
        if asked.body is None and known is not None:
            return self._answer(url, known, asked.fault)
        return self._answer(url, asked)

    async def fetch_unkept(self, url: str) -> Fetched:
        """Get one address anew, and keep neither the answer nor that it was asked for."""
        url = urldefrag(url).url
        if self.offline:
            return _silence(url, "offline, and not at hand")
        if not _is_of_the_web(url):
            return _silence(url, "not an address of the web")
        try:
            body = await self._call(url)
        except SourceFault as fault:
            return _silence(url, str(fault.code))
        return Fetched(url, body, self._now())

    async def _call(self, url: str) -> bytes:
        async with self._outbound.client("verification", "", _TERMS) as client:
            return (await client.get(url, headers={"accept": _ACCEPT})).body

    async def _ask(self, url: str) -> _Kept:
        silent = self._silent.get(url)
        if silent is not None and self._age(silent) <= SILENCE_SECONDS:
            return silent
        task = self._asking.get(url)
        if task is None:
            task = self._asking[url] = asyncio.create_task(self._get(url))
            task.add_done_callback(lambda _: self._asking.pop(url, None))
        # one caller's end must not end the call for the others
        return await asyncio.shield(task)

    async def _get(self, url: str) -> _Kept:
        try:
            body = await self._call(url)
        except SourceFault as fault:
            return self._keep_silent(url, str(fault))
        found = self._kept[url] = _Kept(body, self._now())
        self._kept.move_to_end(url)
        self._silent.pop(url, None)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return found

    def _keep_silent(self, url: str, fault: str) -> _Kept:
        if len(self._silent) > MOST_KEPT:
            self._silent.clear()
        found = self._silent[url] = _Kept(None, self._now(), fault)
        return found

    def _age(self, kept: _Kept) -> int:
        return max(0, int((self._now() - kept.at).total_seconds()))

    def _answer(self, url: str, kept: _Kept, fault: str | None = None) -> Fetched:
        return Fetched(url, kept.body, kept.at, self._age(kept), fault or kept.fault)


def _is_of_the_web(url: str) -> bool:
    """Tell whether an address, which a stranger wrote, is one that can be asked at all."""
    try:
        place = urlsplit(url)
        has_port = place.port != 0
    except ValueError:
        return False
    is_written_well = url.isascii() and url.isprintable() and " " not in url
    is_named = _HOST.fullmatch(place.hostname or "") is not None
    return place.scheme in {"http", "https"} and has_port and is_written_well and is_named


def _silence(url: str, fault: str) -> Fetched:
    return Fetched(url, None, fault=fault)
