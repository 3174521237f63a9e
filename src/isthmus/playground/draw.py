"""Variety without chance: the same key always draws the same things."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar
from uuid import UUID

Thing = TypeVar("Thing")


class Draw:
    """A sequence of choices that depends on its key alone."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._turn = 0

    def number(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return low + self._next() % (high - low + 1)

    def one(self, things: Sequence[Thing]) -> Thing:
        """Return one of the things."""
        return things[self._next() % len(things)]

    def some(self, things: Sequence[Thing], count: int) -> list[Thing]:
        """Return `count` different things, or all where there are fewer, in drawn order."""
        left = list(things)
        return [left.pop(self._next() % len(left)) for _ in range(min(count, len(left)))]

    def chance(self, percent: int) -> bool:
        """Return true in about `percent` of a hundred draws."""
        return self._next() % 100 < percent

    def _next(self) -> int:
        self._turn += 1
        return _hashed(f"{self._key}#{self._turn}", 8)


def long_number(key: str) -> int:
    """Return a ten-digit number for the key, of the size such systems hand out."""
    return 4_000_000_000 + _hashed(key, 8) % 999_999_999


def uuid_of(key: str) -> UUID:
    """Return a version 4 shaped UUID that depends on the key alone."""
    return UUID(bytes=blake2b(key.encode(), digest_size=16).digest(), version=4)


def _hashed(text: str, size: int) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=size).digest(), "big")
