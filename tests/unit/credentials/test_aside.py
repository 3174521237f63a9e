"""Work aside holds up nobody, and a loop of its own ends with it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from isthmus.credentials.aside import Aside


async def test_work_that_never_waits_leaves_the_loop_free() -> None:
    aside, free = Aside(), threading.Event()

    async def hard() -> bool:
        return free.wait(10)  # blocks its own loop until this one has turned

    working = asyncio.ensure_future(aside.run(hard()))
    await asyncio.sleep(0)
    free.set()
    assert await working
    aside.stop()


async def test_a_fault_reaches_the_one_who_asked() -> None:
    aside = Aside()

    async def broken() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await aside.run(broken())
    aside.stop()


async def test_one_who_gives_up_stops_the_work_at_its_next_wait() -> None:
    aside, ended = Aside(), threading.Event()

    async def long() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await aside.run(long())
    assert await asyncio.to_thread(ended.wait, 10)
    aside.stop()


async def test_the_thread_ends_when_it_is_told() -> None:
    others = set(threading.enumerate())
    aside = Aside()
    await aside.run(asyncio.sleep(0))
    ended = [t for t in set(threading.enumerate()) - others if t.name == "verifying"]
    aside.stop()
    assert len(ended) == 1
    for thread in ended:
        await asyncio.to_thread(thread.join, 10)
    assert [t for t in ended if t.is_alive()] == []
