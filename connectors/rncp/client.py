"""Reads an export a portion at a time; what was fetched for one stream serves the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

from isthmus.connector.page import Page
from isthmus.connector.part import Connector, Context, stream
from isthmus.connector.portions import kept_file, portions

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
    kept = await kept_file(context, "archive", str(context.config["archive"]))
    return await asyncio.to_thread(opened, kept, context.folder)


def _pages(records: Iterator[Any], cursor: str | None) -> AsyncIterator[Page]:
    """Cut records into pages; the cursor counts what stands before them."""
    return portions(records, int(cursor) if cursor and cursor.isdigit() else 0, PORTION)
