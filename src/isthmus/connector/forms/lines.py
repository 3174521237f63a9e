"""JSON Lines: a value a line; a line that does not read is rejected, and the next one is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from isthmus.errors import SourceGarbled
from isthmus.model.run import Rejection

LONGEST = 16 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


def lines(stream: BinaryIO) -> Iterator[Any]:
    """Yield the value of each line, or why it has none."""
    number = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            raise SourceGarbled(f"line {number} is over {LONGEST} bytes")
        if number == 1:
            line = line.removeprefix(_BOM)
        if not line.strip():
            continue
        try:
            yield orjson.loads(line)
        except orjson.JSONDecodeError:
            yield Rejection(f"#line-{number}", "LINE_INVALID", f"line {number} is no JSON")
