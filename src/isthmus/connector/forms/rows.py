"""CSV: rows under a header; one that does not fit it is rejected with its line."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from isthmus.connector.form_words import Csv
from isthmus.errors import SourceGarbled
from isthmus.model.run import Rejection

LONGEST_CELL = 1_000_000
_ENCODINGS = {"utf-8": "utf-8-sig"}

csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))


def rows(stream: BinaryIO, words: Csv) -> Iterator[Any]:
    """Yield each row as a map from column to text, or why it is none."""
    encoding = _ENCODINGS.get(words.encoding, words.encoding)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=words.delimiter)
    try:
        for _ in itertools.islice(text, words.skip):
            pass
        header = list(words.header) or [cell.strip() for cell in next(reader, [])]
        _check(header, words)
        for row in reader:
            if any(cell.strip() for cell in row):
                yield _record(header, row, reader.line_num + words.skip)
    except UnicodeDecodeError:
        line = reader.line_num + words.skip + 1
        raise SourceGarbled(f"is not {words.encoding} after line {line}") from None
    except csv.Error:
        line = reader.line_num + words.skip
        raise SourceGarbled(f"is no CSV after line {line}: a cell does not end") from None
    finally:
        text.detach()


def _check(header: Sequence[str], words: Csv) -> None:
    if len(header) < 2 and not words.header:  # noqa: PLR2004 - one column is a wrong delimiter
        found = header[0][:60] if header else "nothing"
        raise SourceGarbled(f"has no columns parted by {words.delimiter!r}; its header is {found}")
    twice = {name for name in header if name and header.count(name) > 1}
    if twice:
        raise SourceGarbled(f"has the column {min(twice)} twice")


def _record(header: Sequence[str], row: list[str], line: int) -> Any:
    if len(row) == len(header):
        return dict(zip(header, row, strict=True))
    if len(row) > len(header) and not any(row[len(header) :]):
        return dict(zip(header, row, strict=False))  # trailing delimiters say nothing
    message = f"line {line}: {len(row)} cells under {len(header)} columns"
    return Rejection(f"#line-{line}", "ROW_RAGGED", message)
