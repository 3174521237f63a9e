"""Lists of which only so much can be reached: cut by time until each cut can be.

A search that tells of 40,000 hits and shows 2,000 is asked again for half the time, and so on.
Where even the shortest cut holds more, what can be reached is read, and the run is not whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from isthmus.connector.paging.contract import Onward, PageAnswer, counted
from isthmus.connector.paging.counting import Undivided
from isthmus.connector.paging_words import Window
from isthmus.errors import SourceGarbled

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(days=365 * 20)


@dataclass(frozen=True, slots=True)
class _Cut:
    """The time asked about, how far in it reading is, and where all of it ends."""

    since: datetime
    until: datetime
    end: datetime
    offset: int = 0

    def text(self) -> str:
        """Write it as a cursor."""
        moments = (self.since, self.until, self.end)
        return " ".join([*(moment.isoformat() for moment in moments), str(self.offset)])

    @classmethod
    def of(cls, text: str) -> _Cut:
        """Read it from a cursor."""
        try:
            *moments, offset = text.split()
            since, until, end = map(datetime.fromisoformat, moments)
        except ValueError:
            raise SourceGarbled("was read up to a cut of time that does not read") from None
        return cls(since, until, end, counted(offset))


class ByWindow(Undivided):
    """Reads cut after cut; the next one is as long as the last one was, or twice that."""

    def __init__(
        self,
        words: Window,
        total: Callable[[Any], Any],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._words = words
        self._total = total
        self._now = now
        self._first: _Cut | None = None

    def parameters(self, cursor: str | None) -> Mapping[str, Any]:
        """Name the cut and the first record in it."""
        words, cut = self._words, self._cut(cursor)
        size = {words.size_param: words.size} if words.size_param else {}
        return size | {
            words.since: cut.since.strftime(words.form),
            words.until: cut.until.strftime(words.form),
            words.param: cut.offset,
        }

    def onward(self, page: PageAnswer) -> Onward:
        """Halve a cut that holds too much; else go on in it, and then to the next."""
        cut, total = self._cut(page.cursor), self._total(page.body)
        if not isinstance(total, int):
            raise SourceGarbled(f"does not say how many there are at `{self._words.total}`")
        width = cut.until - cut.since
        if total > self._words.wall and width > SHORTEST:
            half = timedelta(seconds=max(1, int(width.total_seconds()) // 2))
            return Onward(replace(cut, until=cut.since + half, offset=0).text(), again=True)
        reached = cut.offset + len(page.records)
        if page.records and reached < min(total, self._words.wall):
            return Onward(replace(cut, offset=reached).text())
        return Onward(self._next(cut, width, total), warning=self._missed(cut, total))

    def _cut(self, cursor: str | None) -> _Cut:
        if cursor is not None:
            return _Cut.of(cursor)
        if self._first is None:
            start = datetime.fromisoformat(self._words.start).replace(tzinfo=UTC)
            end = self._now().replace(microsecond=0) + SHORTEST
            self._first = _Cut(start, min(end, start + LONGEST), end)
        return self._first

    def _next(self, cut: _Cut, width: timedelta, total: int) -> str | None:
        if cut.until >= cut.end:
            return None
        wide = width * 2 if total * 2 <= self._words.wall else width
        return _Cut(cut.until, min(cut.end, cut.until + wide), cut.end).text()

    def _missed(self, cut: _Cut, total: int) -> str | None:
        if total <= self._words.wall:
            return None
        at = cut.since.strftime("%Y-%m-%d %H:%M:%S")
        return f"{total - self._words.wall} records of {at} are past what can be reached"
