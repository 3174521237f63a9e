"""What one verification asked of the world outside: bounded, once each, with the oldest answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from isthmus.credentials.contract import Fetched, Fetcher, fetch_unkept

MOST_FETCHES = 24
"""Addresses one verification may ask, so that a document cannot make the hub call for it."""


class Witness:
    """A fetcher that remembers what was answered during one verification."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._answers: dict[str, Fetched] = {}

    async def fetch(self, url: str) -> Fetched:
        """Get one address, once; beyond the limit nothing is asked any more."""
        return await self._once(url, self._fetcher.fetch)

    async def fetch_unkept(self, url: str) -> Fetched:
        """Get what is about one person, once in a verification and for it alone."""
        return await self._once(url, partial(fetch_unkept, self._fetcher))

    async def _once(self, url: str, ask: Callable[[str], Awaitable[Fetched]]) -> Fetched:
        found = self._answers.get(url)
        if found is None and len(self._answers) >= MOST_FETCHES:
            return Fetched(url, None, fault="too many addresses in one document")
        if found is None:
            found = self._answers[url] = await ask(url)
        return found

    @property
    def is_offline(self) -> bool:
        """Whether something was answered from an earlier answer, or not at all, for want of one."""
        return any(answer.fault is not None for answer in self._answers.values())

    def is_old(self, source: str | None) -> bool:
        """Whether an answer is an earlier one, given because its source was silent."""
        answer = self._answers.get(source or "")
        return answer is not None and answer.body is not None and answer.fault is not None

    def valid_as_of(self, now: datetime) -> datetime:
        """Give the moment of the oldest answer that a verification rests on."""
        moments = [a.at for a in self._answers.values() if a.body is not None and a.at]
        return min([now, *moments])
