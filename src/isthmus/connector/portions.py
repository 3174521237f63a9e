"""Records of a file that was fetched whole, cut into pages a portion at a time.

Memory holds two portions, never the file; reading is off the event loop. The cursor counts the
records before it, so that a run that was cut off goes on.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from isthmus.connector.page import Page
from isthmus.connector.part import Context
from isthmus.model.run import Rejection


async def portions(records: Iterator[Any], done: int, size: int) -> AsyncIterator[Page]:
    """Yield pages of `size` records after the first `done`; rejections stand apart in each.

    One thread reads a file from its beginning to its end: a parser that libxml2 works for keeps
    names in a table of its thread, and another thread that went on with it would spoil memory.
    """
    reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="portions")
    apart = partial(asyncio.get_running_loop().run_in_executor, reader)
    try:
        await apart(_skip, records, done)
        portion = await apart(_take, records, size)
        while True:
            following = await apart(_take, records, size)
            done += len(portion)
            yield _page(portion, str(done) if following else None)
            if not following:
                return
            portion = following
    finally:
        reader.submit(_close, records)  # what was not read to its end is let go of there too
        reader.shutdown(wait=False)


async def kept_file(context: Context, kind: str, name: str) -> Path:
    """Fetch a file once for all streams of a run; the next stream finds it in the run's folder."""
    kept = context.folder / f"{kind}-{quote(name, safe='')}"
    if kept.is_file():
        return kept
    file = await context.http.file(quote(name), context.folder)
    # a file that stands at the source's own place is read there, and never moved
    return file.rename(kept) if file.parent == context.folder else file


def _skip(records: Iterator[Any], count: int) -> None:
    for _ in itertools.islice(records, count):
        pass


def _close(records: Iterator[Any]) -> None:
    if isinstance(records, Generator):
        records.close()


def _take(records: Iterator[Any], size: int) -> list[Any]:
    return list(itertools.islice(records, size))


def _page(portion: list[Any], cursor: str | None) -> Page:
    return Page(
        [record for record in portion if not isinstance(record, Rejection)],
        cursor,
        rejected=[record for record in portion if isinstance(record, Rejection)],
    )
