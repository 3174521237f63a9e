"""CSV: rows under a header; one that does not fit it is rejected with its line."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from typing import Any, BinaryIO, Literal

from isthmus.connector.form_words import Csv
from isthmus.connector.forms.header import check_header, delimiter_of
from isthmus.errors import SourceGarbled
from isthmus.model.run import Rejection

LONGEST_CELL = 1_000_000
_ENCODINGS = {"utf-8": "utf-8-sig"}
_QUOTING: dict[str, Literal[0, 3]] = {"double": csv.QUOTE_MINIMAL, "none": csv.QUOTE_NONE}

csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))


def rows(stream: BinaryIO, words: Csv) -> Iterator[Any]:
    """Yield each row as a map from column to text, or why it is none."""
    encoding = _ENCODINGS.get(words.encoding, words.encoding)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    before = words.skip
    reader = csv.reader(text)
    try:
        for _ in itertools.islice(text, words.skip):
            pass
        first = [] if words.header else list(itertools.islice(text, 1))
        delimiter = delimiter_of(first, words)
        lines = itertools.chain(first, text)
        reader = csv.reader(lines, delimiter=delimiter, quoting=_QUOTING[words.quote])
        header = list(words.header) or [cell.strip() for cell in next(reader, [])]
        check_header(header, words, delimiter)
        begins = before + reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                yield _record(header, row, (begins, before + reader.line_num), words)
            begins = before + reader.line_num + 1
    except UnicodeDecodeError:
        line = reader.line_num + before + 1
        raise SourceGarbled(f"is not {words.encoding} after line {line}") from None
    except csv.Error:
        line = reader.line_num + before
        raise SourceGarbled(f"is no CSV after line {line}: a cell does not end") from None
    finally:
        text.detach()


def _record(header: list[str], row: list[str], lines: tuple[int, int], words: Csv) -> Any:
    line, last = lines
    if len(row) < len(header) or any(row[len(header) :]):
        # a quotation mark out of place may swallow the lines after it: they are told of too
        where = f"line {line}" if line == last else f"lines {line} to {last}"
        message = f"{where}: {len(row)} cells under {len(header)} columns"
        return Rejection(f"#line-{line}", "ROW_RAGGED", message)
    found: dict[str, Any] = dict(zip(header, row, strict=False))  # trailing delimiters say nothing
    if words.line is not None:
        found[words.line] = line
    return found
