"""What a live fetch gives: documents, and for each source that fell short, how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from isthmus.credentials.contract import Document
from isthmus.errors import SourceFault, SourceRateLimited, SourceTimedOut


@dataclass(frozen=True, slots=True)
class LiveDocument:
    """One document of one learner, as their store gave it a moment ago; nothing of it is kept.

    `key` is its name at the source. `title`, `kind` and `issued_at` are what the store lists of
    it. `consents` are those under which it may be shown; empty for the learner's own eyes.
    `is_withheld`: the bytes carry an Aadhaar number, so that they are verified and never given
    out or kept.
    """

    source_id: int
    key: str
    document: Document
    title: str | None = None
    kind: str | None = None
    issued_at: datetime | None = None
    consents: tuple[int, ...] = ()
    is_withheld: bool = False


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How a source fell short of its part; `outcome` is a name of the graph's SourceOutcome."""

    source_id: int
    outcome: str
    code: str | None = None
    retryable: bool = False
    retry_after: float | None = None
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one learner's stores; `answered` are those that gave all they have."""

    documents: tuple[LiveDocument, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    answered: tuple[int, ...] = ()


def shortfall_of(source_id: int, fault: SourceFault, *, partial: bool) -> Shortfall:
    """Say by its code what a source did not do, and nothing of the words of its fault."""
    outcome = "FAILED"
    if isinstance(fault, SourceTimedOut):
        outcome = "TIMED_OUT"
    elif isinstance(fault, SourceRateLimited):
        outcome = "RATE_LIMITED"
    return Shortfall(
        source_id=source_id,
        outcome="PARTIAL" if partial else outcome,
        code=str(fault.code),
        retryable=fault.retryable,
        retry_after=fault.retry_after,
    )


def no_consent(source_id: int) -> Shortfall:
    """Say that a source was not asked, since no consent covers it."""
    return Shortfall(source_id, "SKIPPED_NO_CONSENT", "CONSENT_REQUIRED")
