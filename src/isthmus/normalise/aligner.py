"""What turns words into skills, as far as this package needs to know of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from isthmus.model.alignment import Alignment


class Aligner(Protocol):
    """Links statements and texts; whoever calls the functions here brings one."""

    def statement(
        self,
        text: str | None,
        *,
        uri: str | None = None,
        scheme: str | None = None,
        code: str | None = None,
        language: str = "und",
    ) -> Alignment:
        """Link one statement; UNMATCHED when nothing fits."""
        ...

    def mentions(self, text: str, language: str) -> Sequence[Alignment]:
        """Find the skills that a running text names, with their places in it."""
        ...

    def occupation(
        self, label: str | None, language: str, *, uri: str | None = None, code: str | None = None
    ) -> int | None:
        """Find the occupation a title or code names exactly; None when none or several do."""
        ...
