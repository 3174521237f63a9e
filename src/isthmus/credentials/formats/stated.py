"""Reads single values as documents state them: texts, dates, addresses, one or many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from isthmus.model.text import UNDETERMINED, Text

_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:[^\s<>\"{}|\\^`]+")
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]?([0-9]{2})[-/.]?([0-9]{4})")
_LONG_FRACTION = re.compile(r"(\.[0-9]{6})[0-9]+")
LONGEST = 100_000


def many(value: Any) -> list[Any]:
    """Give what JSON-LD says once or many times as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def objects(value: Any) -> list[dict[str, Any]]:
    """Give the objects among one or many values."""
    return [item for item in many(value) if isinstance(item, dict)]


def first(value: Any) -> dict[str, Any]:
    """Give the first object, or an empty one."""
    return next(iter(objects(value)), {})


def word(value: Any) -> str | None:
    """Give a plain value as text; None where it is empty or no plain value."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip()[:LONGEST] or None


def words(value: Any) -> list[str]:
    """Give the plain values among one or many."""
    return [found for item in many(value) if (found := word(item))]


def text(value: Any, language: str = UNDETERMINED) -> Text | None:
    """Read a text, a JSON-LD value object, a language map, or a list of these."""
    told = list(_tellings(value, language))
    if not told:
        return None
    main = next((item for item in told if item[0] == language), told[0])
    others = {tag: found for tag, found in told if tag != main[0]}
    return Text(main[1], main[0], others)


def _tellings(value: Any, language: str) -> Iterable[tuple[str, str]]:
    for item in many(value):
        if isinstance(item, Mapping):
            yield from _of_map(item, language)
        elif found := word(item):
            yield language, found


def _of_map(item: Mapping[str, Any], language: str) -> Iterable[tuple[str, str]]:
    if "@value" in item:
        stated = word(item.get("@language")) or language
        if found := word(item["@value"]):
            yield stated if _TAG.fullmatch(stated) else language, found
        return
    for tag, value in item.items():
        if _TAG.fullmatch(tag) and (found := next(iter(words(value)), None)):
            yield tag, found


def moment(value: Any) -> datetime | None:
    """Read ISO 8601 (without a zone: UTC), seconds since 1970, or day-month-year."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_seconds(value)
    stated = word(value)
    if stated is None:
        return None
    stated = _LONG_FRACTION.sub(r"\1", stated.removesuffix("UTC").strip())
    try:
        found = datetime.fromisoformat(stated)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _of_seconds(value: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def day_first(value: Any) -> datetime | None:
    """Read a date written day first; one written as a number lost its leading zero: pad it."""
    stated = word(value) or ""
    if stated.isdigit():
        stated = stated.zfill(8)
    found = _DAY_FIRST.fullmatch(stated)
    if found is None:
        return moment(stated)
    try:
        return datetime(int(found[3]), int(found[2]), int(found[1]), tzinfo=UTC)
    except ValueError:
        return None


def is_url(value: Any) -> bool:
    """Tell whether a value is an absolute URL (any scheme)."""
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def url(value: Any) -> str | None:
    """Give an absolute URL, or the `id` of an object that has one."""
    if isinstance(value, dict):
        value = value.get("id", value.get("@id"))
    return value if is_url(value) else None


def did(value: Any) -> str | None:
    """Give a DID, or None where the URL is of another kind."""
    found = url(value)
    return found if found is not None and found.startswith("did:") else None


def number(value: Any) -> float | None:
    """Read a number, or a text that is one."""
    try:
        found = float(value) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and abs(found) < 1e12 else None  # noqa: PLR2004 - no credit
