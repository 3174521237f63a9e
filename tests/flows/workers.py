"""Workers beside a test, and what the queue and the runs say."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from isthmus.cli.working import work_of
from isthmus.hub import Hub

PATIENCE = 30.0


@asynccontextmanager
async def working(hub: Hub, *, at_once: int = 1, every: float = 0.2) -> AsyncIterator[None]:
    """Have a worker work beside the test."""
    worker = work_of(hub, at_once, every)
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await task


async def until(what: Callable[[], Awaitable[object]]) -> None:
    """Wait until something is so."""
    given_up = time.monotonic() + PATIENCE
    while not await what():
        assert time.monotonic() < given_up, "nothing came of it"
        await asyncio.sleep(0.05)


async def states(hub: Hub) -> list[str]:
    rows = await hub.database.fetch("SELECT state FROM sync_run ORDER BY id")
    return [row["state"] for row in rows]


async def waiting(hub: Hub) -> dict[str, str]:
    rows = await hub.database.fetch("SELECT lock, status FROM procrastinate.procrastinate_jobs")
    return {row["lock"]: row["status"] for row in rows}


async def all_done(hub: Hub) -> bool:
    return set(await states(hub)) == {"DONE"} and not await waiting(hub)
