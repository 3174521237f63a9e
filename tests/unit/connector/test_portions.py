"""A file is read by one thread, whatever else is read beside it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

from isthmus.connector.portions import portions


class Reading:
    """Records of a file, and the threads that took them and let go of it."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.threads: set[int] = set()
        self.closed = threading.Event()

    def records(self) -> Iterator[int]:
        try:
            for number in range(self.count):
                self.threads.add(threading.get_ident())
                time.sleep(0.0005)  # the files take turns
                yield number
        finally:
            self.threads.add(threading.get_ident())
            self.closed.set()


async def test_each_file_is_read_by_one_thread_while_others_are_read() -> None:
    files = [Reading(60) for _ in range(8)]

    async def read(file: Reading) -> list[int]:
        return [n async for page in portions(file.records(), 0, 5) for n in page.records]

    found = await asyncio.gather(*(read(file) for file in files))
    assert found == [list(range(60))] * 8
    assert [len(file.threads) for file in files] == [1] * 8


async def test_a_file_that_is_not_read_to_its_end_is_let_go_of_by_its_thread() -> None:
    file = Reading(100)
    pages = portions(file.records(), 0, 5)
    await anext(pages)
    await pages.aclose()  # type: ignore[attr-defined]
    assert await asyncio.to_thread(file.closed.wait, 5)
    assert len(file.threads) == 1
