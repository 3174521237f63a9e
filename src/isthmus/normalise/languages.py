"""Language tags in the form of BCP 47."""

from __future__ import annotations

import re
from functools import lru_cache

_TAG = re.compile(
    r"^([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_.@].*)?$"
)
_THREE_LETTERS = {
    "ara": "ar", "deu": "de", "dut": "nl", "ell": "el", "eng": "en", "fra": "fr", "fre": "fr",
    "ger": "de", "gre": "el", "hin": "hi", "ita": "it", "jpn": "ja", "nld": "nl", "pol": "pl",
    "por": "pt", "rus": "ru", "spa": "es", "swa": "sw", "swe": "sv", "tur": "tr", "zho": "zh",
}  # fmt: skip
_NAMES = {
    "arabic": "ar", "english": "en", "french": "fr", "german": "de", "hindi": "hi",
    "italian": "it", "portuguese": "pt", "spanish": "es", "swahili": "sw",
}  # fmt: skip


@lru_cache(maxsize=4096)
def language_tag(stated: str | None) -> str | None:
    """Read `en_us`, `EN`, `eng` or `English` as a BCP 47 tag; None where it is none."""
    if not stated:
        return None
    found = _TAG.match(stated.strip())
    if found is None:
        return _NAMES.get(stated.strip().lower())
    language, script, region = found.groups()
    language = _THREE_LETTERS.get(language.lower(), language.lower())
    parts = [language, script.title() if script else None, region.upper() if region else None]
    return "-".join(part for part in parts if part)


def primary(tag: str) -> str:
    """Give the language alone: `pt` of `pt-BR`."""
    return tag.partition("-")[0]
