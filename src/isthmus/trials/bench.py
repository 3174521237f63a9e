"""A database server for trials alone, started when first needed, and a thread to run them in.

What partners send is tried beside the hub's own work: nothing of it reaches the hub's database,
and the hub's loop waits for none of it.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from isthmus.store.database import Database, create_database, drop_database
from isthmus.store.embedded import EmbeddedServer

T = TypeVar("T")
TEMPLATE = "trials"
_numbers = itertools.count(1)


class Bench:
    """Where trials are run, one at a time."""

    def __init__(self, server: EmbeddedServer | None = None, *, is_short: bool = False) -> None:
        self.is_short = is_short
        """Whether eight faults stand for all, also where all are asked for."""
        self._server = server
        self._is_own = server is None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._has_template = False
        self._turn = asyncio.Lock()
        self.waiting = 0
        """How many trials are under way or wait for their turn."""

    async def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run a trial in a thread of its own, with a loop of its own."""
        self.waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(lambda: asyncio.run(_awaited(work)))
        finally:
            self.waiting -= 1

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """Give a database that is gone afterwards."""
        server = await asyncio.to_thread(self._started)
        if not self._has_template:
            async with await Database.open(
                url=await self._made(server, TEMPLATE), home=server.home
            ):
                self._has_template = True
        name = f"{TEMPLATE}_{next(_numbers)}"
        url = await self._made(server, name, TEMPLATE)
        try:
            async with await Database.open(url=url, home=server.home, size=4) as database:
                yield database
        finally:
            await drop_database(server.url("postgres"), name)

    async def _made(self, server: EmbeddedServer, name: str, template: str | None = None) -> str:
        await create_database(server.url("postgres"), name, template)
        return server.url(name)

    def _started(self) -> EmbeddedServer:
        if self._server is None:
            self._folder = tempfile.TemporaryDirectory(prefix="isthmus-trials-")
            server = EmbeddedServer(Path(self._folder.name))
            server.start()
            self._server = server
        return self._server

    async def close(self) -> None:
        """Stop the server, where one was started."""
        async with self._turn:
            server, self._server = self._server, None
            if server is not None and self._is_own:
                await asyncio.to_thread(server.stop)
            if self._folder is not None:
                self._folder.cleanup()


async def _awaited(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
