"""One reading for all who ask the same at once."""

from __future__ import annotations

import asyncio

import pytest

from isthmus.store.sharing import SharedReadings


class Readings:
    """Counts what was read; each reading waits until it is let go."""

    def __init__(self) -> None:
        self.begun = 0
        self.at_once = 0
        self.most_at_once = 0
        self.go = asyncio.Event()

    async def __call__(self) -> int:
        self.begun += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.go.wait()
        self.at_once -= 1
        return self.begun


async def test_those_who_ask_the_same_at_once_are_given_one_reading() -> None:
    shared, read = SharedReadings(1), Readings()
    read.go.set()
    assert await asyncio.gather(*(shared.get("a", read) for _ in range(50))) == [1] * 50


async def test_who_asks_later_is_not_given_what_began_before() -> None:
    shared, read = SharedReadings(2), Readings()
    early = asyncio.create_task(shared.get("a", read))
    await asyncio.sleep(0.01)
    late = asyncio.create_task(shared.get("a", read))
    await asyncio.sleep(0.01)
    read.go.set()
    await asyncio.gather(early, late)
    assert read.begun == 2


async def test_few_readings_run_at_a_time() -> None:
    shared, read = SharedReadings(2), Readings()
    asked = [asyncio.create_task(shared.get(n, read)) for n in range(10)]
    await asyncio.sleep(0.01)
    read.go.set()
    await asyncio.gather(*asked)
    assert (read.begun, read.most_at_once) == (10, 2)


async def test_one_who_leaves_does_not_take_the_reading_from_the_others() -> None:
    shared, read = SharedReadings(1), Readings()
    one, other = (asyncio.create_task(shared.get("a", read)) for _ in range(2))
    await asyncio.sleep(0.01)
    one.cancel()
    read.go.set()
    assert await other == 1


async def test_a_reading_that_fails_fails_for_all_and_is_read_anew() -> None:
    shared = SharedReadings(1)

    async def fail() -> int:
        raise ConnectionError

    async def succeed() -> int:
        return 1

    for _ in range(2):
        with pytest.raises(ConnectionError):
            await shared.get("a", fail)
    assert await shared.get("a", succeed) == 1
