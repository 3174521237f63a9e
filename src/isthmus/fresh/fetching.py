"""Puts one question to one stream: the pages of its answer, and whether these are all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import msgspec

from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.manifest import Stream, seconds
from isthmus.connector.page import Page
from isthmus.connector.paging_words import Window
from isthmus.connector.part import Context
from isthmus.connector.pull import StreamReader
from isthmus.errors import SourceGarbled
from isthmus.fresh.sources import LiveSource
from isthmus.sync.work import work_folder

SEARCHED = 100
"""Records asked for by a search: as many as the largest page of an answer holds."""
MOMENT = "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as a stream takes it: further parameters, or none where its list is read."""

    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        """Whether the list itself is asked for, rather than some of it."""
        return not self.parameters

    @classmethod
    def of(cls, stream: Stream, words: str, since: float | None) -> Asking:
        """Give the parameters of a question; `since`: so many seconds ago it was answered last."""
        live = stream.asking
        found: dict[str, Any] = {}
        if words and live.search is not None:
            found[live.search] = words
        elif live.since is not None:
            ago = seconds(live.stale) if since is None else since
            form = stream.page.form if isinstance(stream.page, Window) else MOMENT
            begin = datetime.now(UTC) - timedelta(seconds=ago + seconds(live.keep))
            found[live.since] = begin.strftime(form)
        if found and live.first is not None:
            found[live.first] = SEARCHED
        return cls(found)


@dataclass(slots=True)
class Fetched:
    """What a source gave, before anything of it is understood."""

    pages: list[Page] = field(default_factory=list)
    is_whole: bool = False
    """Whether its answer was read to the end."""


async def fetch(
    source: LiveSource, stream: str, config: Mapping[str, Any], asking: Asking, *,
    functions: ConnectorFunctions, work: Path, etag: str | None,
) -> Fetched:  # fmt: skip
    """Read the answer to a question; raise NotModified where it is the one that `etag` names."""
    words = source.streams[stream]
    connector = _asked(source.connector, stream, words, asking)
    fetched, cursors = Fetched(), set[str]()
    with _folder(work, source.stored.name, words) as folder:
        context = Context(config, source.http, folder)
        reader = StreamReader(connector, stream, context, functions, further=asking.parameters)
        pages = cast("Any", reader.pages(None, etag=etag))
        async with aclosing(pages):
            async for page in cast("AsyncIterator[Page]", pages):
                if page.cursor in cursors:
                    raise SourceGarbled("comes back to a page it gave before, so it never ends")
                fetched.pages.append(page)
                if page.cursor is None or len(fetched.pages) == words.asking.pages:
                    break
                cursors.add(page.cursor)
    last = fetched.pages[-1] if fetched.pages else Page(())
    missed = any(page.missed for page in fetched.pages)
    fetched.is_whole = last.cursor is None and not missed and not _is_full(last, words, asking)
    return fetched


def _asked(
    connector: InstalledConnector, name: str, stream: Stream, asking: Asking
) -> InstalledConnector:
    """Give a connector whose stream is not cut by time: a question says what is wanted of it."""
    if asking.is_list or not isinstance(stream.page, Window):
        return connector
    uncut = msgspec.structs.replace(stream, page="none")
    streams = {**connector.manifest.streams, name: uncut}
    return replace(connector, manifest=msgspec.structs.replace(connector.manifest, streams=streams))


def _is_full(page: Page, stream: Stream, asking: Asking) -> bool:
    """Tell whether as many records came as were asked for, so that there may be more."""
    first = stream.asking.first
    return first in asking.parameters and len(page.records) >= SEARCHED


@contextmanager
def _folder(work: Path, name: str, stream: Stream) -> Iterator[Path]:
    """Give a folder to what comes as a file; the others need none."""
    if stream.is_file or stream.request is None:
        with work_folder(work, name) as folder:
            yield folder
    else:
        yield work
