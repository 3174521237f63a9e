"""JSON-LD in the scripts of a page, as search engines read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import orjson

from isthmus.errors import SourceGarbled

_SCRIPT = re.compile(
    rb"<script\b[^>]*\btype\s*=\s*[\"']?application/ld\+json[\"']?[^>]*>(.*?)</script\s*>",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x1f]+")
_WRAPPED = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")


def embedded(page: bytes) -> list[Any]:
    """Give every JSON-LD object of a page; raise where a script does not read."""
    found: list[Any] = []
    for script in _SCRIPT.findall(page):
        found += _laid_open(_read(script))
    return found


def _read(script: bytes) -> Any:
    text = _WRAPPED.sub("", script.decode("utf-8", "replace"))
    for form in (text, _CONTROL.sub(" ", text), unescape(_CONTROL.sub(" ", text))):
        try:  # line breaks inside a text, and entities, are what people write by hand
            return orjson.loads(form)
        except orjson.JSONDecodeError:
            continue
    raise SourceGarbled("holds a JSON-LD script that is no JSON")


def _laid_open(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _laid_open(item)
    elif isinstance(value, dict) and isinstance(value.get("@graph"), list):
        yield from _laid_open(value["@graph"])
    else:
        yield value
