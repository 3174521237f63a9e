"""Gives the follower of a stream's way of paging."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from isthmus.connector.manifest import Stream
from isthmus.connector.paging.contract import Follower
from isthmus.connector.paging.counting import ByNumber, ByOffset, Undivided
from isthmus.connector.paging.pointing import ByLink, ByResumption, ByToken
from isthmus.connector.paging.windowing import ByWindow
from isthmus.connector.paging_words import Cursor, Link, Number, Oai, Offset, Window

Find = Callable[[str], Callable[[Any], Any]]


def follower_of(stream: Stream, find: Find) -> Follower:
    """Give what follows a stream's list; `find` makes the function of an expression."""
    page = stream.page
    if isinstance(page, Number):
        return ByNumber(page, find(page.total) if page.total else None)
    if isinstance(page, Offset):
        return ByOffset(page)
    if isinstance(page, Cursor):
        return ByToken(page, find(page.next))
    if isinstance(page, Link):
        return ByLink(page, find(page.next) if page.next else None)
    if isinstance(page, Window):
        return ByWindow(page, find(page.total))
    return ByResumption(page) if isinstance(page, Oai) else Undivided()
