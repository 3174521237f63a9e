"""How often the interpreter looks for cycles while a source is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

COLLECT_EVERY = 100_000
"""Objects made and not yet freed before the collector looks; the usual number is 700."""

_passes: list[int] = []
"""For each pass under way, the number it found."""


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Have the collector look seldom; several passes at once share it, the last one ends it.

    A page is some ten thousand small objects that are gone when it is written, none of them in
    a cycle: looking for cycles at the usual rate took an eighth of the time of a sync.
    """
    found, *older = gc.get_threshold()
    if not _passes and 0 < found < COLLECT_EVERY:  # 0: it never looks
        gc.set_threshold(COLLECT_EVERY, *older)
    _passes.append(found)
    try:
        yield
    finally:
        usual = _passes[0]
        _passes.pop()
        if not _passes:
            gc.set_threshold(usual, *older)
