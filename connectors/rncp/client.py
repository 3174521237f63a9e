"""Reads an export a portion at a time; what was fetched for one stream serves the other."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

from isthmus.connector.page import Page
from isthmus.connector.part import Connector, Context, stream
from isthmus.model.run import Rejection

from .export import Export, opened

PORTION = 200


class Rncp(Connector):
    """Certifications, and the blocks of competences they are made of."""

    @stream("certifications")
    async def certifications(self, context: Context, cursor: str | None) -> AsyncIterator[Page]:
        """Give every certification."""
        async for page in _pages((await _export(context)).certifications(), cursor):
            yield page

    @stream("blocks")
    async def blocks(self, context: Context, cursor: str | None) -> AsyncIterator[Page]:
        """Give every block."""
        async for page in _pages((await _export(context)).blocks(), cursor):
            yield page


async def _export(context: Context) -> Export:
    archive = str(context.config["archive"])
    kept = context.folder / f"archive-{quote(archive, safe='')}"
    if not kept.is_file():
        file = await context.http.file(quote(archive), context.folder)
        # a file that stands at the source's own place is read there, and never moved
        kept = file.rename(kept) if file.parent == context.folder else file
    return await asyncio.to_thread(opened, kept, context.folder)


async def _pages(records: Iterator[Any], cursor: str | None) -> AsyncIterator[Page]:
    """Cut records into pages; the cursor counts what stands before them."""
    done = int(cursor) if cursor and cursor.isdigit() else 0
    await asyncio.to_thread(_skip, records, done)
    portion = await asyncio.to_thread(_take, records)
    while True:
        following = await asyncio.to_thread(_take, records)
        done += len(portion)
        yield _page(portion, str(done) if following else None)
        if not following:
            return
        portion = following


def _skip(records: Iterator[Any], count: int) -> None:
    for _ in itertools.islice(records, count):
        pass


def _take(records: Iterator[Any]) -> list[Any]:
    return list(itertools.islice(records, PORTION))


def _page(portion: list[Any], cursor: str | None) -> Page:
    return Page(
        [record for record in portion if not isinstance(record, Rejection)],
        cursor,
        rejected=[record for record in portion if isinstance(record, Rejection)],
    )
