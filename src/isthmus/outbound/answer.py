"""What a source answered, read as what it should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from isthmus.errors import SourceGarbled

EXCERPT = 60
LONGEST_CHARACTER = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer; header names are lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Decode the body as JSON; raise `SourceGarbled` saying what it is instead."""
        body = self.body.removeprefix(b"\xef\xbb\xbf")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise SourceGarbled(self._not_json(body, error)) from None

    def text(self) -> str:
        """Decode the body as UTF-8 text."""
        try:
            return self.body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            message = f"expected UTF-8 text, found byte 0x{self.body[error.start]:02x}"
            raise SourceGarbled(f"{message} at offset {error.start}") from None

    def _not_json(self, body: bytes, error: orjson.JSONDecodeError) -> str:
        kind = self.headers.get("content-type", "no content type")
        if not body.strip():
            return "expected JSON, found an empty body"
        if body.lstrip()[:1] == b"<":
            return f"expected JSON, found markup ({kind}): {_excerpt(body)}"
        wrong = _first_not_utf8(body)
        if len(body) - wrong >= LONGEST_CHARACTER:
            return f"expected JSON in UTF-8, found byte 0x{body[wrong]:02x} at offset {wrong}"
        if wrong < len(body) or error.pos >= len(body.rstrip()) - 1:
            return f"expected JSON, found a body cut off after {len(body)} bytes"
        return f"expected JSON ({kind}); line {error.lineno} column {error.colno} does not read"


def _first_not_utf8(body: bytes) -> int:
    """Give the offset of the first byte that is not UTF-8; the length where all of them are."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(body)


def _excerpt(body: bytes) -> str:
    text = body[: EXCERPT * 2].decode("utf-8", errors="replace")
    return repr(" ".join(text.split())[:EXCERPT])
