"""Lists that are counted through, by pages or by records; and those that come in one piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from isthmus.connector.paging.contract import Onward, PageAnswer, counted
from isthmus.connector.paging_words import Number, Offset


class Undivided:
    """One answer holds it all."""

    def parameters(self, cursor: str | None) -> Mapping[str, Any]:
        """Add nothing."""
        return {}

    def address(self, cursor: str | None) -> str | None:
        """Give none."""
        return None

    def onward(self, page: PageAnswer) -> Onward:
        """End."""
        return Onward(None)

    def tolerates(self, body: Any) -> bool:
        """Tolerate nothing: where there should be a list, its absence is a fault."""
        return False


class ByNumber(Undivided):
    """Pages are counted; the last one is short, empty or named by the total."""

    def __init__(self, words: Number, total: Callable[[Any], Any] | None) -> None:
        self._words = words
        self._total = total

    def parameters(self, cursor: str | None) -> Mapping[str, Any]:
        """Name the page."""
        words = self._words
        number = words.start if cursor is None else counted(cursor)
        return _size(words) | {words.param: number}

    def onward(self, page: PageAnswer) -> Onward:
        """Count on until there is no more."""
        words = self._words
        number = words.start if page.cursor is None else counted(page.cursor)
        more = len(page.records) >= words.size
        total = self._total(page.body) if self._total is not None else None
        if isinstance(total, int):
            more = bool(page.records) and (number - words.start + 1) * words.size < total
        return Onward(str(number + 1) if more else None)


class ByOffset(Undivided):
    """Records are counted; the last page is short or empty."""

    def __init__(self, words: Offset) -> None:
        self._words = words

    def parameters(self, cursor: str | None) -> Mapping[str, Any]:
        """Name the first record."""
        return _size(self._words) | {self._words.param: counted(cursor or "0")}

    def onward(self, page: PageAnswer) -> Onward:
        """Count on until a page is short."""
        full = len(page.records) >= self._words.size
        return Onward(str(counted(page.cursor or "0") + len(page.records)) if full else None)


def _size(words: Number | Offset) -> dict[str, Any]:
    return {words.size_param: words.size} if words.size_param else {}
