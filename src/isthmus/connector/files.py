"""Streams that come as one file: fetched to disk, then read a portion at a time.

The engine's own marks tell whether the file of a run that goes on is still the same.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import closing
from pathlib import Path
from typing import Any

from isthmus.connector.asking import asking
from isthmus.connector.form_words import Csv, JsonLines, Xml
from isthmus.connector.forms import elements
from isthmus.connector.forms.lines import lines
from isthmus.connector.forms.members import opened
from isthmus.connector.forms.rows import rows
from isthmus.connector.manifest import Request, Stream
from isthmus.connector.page import Page
from isthmus.connector.paging.contract import counted
from isthmus.connector.part import Context
from isthmus.connector.portions import portions

PORTION = 500


async def file_pages(
    context: Context, stream: Stream, request: Request, cursor: str | None
) -> AsyncIterator[Page]:
    """Yield the records of a file from a cursor on."""
    call = asking(request, stream.read, {"config": context.config, "watermark": None}, {})
    file = await context.http.file(call.path, context.folder, query=call.query)
    done = counted(cursor or "0")
    with closing(_records(file, stream)) as records:
        async for page in portions(records, done, PORTION):
            yield page


def _records(file: Path, stream: Stream) -> Generator[Any]:
    form = stream.read
    member = form.member if isinstance(form, Csv | JsonLines | Xml) else None
    with opened(file, member) as raw:
        if isinstance(form, Csv):
            yield from rows(raw, form)
        elif isinstance(form, Xml) and form.each is not None:
            yield from elements.each(raw, form.each)
        else:
            yield from lines(raw)
