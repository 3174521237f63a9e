"""The values both forms write alike."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

_LEVEL = re.compile(r"^\s*niv(?:eau)?\s*\.?\s*([1-8])\s*$", re.IGNORECASE)
_NUMBER = re.compile(r"^(RNCP|RS)\s*(\d+)$", re.IGNORECASE)


def level_of(*stated: Any) -> str | None:
    """Read `NIV3`, `Niveau 3`, `niveau3` as one level; None of any other word."""
    for text in stated:
        found = _LEVEL.match(str(text or ""))
        if found:
            return found[1]
    return None


def day_of(stated: Any) -> str | None:
    """Read dd/mm/yyyy; what does not read is passed on, to be noted as such."""
    text = str(stated or "").strip()
    try:
        return datetime.strptime(text, "%d/%m/%Y").date().isoformat()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        return text or None


def number_of(stated: Any) -> dict[str, str | None]:
    """Give the number of a certification, its register, and its digits."""
    found = _NUMBER.match(str(stated or "").strip())
    if found is None:
        return {"number": None, "register": None, "digits": None}
    register = found[1].upper()
    return {"number": f"{register}{found[2]}", "register": register, "digits": found[2]}


def status_of(stated: Any) -> str | None:
    """Read ACTIVE, INACTIVE, Oui, Non."""
    words = {"oui": "active", "active": "active", "non": "inactive", "inactive": "inactive"}
    return words.get(str(stated or "").strip().lower())
