"""Reads a LOQ file whole: its parts name one another, and an institution's file is no register."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from isthmus.connector.forms import elements
from isthmus.connector.page import Page
from isthmus.connector.part import Connector, Context, stream
from isthmus.connector.portions import kept_file
from isthmus.errors import SourceGarbled

from .parts import Parts

MOST_BYTES = 200_000_000
PAGE = 200


class EuropassLoq(Connector):
    """Qualifications with what leads to them, and courses that lead to none of them."""

    @stream("qualifications")
    async def qualifications(self, context: Context, cursor: str | None) -> AsyncIterator[Page]:
        """Give every qualification."""
        del cursor
        for page in _pages((await _parts(context)).qualifications()):
            yield page

    @stream("opportunities")
    async def opportunities(self, context: Context, cursor: str | None) -> AsyncIterator[Page]:
        """Give every course that leads to no qualification of the file."""
        del cursor
        for page in _pages((await _parts(context)).opportunities()):
            yield page


async def _parts(context: Context) -> Parts:
    kept = await kept_file(context, "file", str(context.config["file"]))
    return await asyncio.to_thread(_read, kept)


def _read(file: Path) -> Parts:
    if file.stat().st_size > MOST_BYTES:
        raise SourceGarbled(f"the file is over {MOST_BYTES} bytes")
    root = elements.whole(file.read_bytes())
    courses = root.get("Courses")
    if not isinstance(courses, dict):
        raise SourceGarbled(f"expected Courses, found {next(iter(root))[:60]}")
    return Parts(courses)


def _pages(records: list[dict[str, Any]]) -> list[Page]:
    """Cut records into pages; a page that is read again is read from the start."""
    starts = range(0, len(records), PAGE) if records else [0]
    return [Page(records[start : start + PAGE]) for start in starts]
