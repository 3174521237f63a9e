"""Parts of a JSON text as they stand in it: what is signed must not be written anew."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\n\r,:]*")
_DECODER = json.JSONDecoder()


def part_of(text: str, *path: str | int) -> str:
    """Give the text of the value that a path leads to, in JSON that was read before."""
    start, end = _value(text, 0)
    for step in path:
        pairs = _members(text, start) if isinstance(step, str) else _items(text, start)
        start, end = next(place for name, place in pairs if name == step)
    return text[start:end]


def _members(text: str, start: int) -> Iterator[tuple[str | int, tuple[int, int]]]:
    at = _skip(text, start + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        place = _value(text, at)
        yield name, place
        at = _skip(text, place[1])


def _items(text: str, start: int) -> Iterator[tuple[str | int, tuple[int, int]]]:
    at, number = _skip(text, start + 1), 0
    while text[at] != "]":
        place = _value(text, at)
        yield number, place
        at, number = _skip(text, place[1]), number + 1


def _value(text: str, at: int) -> tuple[int, int]:
    start = _skip(text, at)
    return start, _DECODER.raw_decode(text, start)[1]


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at
