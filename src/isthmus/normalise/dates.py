"""Moments, dates and durations as sources write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from isthmus.normalise.drift import Drift

_DURATION = re.compile(
    r"^P(?:(?P<years>\d+(?:\.\d+)?)Y)?(?:(?P<months>\d+(?:\.\d+)?)M)?(?:(?P<weeks>\d+(?:\.\d+)?)W)?"
    r"(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)


def moment(stated: str | None, field: str, drift: Drift) -> datetime | None:
    """Read ISO 8601; a moment without a zone counts as UTC, a date as its first moment."""
    if not stated:
        return None
    try:
        found = datetime.fromisoformat(stated)
    except ValueError:
        drift.note(field, stated)
        return None
    if found.tzinfo is None:
        return found.replace(tzinfo=UTC)
    try:
        return found.astimezone(UTC)
    except OverflowError:  # the first or last day a calendar knows, moved out of it by its zone
        drift.note(field, stated)
        return None


def day(stated: str | None, field: str, drift: Drift) -> date | None:
    """Read an ISO 8601 date, or the date of a moment."""
    if not stated:
        return None
    try:
        return date.fromisoformat(stated[:10])
    except ValueError:
        drift.note(field, stated)
        return None


def duration(stated: str | None, field: str, drift: Drift) -> str | None:
    """Pass an ISO 8601 duration through; None where it is none."""
    if not stated:
        return None
    if _DURATION.match(stated) and len(stated) > len("PT"):
        return stated
    drift.note(field, stated)
    return None


def hours_of(stated: str | None) -> float | None:
    """Give the hours of a duration that states hours, minutes or seconds; None for calendar time.

    Days, weeks and months say how long something lasts, not how much work it is, so that no
    hours are made of them.
    """
    found = _DURATION.match(stated or "")
    if found is None:
        return None
    part = {name: float(value) for name, value in found.groupdict().items() if value}
    if not part.keys() & {"hours", "minutes", "seconds"} or part.keys() & {"years", "months"}:
        return None
    if part.keys() & {"weeks", "days"}:
        return None
    return part.get("hours", 0.0) + part.get("minutes", 0.0) / 60 + part.get("seconds", 0.0) / 3600
