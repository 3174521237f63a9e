"""The part of CBOR that proofs are packed in: numbers, bytes, texts, lists and maps, bounded."""

from __future__ import annotations

import struct
from typing import Any

_DEEPEST = 8


def read(data: bytes, at: int = 0, depth: int = 0) -> tuple[Any, int]:
    """Read one value and where it ends; a map is a list of pairs. Raise `ValueError`."""
    try:
        return _read(data, at, depth)
    except (IndexError, struct.error):
        raise ValueError("cut off") from None


def _read(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    major, size, at = _head(data, at)
    if major in (0, 1):
        return (size if major == 0 else -1 - size), at
    if major in (2, 3):
        found = data[at : at + size]
        if len(found) < size:
            raise ValueError("cut off")
        return (found if major == 2 else found.decode()), at + size  # noqa: PLR2004
    if major in (4, 5) and size <= len(data):
        return _many(data, at, depth, size, pairs=major == 5)  # noqa: PLR2004
    raise ValueError("not used by proofs")


def _many(data: bytes, at: int, depth: int, size: int, *, pairs: bool) -> tuple[Any, int]:
    found = []
    for _ in range(size):
        item, at = _read(data, at, depth + 1)
        if pairs:
            value, at = _read(data, at, depth + 1)
            item = [item, value]
        found.append(item)
    return found, at


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    major, size, at = data[at] >> 5, data[at] & 31, at + 1
    for code, form in ((24, ">B"), (25, ">H"), (26, ">I"), (27, ">Q")):
        if size == code:
            (long,) = struct.unpack_from(form, data, at)
            return major, long, at + struct.calcsize(form)
    if size > 27:  # noqa: PLR2004 - of no stated length
        raise ValueError("of no stated length")
    return major, size, at
