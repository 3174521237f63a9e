"""One reading for all who ask the same at once, and only few readings at a time.

Thousands may follow the feed. What they read must neither be read thousands of times, nor keep
the connections from those who ask something else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class SharedReadings:
    """Runs readings, at most `most` at a time."""

    def __init__(self, most: int) -> None:
        self._turns = asyncio.Semaphore(most)
        self._waiting: dict[Hashable, asyncio.Task[Any]] = {}

    async def get(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """Give what `read` gives, perhaps to another who asked under the same key.

        Never what began to be read before the question: that may lack what the asker just
        heard of.
        """
        task = self._waiting.get(key)
        if task is None:
            task = self._waiting[key] = asyncio.create_task(self._run(key, read))
            task.add_done_callback(_heard)
        found: T = await asyncio.shield(task)  # who leaves must not take it from the others
        return found

    async def _run(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        try:
            await self._turns.acquire()
        finally:
            del self._waiting[key]  # from here on it is too late to share it
        try:
            return await read()
        finally:
            self._turns.release()


def _heard(task: asyncio.Task[Any]) -> None:
    """Take note of a failure, even when all who asked have left."""
    if not task.cancelled():
        task.exception()
