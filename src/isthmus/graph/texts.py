"""Texts of documents, which stand in no row, in the best language for the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from isthmus.graph.fields import GraphInfo, Languages, asked
from isthmus.graph.localized_text import LocalizedText
from isthmus.model.text import Text
from isthmus.query.languages import choose


def text_columns(name: str, text: Text | None) -> Mapping[str, Any]:
    """Give a text as the columns that hold one."""
    if text is None:
        return {}
    others = orjson.dumps(dict(text.others)).decode() if text.others else None
    return {name: text.value, f"{name}_lang": text.language, f"{name}_i18n": others}


def in_language(info: GraphInfo, lang: Languages, text: Text | None) -> LocalizedText | None:
    """Give a text in the language that fits best."""
    held = text_columns("text", text)
    chosen = choose(
        held.get("text"), held.get("text_lang"), held.get("text_i18n"), asked(info, lang or None)
    )
    return None if chosen is None else LocalizedText.of(chosen)
