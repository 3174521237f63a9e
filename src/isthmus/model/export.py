"""Exports: everything the hub holds of one learner, as one file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Exported:
    """The file, a ZIP archive, and how many records are in it."""

    content: bytes
    records: int


@dataclass(frozen=True, slots=True)
class Export:
    """An export that is kept until it expires."""

    id: int
    learner_id: int
    state: str
    format: str
    records: int | None
    created_at: datetime
    expires_at: datetime
    content: bytes | None = None
