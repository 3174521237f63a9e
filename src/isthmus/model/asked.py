"""What a query asks of live sources of public records, and what each of them told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

OK = "OK"
STALE = "STALE"
PARTIAL = "PARTIAL"
TIMED_OUT = "TIMED_OUT"
RATE_LIMITED = "RATE_LIMITED"
FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Question:
    """What a query wants of one noun: all there is, or what fits some words; of which sources."""

    words: str = ""
    sources: frozenset[int] | None = None
    """Keys of the sources it is put to; None: all."""

    def is_for(self, source: int) -> bool:
        """Tell whether it is put to a source."""
        return self.sources is None or source in self.sources


@dataclass(frozen=True, slots=True)
class Told:
    """What one source gave when it was asked, or how old is what is shown in its place."""

    source: int
    name: str
    outcome: str
    age: int | None = None
    code: str | None = None
    retryable: bool = False
    retry_after: int | None = None
    is_faulty: bool = False
    """Whether it did not do its part, which is an error beside the data."""
    produces: tuple[str, ...] = ()
    """The nouns it brings."""

    @property
    def freshness(self) -> str:
        """How old its records are, in one word."""
        return "LIVE" if self.outcome in {OK, PARTIAL} else "STALE"

    @property
    def is_whole(self) -> bool:
        """Whether it gave all it has."""
        return self.outcome == OK


def is_all(told: Mapping[int, Told], noun: str) -> bool:
    """Tell whether every source that was asked for a noun gave all it has of it."""
    return all(one.is_whole for one in told.values() if noun in one.produces)
