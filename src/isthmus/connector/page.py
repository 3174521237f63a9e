"""What a source gave at once, before anything is understood of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from isthmus.model.run import Rejection


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, as the source wrote them.

    `cursor` is where reading goes on after this page; None after the last one.
    `total` is how many records the source says there are, if it says so.
    `rejected` are things met while cutting the page that are no records at all.
    `missed` says why the list cannot be read whole, where that came out; `noted` is told too, and
    takes nothing from it.
    """

    records: Sequence[Any]
    cursor: str | None = None
    total: int | None = None
    rejected: Sequence[Rejection] = ()
    deleted: Sequence[str] = ()
    etag: str | None = None
    missed: str | None = None
    noted: str | None = None
