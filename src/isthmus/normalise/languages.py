"""Language tags in the form of BCP 47."""

from __future__ import annotations

import re
from functools import lru_cache

_TAG = re.compile(
    r"^([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?(?:[-_.@].*)?$"
)
_THREE_LETTERS = {
    "afr": "af", "amh": "am", "ara": "ar", "ben": "bn", "bul": "bg", "ces": "cs", "chi": "zh",
    "cze": "cs", "dan": "da", "deu": "de", "dut": "nl", "ell": "el", "eng": "en", "est": "et",
    "fas": "fa", "fin": "fi", "fra": "fr", "fre": "fr", "ger": "de", "gle": "ga", "gre": "el",
    "guj": "gu", "hau": "ha", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "ibo": "ig",
    "ind": "id", "isl": "is", "ita": "it", "jpn": "ja", "kan": "kn", "kor": "ko", "lav": "lv",
    "lit": "lt", "mal": "ml", "mar": "mr", "may": "ms", "mlt": "mt", "msa": "ms", "nep": "ne",
    "nld": "nl", "nor": "no", "ori": "or", "pan": "pa", "per": "fa", "pol": "pl", "por": "pt",
    "ron": "ro", "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl", "som": "so",
    "spa": "es", "swa": "sw", "swe": "sv", "tam": "ta", "tel": "te", "tha": "th", "tur": "tr",
    "ukr": "uk", "urd": "ur", "vie": "vi", "xho": "xh", "yor": "yo", "zho": "zh", "zul": "zu",
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
