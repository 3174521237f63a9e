"""Folds what does not change the meaning of a label: case, punctuation, plural."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from isthmus.model.text import UNDETERMINED

_NOT_WORD = re.compile(r"[^\w+#]+|_")
_ROMANCE = frozenset({"es", "fr", "it", "pt"})
MAX_VARIANTS = 6
LONGEST_INFLECTED = 3
"""Longer labels are phrases, found as they stand."""


def fold(text: str) -> str:
    """Fold case and punctuation; `+` and `#` stay, since C, C++ and C# are three things."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFC", text).casefold()).strip()


@lru_cache(maxsize=65_536)
def singular(word: str, language: str) -> str:
    """Give the singular of a folded word, by the regular endings of its language."""
    if language == "en":
        return _english_singular(word)
    if language in {"es", "pt"}:
        return _iberian_singular(word)
    if language == "fr" and len(word) > 3 and word[-1] in "sx" and not word.endswith(("ss", "us")):
        return word[:-1]
    return word


def _english_singular(word: str) -> str:
    if len(word) < 4 or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1]


def _iberian_singular(word: str) -> str:
    if word.endswith("ões") and len(word) > 4:
        return word[:-3] + "ão"
    if len(word) > 4 and word.endswith("es") and word[-3] in "ndlrzj":
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "is", "us")):
        return word[:-1]
    return word


def plural(word: str, language: str) -> str:
    """Give the regular plural of a folded word; the word itself where no rule is known."""
    if language == "en":
        if word.endswith("y") and word[-2:-1] not in set("aeiou") and len(word) > 2:
            return word[:-1] + "ies"
        return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")
    if language in _ROMANCE - {"it"}:
        if word.endswith(("s", "x", "z")):
            return word
        if language == "fr" or word[-1:] in set("aeiouáéíóú"):
            return word + "s"
        return word + "es"
    return word


def number_folded(folded: str, language: str) -> str:
    """Fold every word of a folded text to its singular."""
    if language == UNDETERMINED:
        return folded
    return " ".join([singular(word, language) for word in folded.split()])


def variants(folded: str, language: str) -> list[str]:
    """List the forms a label may take in running text, itself first.

    The noun that takes the plural is the last word in Germanic languages, mostly the first in
    Romance ones; both forms are given there.
    """
    words = folded.split()
    if not words or len(words) > LONGEST_INFLECTED:
        return [folded] if words else []
    forms = [folded, number_folded(folded, language)]
    ends = [len(words) - 1] if language not in _ROMANCE else [0, len(words) - 1]
    for at in dict.fromkeys(ends):
        one = singular(words[at], language)
        forms.append(" ".join([*words[:at], plural(one, language), *words[at + 1 :]]))
    return list(dict.fromkeys(forms))[:MAX_VARIANTS]
