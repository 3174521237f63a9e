"""How often the interpreter looks for cycles while a source is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

COLLECT_EVERY = 100_000
"""Objects made and not yet freed before the collector looks; the usual number is 700."""

_held: list[int] = []


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Have the collector look seldom; several passes at once share it, the last one ends it.

    A page is some ten thousand small objects that are gone when it is written, none of them in
    a cycle: looking for cycles at the usual rate took an eighth of the time of a sync.
    """
    usual, *older = gc.get_threshold()
    # 0 means that it never looks; what is seldom already is left so
    if not _held and 0 < usual < COLLECT_EVERY:
        gc.set_threshold(COLLECT_EVERY, *older)
    _held.append(usual)
    try:
        yield
    finally:
        first = _held[0]
        _held.pop()
        if not _held:
            gc.set_threshold(first, *older)
