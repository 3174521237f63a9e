"""The reading pool: bounded, fair, and whole again after whatever happens to its connections."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from isthmus.store.reading_pool import ReadingPool


@dataclass
class Line:
    """What stands for a connection here: the pool only asks whether it is closed or cancelling."""

    closed: bool = False
    cancelling: bool = False
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def _protocol(self) -> Line:
        return self

    def is_closed(self) -> bool:
        return self.closed

    def terminate(self) -> None:
        self.closed = True

    def _is_cancelling(self) -> bool:
        return self.cancelling

    async def _wait_for_cancellation(self) -> None:
        await self.settled.wait()
        self.cancelling = False


def pool_of(size: int) -> tuple[ReadingPool, list[Line]]:
    made: list[Line] = []

    async def connect() -> Line:
        await asyncio.sleep(0)
        made.append(Line())
        return made[-1]

    return ReadingPool(connect, size), made


async def use(pool: ReadingPool, order: list[int], number: int) -> None:
    async with pool.reading():
        order.append(number)
        await asyncio.sleep(0)


async def test_no_more_than_its_size_are_opened_and_all_get_their_turn() -> None:
    pool, made = pool_of(3)
    order: list[int] = []
    await asyncio.gather(*(use(pool, order, n) for n in range(50)))
    assert len(made) == 3
    assert sorted(order) == list(range(50))
    assert pool.counts() == (3, 3)


async def test_a_closed_connection_is_replaced() -> None:
    pool, made = pool_of(1)
    async with pool.reading() as connection:
        connection.terminate()
    async with pool.reading() as other:
        assert other is made[1]
    assert pool.counts() == (1, 1)


async def test_one_that_waits_makes_its_own_when_the_last_is_lost() -> None:
    pool, made = pool_of(1)
    order: list[int] = []
    async with pool.reading() as connection:
        waiting = asyncio.create_task(use(pool, order, 1))
        await asyncio.sleep(0)
        connection.terminate()
    await waiting
    assert (order, len(made), pool.counts()) == ([1], 2, (1, 1))


async def test_a_caller_that_gives_up_waiting_takes_nothing_with_it() -> None:
    pool, _ = pool_of(1)
    order: list[int] = []
    async with pool.reading():
        waiting = asyncio.create_task(use(pool, order, 1))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert (order, pool.counts()) == ([], (1, 1))


async def test_a_connection_handed_to_one_that_just_gave_up_goes_back() -> None:
    pool, _ = pool_of(1)
    order: list[int] = []
    lent = pool.reading()
    await lent.__aenter__()
    waiting = asyncio.create_task(use(pool, order, 1))
    await asyncio.sleep(0)
    await lent.__aexit__(None, None, None)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert pool.counts() == (1, 1)


async def test_a_cancelled_statement_is_waited_for_before_its_connection_is_lent_again() -> None:
    pool, made = pool_of(1)
    order: list[int] = []
    async with pool.reading() as connection:
        connection.cancelling = True
    waiting = asyncio.create_task(use(pool, order, 1))
    await asyncio.sleep(0.01)
    assert order == []
    made[0].settled.set()
    await waiting
    assert (order, len(made)) == ([1], 1)


async def test_a_connection_that_cannot_be_made_is_not_counted() -> None:
    async def connect() -> Any:
        raise ConnectionError

    pool = ReadingPool(connect, 1)
    for _ in range(3):
        with pytest.raises(ConnectionError):
            async with pool.reading():
                pass
    assert pool.counts() == (0, 0)


async def test_after_closing_nothing_is_kept() -> None:
    pool, made = pool_of(2)
    async with pool.reading():
        pool.close()
    assert [line.closed for line in made] == [True]
