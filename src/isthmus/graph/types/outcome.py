"""Learning outcomes: the common currency between supply and demand."""

from __future__ import annotations

import strawberry

from isthmus.graph.enums import OutcomeDomain
from isthmus.graph.fields import column, many, one, page, text
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.node import Node, Sourced
from isthmus.graph.references import QualificationRef
from isthmus.graph.rows import Entity, from_rows
from isthmus.graph.scalars import URI
from isthmus.graph.sourced_connection import Connection
from isthmus.graph.types.alignment import SkillAlignment
from isthmus.graph.types.framework import Level
from isthmus.graph.types.skill import NEWEST_FIRST
from isthmus.query.vocabulary import Link, Shape


@from_rows(Shape("LearningOutcome", "learning_outcome", prefix="out", noun="LEARNING_OUTCOME"))
@strawberry.federation.type(description="What a learner knows or can do at the end.", keys=["id"])
class LearningOutcome(Entity, Node, Sourced):
    """A learning outcome."""

    uri: URI | None = column("uri", "Its public name.")
    text: LocalizedText | None = text("text", "The outcome in words.")
    domain: OutcomeDomain = column("domain", "What sort of outcome it is.")
    skills: list[SkillAlignment] = many(
        "OutcomeAlignment",
        Link("outcome_skill", owner="outcome_id"),
        "{t}.ord",
        "The skills it was linked to, and what was not linked.",
    )
    level: Level | None = one("Level", "level_id", "The level, where the source states one.")
    qualifications: Connection[QualificationRef] | None = page(
        "Qualification",
        "The qualifications it is part of; newest first.",
        link=Link("qualification_outcome", owner="outcome_id", target="qualification_id"),
        order=NEWEST_FIRST,
        noun="QUALIFICATION",
    )
