"""Connections for reading: handed out last come first served, with nothing done in between.

asyncpg's own pool resets a connection at the server each time it comes back, and wraps it anew
each time it goes out: for an answer of a few rows as much work as the answer. These connections
only read, so they leave nothing behind.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

Connect = Callable[[], Awaitable[Any]]
SETTLE_SECONDS = 5.0
"""How long the server may take to stop a statement that was cancelled."""


class ReadingPool:
    """Up to `size` connections, made when first needed."""

    def __init__(self, connect: Connect, size: int) -> None:
        self._connect = connect
        self._size = size
        self._open = 0
        self._idle: list[Any] = []
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._settling: set[asyncio.Task[None]] = set()
        self._closed = False

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        """Lend a connection; raise ConnectionError once the pool is closed."""
        if self._closed:
            raise ConnectionError
        connection = self._take() or await self._next()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def counts(self) -> tuple[int, int]:
        """Count the connections that are open, and those of them that have nothing to do."""
        return self._open, len(self._idle)

    def close(self) -> None:
        """Close every connection; those that are lent go when they come back."""
        self._closed = True
        for connection in self._idle:
            connection.terminate()
        self._idle.clear()
        for task in self._settling:
            task.cancel()

    def _take(self) -> Any | None:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
            self._open -= 1
        return None

    async def _next(self) -> Any:
        if self._open < self._size:
            return await self._make()
        place: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            connection = await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.result() is not None:
                self._give_back(place.result())
            raise
        # none was given but the right to make one: the last one was lost
        return connection if connection is not None else await self._make(counted=True)

    async def _make(self, *, counted: bool = False) -> Any:
        self._open += not counted
        try:
            return await self._connect()
        except BaseException:
            self._lose()
            raise

    def _give_back(self, connection: Any) -> None:
        if self._closed or connection.is_closed():
            connection.terminate()
            self._lose()
        elif connection._protocol._is_cancelling():  # noqa: SLF001 - asyncpg's pool asks so too
            task = asyncio.create_task(self._settle(connection))
            self._settling.add(task)
            task.add_done_callback(self._settling.discard)
        else:
            self._hand_on(connection)

    async def _settle(self, connection: Any) -> None:
        """Wait until the server has stopped what was cancelled; then the connection is as good."""
        try:
            async with asyncio.timeout(SETTLE_SECONDS):
                await connection._protocol._wait_for_cancellation()  # noqa: SLF001
        except (Exception, asyncio.CancelledError):  # noqa: BLE001 - whatever it was, it is lost
            connection.terminate()
        self._give_back(connection)

    def _hand_on(self, connection: Any) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(connection)
                return
        self._idle.append(connection)

    def _lose(self) -> None:
        """Count a connection as gone, or let someone who waits make another."""
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._open -= 1
