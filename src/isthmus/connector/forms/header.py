"""The header of a CSV file: what parts its columns, and whether they are the right ones."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from isthmus.connector.form_words import Csv
from isthmus.errors import SourceGarbled

DELIMITERS = (",", ";", "\t", "|")


def delimiter_of(first: Sequence[str], words: Csv) -> str:
    """Give the delimiter; where it is left to the header, the one that parts it most."""
    if words.delimiter != "auto":
        return words.delimiter
    header = first[0] if first else ""
    return max(DELIMITERS, key=header.count)


def check_header(header: Sequence[str], words: Csv, delimiter: str) -> None:
    """Raise where a header has too few columns, one twice, or the wrong ones."""
    if len(header) < 2 and not words.header:  # noqa: PLR2004 - one column is a wrong delimiter
        found = header[0][:60] if header else "nothing"
        raise SourceGarbled(f"has no columns parted by {delimiter!r}; its header is {found}")
    twice = {name for name in header if name and header.count(name) > 1}
    if twice:
        raise SourceGarbled(f"has the column {min(twice)} twice")
    faults = [*_unknown(header, words), *_absent(header, words)]
    if faults:
        raise SourceGarbled(f"line {words.skip + 1}: {'; '.join(faults)}")


def _unknown(header: Sequence[str], words: Csv) -> list[str]:
    if not words.columns:
        return []
    return [
        f"there is no column {name[:40]!r}{_meant(name, words.columns)}"
        for name in header
        if name and not any(fnmatchcase(name, pattern) for pattern in words.columns)
    ]


def _absent(header: Sequence[str], words: Csv) -> list[str]:
    return [f"the column {name!r} is missing" for name in words.needs if name not in header]


def _meant(name: str, columns: Sequence[str]) -> str:
    near = get_close_matches(name.strip().lower().replace(" ", "_"), columns, n=1)
    return f", did you mean {near[0]!r}?" if near else ""
