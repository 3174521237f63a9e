"""How the sources behind a list are doing, at the moment of the answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from isthmus.errors import ErrorCode

T = TypeVar("T")
MINUTE = 60
LATE = 2
"""After how many of its intervals without a good run a source counts as stale."""

RETRYABLE = {ErrorCode.SOURCE_DOWN, ErrorCode.SOURCE_TIMEOUT, ErrorCode.SOURCE_RATE_LIMITED}
KNOWN = frozenset(ErrorCode)


def outcome(state: str, last: datetime | None, every: int | None, now: datetime) -> str:
    """Name what a source gave to a list of stored records."""
    if state == "NEVER_RUN":
        return "PARTIAL"
    if last is None:
        return "FAILED" if state in {"DOWN", "QUARANTINED"} else "PARTIAL"
    if state in {"DOWN", "PAUSED", "QUARANTINED"} or is_late(last, every, now):
        return "STALE"
    return "PARTIAL" if state == "DEGRADED" else "OK"


def lag(last: datetime | None, now: datetime) -> int | None:
    """Count the seconds since the last good run, in whole minutes; None where there was none."""
    if last is None:
        return None
    return max(0, int((now - last).total_seconds()) // MINUTE * MINUTE)


def is_late(last: datetime | None, every_seconds: int | None, now: datetime) -> bool:
    """Tell whether a last success is longer ago than a schedule allows."""
    if last is None:
        return True
    return every_seconds is not None and now - last > timedelta(seconds=LATE * every_seconds)


def known_code(fault_code: str | None) -> str | None:
    """Give the code of a source's last fault, where it is one callers know."""
    return fault_code if fault_code in KNOWN else None


def is_retryable(fault_code: str | None) -> bool:
    """Tell whether asking again later may help."""
    return fault_code in RETRYABLE


def just_now(value: T, now: datetime) -> T:
    """Give what may be something else at any moment, so that no answer is kept for its sake."""
    del now
    return value


def circuit(state: str | None, now: datetime) -> str:
    """Name the state of a source's circuit; one that was never called is called."""
    del now
    return state or "CLOSED"


def window(seconds: float | None) -> str | None:
    """Write a span as a duration."""
    return None if seconds is None else f"PT{seconds:g}S"
