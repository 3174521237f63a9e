"""Finds Aadhaar numbers, so that none is ever kept, logged or answered.

Twelve digits, the first from 2 to 9, whose last one is Verhoeff's check digit, written in one run
or in groups of four. One in ten of other such runs passes the check too, and counts as one here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

HIDDEN = "XXXXXXXXXXXX"
_RUN = re.compile(r"(?<![0-9])[2-9][0-9]{3}([ -]?)[0-9]{4}\1[0-9]{4}(?![0-9])")
_UID = re.compile(r"""\b(?:uid|aadhaar|aadhar)\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_MASKED = re.compile(r"[xX*]+[ -]?[xX*]*[ -]?[0-9]{0,4}")
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

_PRODUCT = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
]  # fmt: skip
_SHUFFLE = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]


def is_aadhaar(digits: str) -> bool:
    """Tell whether twelve digits are of the form of an Aadhaar number."""
    return len(digits) == len(HIDDEN) and digits[0] in "23456789" and _checks(digits)


def without_aadhaar(value: T) -> T:
    """Give a value with every Aadhaar number in its texts hidden; dataclasses and maps whole."""
    hidden: Any = value
    if isinstance(value, str):
        hidden = _RUN.sub(_hide, value)
    elif isinstance(value, list | tuple):
        hidden = type(value)(without_aadhaar(item) for item in value)
    elif isinstance(value, Mapping):
        hidden = {key: without_aadhaar(item) for key, item in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        hidden = replace(
            value, **{f.name: without_aadhaar(getattr(value, f.name)) for f in fields(value)}
        )
    found: T = hidden
    return found


def holds_aadhaar(body: bytes) -> bool:
    """Tell whether a document carries such a number in readable text, or a `uid` not blotted out.

    What stands compressed inside a PDF or an image is not seen.
    """
    text = body.decode(_MARKS.get(body[:2], "utf-8"), errors="replace")
    stated = (uid.strip() for uid in _UID.findall(text))
    return any(_numbers(text)) or any(uid and not _MASKED.fullmatch(uid) for uid in stated)


def _numbers(text: str) -> Iterator[str]:
    for run in _RUN.finditer(text):
        digits = re.sub(r"[ -]", "", run[0])
        if _checks(digits):
            yield digits


def _hide(run: re.Match[str]) -> str:
    return HIDDEN if _checks(re.sub(r"[ -]", "", run[0])) else run[0]


def _checks(digits: str) -> bool:
    """Verhoeff's check: the digits, shuffled by their place, come to nought in a dihedral group."""
    state = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit)
        for _ in range(place % 8):
            number = _SHUFFLE[number]
        state = _PRODUCT[state][number]
    return state == 0
