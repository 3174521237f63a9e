"""Streams that come as one file: fetched to disk, then read a portion at a time.

Memory holds a portion, never the file. The cursor counts the records before it, so that a run
that was cut off goes on; the engine's own marks tell whether the file is still the same.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Generator, Iterator
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
from isthmus.model.run import Rejection

PORTION = 500


async def file_pages(
    context: Context, stream: Stream, request: Request, cursor: str | None
) -> AsyncIterator[Page]:
    """Yield the records of a file from a cursor on."""
    call = asking(request, stream.read, {"config": context.config, "watermark": None}, {})
    file = await context.http.file(call.path, context.folder, query=call.query)
    done = counted(cursor or "0")
    with closing(_records(file, stream)) as records:
        await asyncio.to_thread(_skip, records, done)
        portion = await asyncio.to_thread(_take, records)
        while True:
            following = await asyncio.to_thread(_take, records)
            done += len(portion)
            yield _page(portion, str(done) if following else None)
            if not following:
                return
            portion = following


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
