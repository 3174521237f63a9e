"""What the kit's upstream answers with, and the many ways in which it may do so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto


class Manner(StrEnum):
    """How an answer is put on the wire."""

    WHOLE = auto()
    HANG = auto()
    """Nothing comes, not even a status."""
    DRIP = auto()
    """A byte now and then."""
    ENDLESS = auto()
    """The body never ends."""
    TRUNCATED = auto()
    """The length of the whole body is announced, and half of it sent."""
    RESET = auto()
    """The connection is cut in the middle of the body."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; `length` is announced in place of the body's own."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: Manner = Manner.WHOLE
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One call that came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: str = ""
    body: bytes = b""
