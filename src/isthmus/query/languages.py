"""Choosing the best language for a request among those a text has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import orjson

RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "ckb", "he", "ps", "sd", "ug", "ur", "yi"})
_QUALITY = re.compile(r";\s*q=([0-9.]+)")
MOST = 20
REGION = 2


class Chosen(NamedTuple):
    """A text in one language."""

    value: str
    language: str
    is_fallback: bool

    @property
    def direction(self) -> str:
        """Whether the language is written from the left or from the right."""
        return direction(self.language)


def direction(tag: str) -> str:
    """Tell whether a language is written from the left or from the right."""
    return "RTL" if tag.partition("-")[0] in RIGHT_TO_LEFT else "LTR"


def choose(
    value: str | None, language: str | None, others: str | None, asked: Sequence[str]
) -> Chosen | None:
    """Choose among a text's own language and its translations (JSON) by the order asked.

    A tag matches itself, then without its region, then any region of the same language. With
    nothing asked, or nothing that fits, the text's own language stands.
    """
    if value is None or language is None:
        return None
    if not asked or asked[0] == language:
        return Chosen(value, language, is_fallback=False)
    translations: Mapping[str, str] = orjson.loads(others) if others else {}
    best = best_of((language, *translations), asked)
    fallback = not fits(best or language, asked[0])
    if best is None or best == language:
        return Chosen(value, language, is_fallback=fallback)
    return Chosen(translations[best], best, is_fallback=fallback)


def choose_list(held: str | None, asked: Sequence[str]) -> list[Chosen]:
    """Choose, of texts held as JSON by language, those in the language that fits best."""
    by_language: Mapping[str, list[str]] = orjson.loads(held) if held else {}
    if not by_language:
        return []
    best = best_of(by_language, asked)
    tag = best or next(iter(by_language))
    fallback = bool(asked) and (best is None or not fits(best, asked[0]))
    return [Chosen(value, tag, fallback) for value in by_language[tag]]


def best_of(held: Iterable[str], asked: Sequence[str]) -> str | None:
    """Find the tag among `held` that comes first in the order `asked`."""
    tags = list(held)
    for wanted in asked:
        if wanted in tags:
            return wanted
        for tag in tags:
            if fits(tag, wanted):
                return tag
    return None


def fits(tag: str, wanted: str) -> bool:
    """Tell whether a text in `tag` answers a wish for `wanted`: one language, any region."""
    return tag.partition("-")[0] == wanted.partition("-")[0]


def _cased(tag: str) -> str:
    """Write a tag as they stand in the store: the language in small letters, a region in large."""
    language, *rest = tag.split("-")
    return "-".join([language.lower(), *(p.upper() if len(p) == REGION else p for p in rest)])


@lru_cache(maxsize=1024)
def accepted(header: str) -> tuple[str, ...]:
    """Read an Accept-Language header: tags, best first; `*` and refused ones left out."""
    found = []
    for place, part in enumerate(header.split(",")[:MOST]):
        tag, quality = part.partition(";")[0].strip(), _QUALITY.search(part)
        try:
            weight = float(quality[1]) if quality else 1.0
        except ValueError:
            weight = 0.0
        if tag and tag != "*" and weight > 0:
            found.append((-weight, place, _cased(tag)))
    return tuple(tag for _, _, tag in sorted(found))
