"""The official ESCO download: a zip of CSV files, one classification in one language."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from operator import itemgetter
from pathlib import Path

from isthmus.errors import SourceGarbled

MAX_UNPACKED = 2_000_000_000
PIECE = 1 << 16
"""Bytes unpacked at once; less of them takes a tenth longer."""
MAX_FIELD = 10_000_000
_LANGUAGE = re.compile(r"^(?:skills|occupations|skillGroups|ISCOGroups)_([a-z]{2})\.csv$")

csv.field_size_limit(MAX_FIELD)


class Archive:
    """One zip, its files found by name in whatever folder of it they stand."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(path)
            members = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, EOFError):
            raise SourceGarbled(f"{name} is not a whole zip file") from None
        if sum(member.file_size for member in members) > MAX_UNPACKED:
            raise SourceGarbled(f"{name} unpacks to more than {MAX_UNPACKED} bytes")
        self._members = {Path(member.filename).name: member for member in members}
        self.language = self._find_language()

    def has(self, file: str) -> bool:
        """Tell whether the archive holds a file of this name."""
        return file in self._members

    def rows(self, file: str, *columns: str) -> Iterator[tuple[str, ...]]:
        """Yield the named columns of every row of a file; raise naming what is wrong and where."""
        member = self._members.get(file)
        if member is None:
            raise SourceGarbled(f"{self.name} holds no {file}")
        reader = csv.reader(())
        try:
            with self._zip.open(member) as raw:
                large = io.BufferedReader(raw, PIECE)  # type: ignore[type-var]  # it is raw enough
                reader = csv.reader(io.TextIOWrapper(large, encoding="utf-8-sig", newline=""))
                header = next(reader, [])
                places = [self._place(header, column, file) for column in columns]
                least = max(places) + 1
                wanted = _cells(places)
                for row in reader:
                    if len(row) >= least:
                        yield wanted(row)
                    elif any(row):
                        place = f"{file} line {reader.line_num}"
                        raise SourceGarbled(f"{place}: {len(row)} columns where {least} are needed")
        except UnicodeDecodeError:
            line = max(reader.line_num, 1)
            raise SourceGarbled(f"{file} is not UTF-8 after line {line}") from None
        except (csv.Error, zipfile.BadZipFile, EOFError, OSError, zlib.error):
            line = max(reader.line_num, 1)
            raise SourceGarbled(f"{file} breaks off or does not unpack after line {line}") from None

    def _place(self, header: list[str], column: str, file: str) -> int:
        if column not in header:
            found = ", ".join(header[:12]) or "nothing"
            raise SourceGarbled(f"{file} lacks the column {column}; it has {found}")
        return header.index(column)

    def _find_language(self) -> str:
        for file in self._members:
            found = _LANGUAGE.match(file)
            if found:
                return found[1]
        raise SourceGarbled(f"{self.name} holds none of the files of an ESCO download")


def _cells(places: list[int]) -> Callable[[list[str]], tuple[str, ...]]:
    """Give the function that takes some cells of a row; one that takes several is the faster."""
    if len(places) == 1:
        return lambda row: (row[places[0]],)
    return itemgetter(*places)
