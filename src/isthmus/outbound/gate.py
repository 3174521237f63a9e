"""The gate before a source: its rate, and its circuit.

A client asks its gate before each call, and the gate learns from how the call ends. The one here
is of its client alone; the hub puts one in its place that all its processes share.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from aiolimiter import AsyncLimiter

from isthmus.errors import SourceRateLimited
from isthmus.outbound.terms import Terms


class Turn(Protocol):
    """Leave to make one call."""

    def arrived(self) -> None:
        """Note that the source has the call: it began to answer."""
        ...

    async def again(self) -> None:
        """Wait for leave to make one more, such as where an answer leads on to another address."""
        ...


class Gate(Protocol):
    """Lets calls to one source pass, as many as its rate allows and while it answers."""

    def passing(self) -> AbstractAsyncContextManager[Turn]:
        """Wait until a call may pass; raise a fault of the source where none may for long."""
        ...

    async def close(self) -> None:
        """Let go of what is held."""
        ...


class OwnGate:
    """The rate of one client, in this process only."""

    def __init__(self, source: str, terms: Terms) -> None:
        self._source = source
        self._terms = terms
        self._limiter = AsyncLimiter(terms.calls, terms.per_seconds) if terms.calls else None

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[Turn]:
        """Wait until the source's rate allows one more call."""
        await self.again()
        yield self

    def arrived(self) -> None:
        """Do nothing: turns are counted when they are taken."""

    async def again(self) -> None:
        """Wait until the source's rate allows one more call."""
        if self._limiter is None:
            return
        try:
            async with asyncio.timeout(self._terms.patience):
                await self._limiter.acquire()
        except TimeoutError:
            raise over_rate(self._source, self._terms.per_seconds) from None

    async def close(self) -> None:
        """Do nothing."""


def over_rate(source: str, wait: float) -> SourceRateLimited:
    """Say that a source is asked more often than its rate allows."""
    message = "is asked more often than its rate allows"
    return SourceRateLimited(message, source=source, retry_after=wait)
