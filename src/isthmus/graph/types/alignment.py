"""How some text or code became a skill."""

from __future__ import annotations

import strawberry

from isthmus.graph.enums import AlignmentMethod
from isthmus.graph.fields import column, inside, one, values
from isthmus.graph.references import SkillRef
from isthmus.graph.rows import CLASSES, SHAPES, Entity, from_rows
from isthmus.graph.scalars import LanguageTag
from isthmus.query.vocabulary import Shape


@from_rows(Shape("SkillAlternative", ""))
@strawberry.type(description="Another skill the same words may mean.")
class SkillAlternative(Entity):
    """An alternative held as JSON."""

    skill: SkillRef | None = one("Skill", "skill", "The other skill.")
    confidence: float = column("confidence", "How sure that reading is, from 0 to 1.")


@from_rows(Shape("SpanOfText", ""))
@strawberry.type(description="A part of a text, counted in characters from 0.")
class SpanOfText(Entity):
    """Where words stand."""

    start: int = column("span_start", "Where it begins.")
    end: int = column("span_end", "Where it ends, not included.")


@from_rows(Shape("SkillAlignment", "qualification_skill", columns={"id": "{t}.ord"}))
@strawberry.type(
    description=(
        "How some text or code became a skill. Unmatched text is kept: `skill` is null and the"
        " method UNMATCHED."
    )
)
class SkillAlignment(Entity):
    """The alignment columns of a row."""

    skill: SkillRef | None = one("Skill", "skill_id", "The skill; null when none was found.")
    stated_as: str = column("stated_as", "The words or the code, as the source has them.")
    language: LanguageTag | None = column("language", "The language of the words.")
    method: AlignmentMethod = column("method", "What the link rests on.")
    confidence: float = column(
        "confidence",
        "From 0 to 1: fixed by what the link rests on (1 for a URI or code, less for an alias,"
        " a plural, running text), not a probability.",
    )
    span: SpanOfText | None = inside(
        "SpanOfText",
        "Where in its text the words were found; null for what is stated as a skill.",
        present="span_start",
    )
    reviewed: bool = column("reviewed", "Whether a person confirmed it.")
    alternatives: list[SkillAlternative] = values(
        "alternatives", "SkillAlternative", "Other skills the same words may mean, best first."
    )


# the same columns stand in two tables
CLASSES["OutcomeAlignment"] = SkillAlignment
SHAPES["OutcomeAlignment"] = Shape("SkillAlignment", "outcome_skill", columns={"id": "{t}.ord"})
