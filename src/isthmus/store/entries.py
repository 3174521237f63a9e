"""What goes into the store at once, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from isthmus.model.run import Rejection


class Known(NamedTuple):
    """A record the store holds already."""

    record_id: int
    entity_id: int
    raw_hash: bytes | None
    content_hash: bytes | None
    gone: bool


class Entry(NamedTuple):  # one is made for every record: a dataclass takes four times as long
    """One record of a page with the entity it became."""

    source_key: str
    raw_hash: bytes
    content_hash: bytes
    entity: Any
    uri: str | None = None
    changed_at_source: datetime | None = None
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class PageOfEntries:
    """A page as it is written: all of it with its cursor, or nothing.

    `entries` are new or changed; `rehashed` are records whose raw form changed but not what it
    says; `unchanged` are the keys of records seen again as they were; `kept` are those of
    records whose new form could not be read, so that the last good one stays. `repeats` counts
    what came again on the page itself, and said nothing new.
    """

    digest: bytes
    cursor: str | None
    entries: Sequence[Entry] = ()
    rehashed: Sequence[tuple[int, bytes]] = ()
    unchanged: Sequence[int] = ()
    kept: Sequence[int] = ()
    rejections: Sequence[Rejection] = ()
    deleted: Sequence[str] = ()
    repeats: int = 0
    statements: int = 0
    matched: int = 0

    @property
    def seen(self) -> int:
        """How many records the page held."""
        return len(self.entries) + self.seen_before + len(self.rejections)

    @property
    def seen_before(self) -> int:
        """How many of them say nothing new."""
        return len(self.rehashed) + len(self.unchanged) + self.repeats


@dataclass(slots=True)
class Counts:
    """What became of records, counted by the database."""

    seen: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: int = 0
    removals_held: int = 0
    statements: int = 0
    matched: int = 0
    pages: int = 0

    def add(self, other: Counts) -> None:
        """Add another's counts to these."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
