"""Folds what does not change the meaning of a label: case, punctuation, plural."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from isthmus.model.text import UNDETERMINED

MARKS = "".join(
    chr(c) for c in range(0x300, 0x10000) if unicodedata.category(chr(c)).startswith("M")
)
"""Signs that belong to the letter before them: the vowels of Hindi, accents written apart."""

_NOT_WORD = re.compile(rf"[^\w+#{MARKS}]+")
_UNWRITTEN = re.compile("[\u0640\u064b-\u065f\u0670]")  # Arabic: short vowels, lengthened strokes
_ASCII = bytes(range(128))
_ASCII_IN_PLACE = bytes(
    ord(chr(b).lower()) if chr(b).isalnum() or chr(b) in "+#" else ord(" ") for b in range(128)
) + bytes(range(128, 256))
_ASCII_FOLDED = _ASCII_IN_PLACE[:128].decode()
_ROMANCE = frozenset({"es", "fr", "it", "pt"})
_IBERIAN_ENDINGS = (("ões", "ão"), ("iones", "ión"), ("ais", "al"))
_BEFORE_ES = {"es": "ndlrzj", "pt": "rz"}
"""Consonants that take -es: redes is the plural of red in Spanish, of rede in Portuguese."""
_ROMANCE_PLURALS = {
    "fr": (("s", "s"), ("x", "x"), ("z", "z"), ("eau", "eaux"), ("al", "aux")),
    "es": (("s", "s"), ("x", "x"), ("z", "ces"), ("ión", "iones")),
    "pt": (("s", "s"), ("x", "x"), ("ão", "ões"), ("al", "ais"), ("m", "ns")),
}
MAX_VARIANTS = 6
LONGEST_INFLECTED = 3
"""Longer labels are phrases, found as they stand."""


def fold(text: str) -> str:
    """Fold case and punctuation; `+` and `#` stay, since C, C++ and C# are three things."""
    if text.isascii():
        return " ".join(text.translate(_ASCII_FOLDED).split())
    text = _UNWRITTEN.sub("", unicodedata.normalize("NFC", text))
    return _NOT_WORD.sub(" ", text.casefold().replace("_", " ")).strip()


def fold_in_place(text: str) -> bytes:
    """Fold running text so that each character keeps its place; gives UTF-8."""
    data = text.encode()
    if len(data) > len(text):
        others = _not_ascii(data)
        if not all(map(_is_small, others)):  # to lower the whole text takes longest of all here
            text = text.replace("İ", "i").lower()  # the one letter that grows when it is lowered
            data = text.encode()
            others = _not_ascii(data)
        for character in others:
            if not _is_of_a_word(character):
                data = data.replace(character.encode(), b" ")
    return data.translate(_ASCII_IN_PLACE)


def _not_ascii(data: bytes) -> set[str]:
    return set(data.translate(None, _ASCII).decode())


@lru_cache(maxsize=4096)
def _is_small(character: str) -> bool:
    return character.lower() == character


@lru_cache(maxsize=4096)
def _is_of_a_word(character: str) -> bool:
    return character.isalnum() or character in MARKS


@lru_cache(maxsize=65_536)
def singular(word: str, language: str) -> str:
    """Give the singular of a folded word, by the regular endings of its language."""
    if language == "en":
        return _english_singular(word)
    if language in {"es", "pt"}:
        return _iberian_singular(word, _BEFORE_ES[language])
    if language == "fr":
        return _french_singular(word)
    return word


def _english_singular(word: str) -> str:
    if len(word) < 4 or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return word
    if word in {"news", "series", "species"}:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1]


def _french_singular(word: str) -> str:
    if len(word) > 4 and word.endswith("aux") and word[-4] != "e":
        return word[:-2] + "l"
    if len(word) > 3 and word[-1] in "sx" and not word.endswith(("ss", "us")):
        return word[:-1]
    return word


def _iberian_singular(word: str, before_es: str) -> str:
    for many, one in _IBERIAN_ENDINGS:
        if word.endswith(many) and len(word) > len(many) + 1:
            return word[: -len(many)] + one
    if len(word) > 4 and word.endswith("es") and word[-3] in before_es:
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
        return _romance_plural(word, language)
    return word


def _romance_plural(word: str, language: str) -> str:
    for one, many in _ROMANCE_PLURALS[language]:
        if word.endswith(one):
            return word[: -len(one)] + many
    return word + ("s" if language == "fr" or word[-1:] in set("aeiouáéíóú") else "es")


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
