"""Texts as sources give them: a string, or a map of languages to strings."""

from __future__ import annotations

from collections.abc import Mapping

from isthmus.model.text import UNDETERMINED, Text
from isthmus.normalise.languages import language_tag


class TitleMissing(ValueError):
    """A record says no title that reads; nothing can be shown of it."""


def text_of(stated: str | Mapping[str, str] | None, language: str) -> Text | None:
    """Give a text in `language` with its translations; None where there are only blanks.

    A map without `language` takes its first entry as its own.
    """
    if stated is None:
        return None
    if isinstance(stated, str):
        value = stated.strip()
        return Text(value, language) if value else None
    found: dict[str, str] = {}
    for key, text in stated.items():
        if isinstance(text, str) and text.strip():
            found.setdefault(language_tag(key) or UNDETERMINED, text.strip())
    if not found:
        return None
    own = language if language in found else next(iter(found))
    return Text(found.pop(own), own, found)


def labels_of(stated: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Give alternative labels by language, blanks and repeats dropped, order kept."""
    found: dict[str, tuple[str, ...]] = {}
    for key, texts in stated.items():
        kept = tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
        if kept:
            found[language_tag(key) or UNDETERMINED] = kept
    return found
