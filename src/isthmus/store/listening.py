"""Hears of changes the moment they are written, in whatever process, on a connection of its own.

While that connection is lost the generation is None: nobody knows what changed, so nothing may
be answered from memory. A heartbeat finds a connection that is dead without having said so.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from isthmus.store.changes import CHANNEL
from isthmus.store.database import FAILURES

log = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
ANSWER_SECONDS = 3.0
SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 10.0


class News:
    """What one subscriber waits on.

    It holds one thing, that there is news; what the news is the subscriber reads from the feed.
    So a slow one fills no queue, and loses nothing.
    """

    def __init__(self) -> None:
        self._some = asyncio.Event()

    def tell(self) -> None:
        """Say that there is news."""
        self._some.set()

    async def wait(self, seconds: float) -> None:
        """Wait for news, no longer than `seconds`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._some.wait()
        self._some.clear()


class Listener:
    """Knows the generation of the records and of the sources, and wakes who waits for news."""

    def __init__(self, url: str, *, beat: float = BEAT_SECONDS) -> None:
        self._url = url
        self._beat = beat
        self._task: asyncio.Task[None] | None = None
        self._waiting: set[News] = set()
        self._counts: dict[str, int] | None = None
        self._hub = ""

    @property
    def generation(self) -> str | None:
        """Name the state of the records; None while it is not known."""
        return self._named("records")

    @property
    def sources_generation(self) -> str | None:
        """Name the state of the sources; None while it is not known."""
        return self._named("sources")

    @property
    def generations(self) -> tuple[str, str] | None:
        """Name both; None while they are not known."""
        counts = self._counts
        if counts is None:
            return None
        return f"{self._hub}-{counts['records']}", f"{self._hub}-{counts['sources']}"

    def _named(self, kind: str) -> str | None:
        return None if self._counts is None else f"{self._hub}-{self._counts[kind]}"

    @contextmanager
    def news(self) -> Iterator[News]:
        """Give what a subscriber waits on, for as long as it does."""
        news = News()
        self._waiting.add(news)
        try:
            yield news
        finally:
            self._waiting.discard(news)

    async def start(self) -> None:
        """Begin to listen; gives back once the generation is known, or could not be had soon."""
        if self._task is None:
            first = asyncio.Event()
            self._task = asyncio.create_task(self._listen(first))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(first.wait(), ANSWER_SECONDS)

    async def stop(self) -> None:
        """Listen no longer."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _listen(self, first: asyncio.Event) -> None:
        pause = SHORTEST_PAUSE
        while True:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    connection = await asyncpg.connect(self._url, statement_cache_size=0)
                try:
                    await self._attend(connection, first)
                finally:
                    self._counts = None
                    self._tell()
                    connection.terminate()
            except FAILURES as error:
                log.warning("not listening to the database: %s", type(error).__name__)
            if first.is_set():  # it had worked
                pause, first = SHORTEST_PAUSE, asyncio.Event()
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads hubs out
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _attend(self, connection: Any, known: asyncio.Event) -> None:
        """Stay with a connection until it is lost."""
        lost = asyncio.Event()

        def forget(_: Any) -> None:
            self._counts = None
            lost.set()

        connection.add_termination_listener(forget)
        await connection.add_listener(CHANNEL, self._heard)
        while not lost.is_set():
            await self._read(connection)
            known.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), self._beat)

    async def _read(self, connection: Any) -> None:
        row = await connection.fetchrow(
            "SELECT hub, records, sources FROM generation", timeout=ANSWER_SECONDS
        )
        counts = {"records": row["records"], "sources": row["sources"]}
        if counts != self._counts or row["hub"][:8] != self._hub:
            self._hub, self._counts = row["hub"][:8], counts
            self._tell()

    def _heard(self, _: Any, __: int, ___: str, payload: str) -> None:
        kind, _, count = payload.partition(":")
        counts = self._counts
        if counts is not None and kind in counts and count.isdecimal():
            self._counts = counts | {kind: max(counts[kind], int(count))}
        self._tell()

    def _tell(self) -> None:
        for news in self._waiting:
            news.tell()
