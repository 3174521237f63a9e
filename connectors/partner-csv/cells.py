"""The cells of a row, each read by what its column holds; a fault says what would be right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from isthmus.connector.record_fault import RecordFault

SHOWN = 40
_NUMBER = re.compile(r"^\d{1,9}(?:[.,]\d{1,2})?$")
_TAG = re.compile(r"^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?$")
_PERIOD = re.compile(r"^P(?=\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?$")


class Cells:
    """One row; faults are gathered, so that its author sees all of them at once."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._row = row
        self._faults: list[tuple[str, str]] = []

    def fault(self, column: str, message: str) -> None:
        """Note what is wrong in a column."""
        self._faults.append((column, message))

    def raise_faults(self) -> None:
        """Raise, where there was any fault, naming line and column of each."""
        if not self._faults:
            return
        said = "; ".join(f"column {column}: {message}" for column, message in self._faults)
        column = self._faults[0][0]
        blank = column in {"code", "title", "language", "provider"} and not self.text(column)
        reason = "FIELD_MISSING" if blank else "FIELD_INVALID"
        raise RecordFault(f"line {self._row['@line']}: {said}", reason=reason, field=column)

    def text(self, column: str) -> str | None:
        """Give a cell's text; None where it is blank, or the column is not there."""
        return str(self._row.get(column) or "").strip() or None

    def must(self, column: str) -> str:
        """Give the text of a cell that may not be blank."""
        found = self.text(column)
        if found is None:
            self.fault(column, "may not be blank")
        return found or ""

    def several(self, column: str) -> list[str]:
        """Give the parts of a cell, which stand between upright strokes."""
        parts = (part.strip() for part in (self.text(column) or "").split("|"))
        return [part for part in parts if part]

    def number(self, column: str) -> str | None:
        """Read a number; a comma may part its fraction, and nothing parts its thousands."""
        found = self.text(column)
        if found is not None and not _NUMBER.match(found):
            self.fault(column, f"{_shown(found)} is not a number; write 1200 or 36.5")
        return found and found.replace(",", ".")

    def date(self, column: str) -> str | None:
        """Read a date."""
        found = self.text(column)
        try:
            return found and date.fromisoformat(found).isoformat()
        except ValueError:
            self.fault(column, f"{_shown(found)} is not a date; write 2026-03-31")
            return None

    def period(self, column: str) -> str | None:
        """Read a length of time."""
        found = self.text(column)
        if found is not None and not _PERIOD.match(found):
            self.fault(column, f"{_shown(found)} is not a length of time; write P2Y or P18M")
        return found

    def address(self, column: str) -> str | None:
        """Read an address of the web."""
        found = self.text(column)
        if found is not None:
            self._check_address(column, found)
        return found

    def addresses(self, column: str) -> list[str]:
        """Read several addresses."""
        found = self.several(column)
        for one in found:
            self._check_address(column, one)
        return found

    def language(self, column: str) -> str:
        """Read the tag of a language."""
        found = self.must(column)
        if found and not _TAG.match(found):
            self.fault(column, f"{_shown(found)} is not a language; write hi, en or pt-BR")
        return found

    def coded(self, column: str, form: re.Pattern[str], example: str) -> str | None:
        """Read a code of a known form."""
        found = self.text(column)
        if found is not None and not form.match(found):
            self.fault(column, f"{_shown(found)} does not read; write {example}")
        return found

    def choice(self, column: str, words: Mapping[str, str]) -> str | None:
        """Read one of a column's words."""
        found = self.text(column)
        return None if found is None else self._chosen(column, found, words)

    def choices(self, column: str, words: Mapping[str, str]) -> list[str]:
        """Read several of a column's words."""
        chosen = [self._chosen(column, one, words) for one in self.several(column)]
        return [one for one in chosen if one]

    def in_languages(self, column: str) -> dict[str, str]:
        """Give the texts of `column_xx` by their languages."""
        found = {}
        for name in self._row:
            tag = name.removeprefix(f"{column}_")
            text = self.text(name)
            if tag == name or text is None:
                continue
            if _TAG.match(tag):
                found[tag] = text
            else:
                self.fault(name, f"{column}_ is followed by a language, as in {column}_hi")
        return found

    def _chosen(self, column: str, found: str, words: Mapping[str, str]) -> str | None:
        chosen = words.get(found.lower())
        if chosen is None:
            self.fault(column, f"{_shown(found)} is not known; write {', '.join(words)}")
        return chosen

    def _check_address(self, column: str, found: str) -> None:
        if not found.startswith(("https://", "http://")) or " " in found:
            self.fault(column, f"{_shown(found)} is not an address; begin it with https://")


def _shown(found: str | None) -> str:
    return repr((found or "")[:SHOWN])
