"""Moments, dates and durations as sources write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from isthmus.normalise.drift import Drift

_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_DURATION = re.compile(
    rf"P(?=[0-9T])(?:(?P<years>{_NUMBER})Y)?(?:(?P<months>{_NUMBER})M)?(?:(?P<weeks>{_NUMBER})W)?"
    rf"(?:(?P<days>{_NUMBER})D)?"
    rf"(?:T(?=[0-9])(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?"
    rf"(?:(?P<seconds>{_NUMBER})S)?)?"
)
# what merely looks like a date is none: milliseconds since 1970 read as a day of the year 1710
_DAY = r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}|[0-9]{4}-?W[0-9]{2}-?[0-9])"
_ISO = re.compile(rf"({_DAY})(?:[Tt ].+)?")


def moment(stated: str | None, field: str, drift: Drift) -> datetime | None:
    """Read ISO 8601; a moment without a zone counts as UTC, a date as its first moment."""
    if not stated:
        return None
    found = _moment(stated)
    if found is None:
        drift.note(field, stated)
    return found


@lru_cache(maxsize=4096)  # records of one page often share their day, and closing dates most of all
def _moment(stated: str) -> datetime | None:
    if stated.endswith(" UTC"):
        stated = f"{stated[:-4]}Z"
    if not _ISO.fullmatch(stated):
        return None
    try:
        found = datetime.fromisoformat(stated)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the last day a calendar knows, moved out by its zone
        return None


def day(stated: str | None, field: str, drift: Drift) -> date | None:
    """Read an ISO 8601 date, or the date of a moment."""
    if not stated:
        return None
    found = _ISO.fullmatch(stated)
    try:
        if found is not None:
            return date.fromisoformat(found[1])
    except ValueError:
        pass  # the 30th of February
    drift.note(field, stated)
    return None


def duration(stated: str | None, field: str, drift: Drift) -> str | None:
    """Pass an ISO 8601 duration through; None where it is none."""
    if not stated:
        return None
    if _DURATION.fullmatch(stated):
        return stated
    drift.note(field, stated)
    return None


def hours_of(stated: str | None) -> float | None:
    """Give the hours of a duration that states hours, minutes or seconds; None for calendar time.

    Days, weeks and months say how long something lasts, not how much work it is, so that no
    hours are made of them.
    """
    found = _DURATION.fullmatch(stated or "")
    if found is None:
        return None
    part = {name: float(value) for name, value in found.groupdict().items() if value}
    if not part.keys() & {"hours", "minutes", "seconds"} or part.keys() & {"years", "months"}:
        return None
    if part.keys() & {"weeks", "days"}:
        return None
    return part.get("hours", 0.0) + part.get("minutes", 0.0) / 60 + part.get("seconds", 0.0) / 3600
