"""Follows the feed: what was written first, then what is written, without a gap or a double."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from isthmus.store.database import FAILURES, Row
from isthmus.store.feed import Feed, FeedPage, Position
from isthmus.store.listening import Listener

PORTION = 100
HELD_SECONDS = 0.2
"""Between looks while an older transaction holds changes back: its end tells nobody."""

BLIND_SECONDS = 1.0
"""Between looks while the listener hears nothing."""

QUIET_SECONDS = 30.0
"""Between looks when nothing was heard: belt and braces."""


async def follow(
    feed: Feed,
    listener: Listener,
    after: Position | None,
    *,
    nouns: Sequence[str] | None = None,
    key: int | None = None,
) -> AsyncGenerator[Row, None]:
    """Give every change after a place, or from now on; waits out a database that is away."""
    place = after or await feed.end()
    with listener.news() as news:
        while True:
            try:
                page = await feed.read(place, PORTION, nouns=nouns, key=key)
            except FAILURES:
                await news.wait(BLIND_SECONDS)
                continue
            for row in page.rows:
                yield row
            place = page.position
            if not page.has_more:
                await news.wait(_patience(page, listener))


def _patience(page: FeedPage, listener: Listener) -> float:
    if page.is_held_back:
        return HELD_SECONDS
    return BLIND_SECONDS if listener.generation is None else QUIET_SECONDS
