"""Text in one language, with what a front end needs to show it rightly."""

from __future__ import annotations

from typing import Self

import strawberry
from strawberry.federation.schema_directives import Cost

from isthmus.graph.enums import TextDirection, TextOrigin
from isthmus.graph.scalars import LanguageTag
from isthmus.query.languages import Chosen


@strawberry.federation.type(
    description="Text in the best language the hub has for the request.",
    shareable=True,
    directives=[Cost(weight=0)],
)
class LocalizedText:
    """A text, its language, and whether another language was wanted."""

    value: str = strawberry.field(description="The text.")
    language: LanguageTag = strawberry.field(description="The language it is in.")
    direction: TextDirection = strawberry.field(description="For the `dir` attribute of a page.")
    is_fallback: bool = strawberry.field(description="True when the asked language was missing.")
    origin: TextOrigin = strawberry.field(description="Who put it into this language.")

    @classmethod
    def of(cls, chosen: Chosen) -> Self:
        """Make one of a choice among a text's languages."""
        return cls(
            value=chosen.value,
            language=LanguageTag(chosen.language),
            direction=TextDirection[chosen.direction],
            is_fallback=chosen.is_fallback,
            origin=TextOrigin.SOURCE,
        )
