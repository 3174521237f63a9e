"""What can be earned."""

from __future__ import annotations

import strawberry

from isthmus.graph.conditions import VACANCY_CONDITIONS
from isthmus.graph.enums import (
    AssessmentMethod,
    DeliveryMode,
    LearningType,
    RegisterStatus,
    Scale,
)
from isthmus.graph.fields import column, computed, inside, many, one, page, text, values
from isthmus.graph.inputs import VacancyFilter
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.node import Node, Sourced
from isthmus.graph.references import QualificationRef, VacancyRef
from isthmus.graph.rows import Entity, from_rows
from isthmus.graph.scalars import URI, Day, Duration, LanguageTag, Moment
from isthmus.graph.sourced_connection import Connection
from isthmus.graph.types.alignment import SkillAlignment
from isthmus.graph.types.framework import CreditValue, Level
from isthmus.graph.types.organization import Organization
from isthmus.graph.types.outcome import LearningOutcome
from isthmus.graph.types.skill import NEWEST_FIRST
from isthmus.graph.types.values import IDENTIFIED, Identifier, Money, Place, Workload
from isthmus.query.vocabulary import Link, Shape


def supervision() -> None:
    """Give nothing: catalogues do not say it."""


def identification() -> None:
    """Give nothing, as above."""


def results() -> None:
    """Give nothing: a result is of an award."""


@from_rows(Shape("Assessment", ""))
@strawberry.type(description="How achievement is assessed, or was.")
class Assessment(Entity):
    """The assessment of a qualification, or of a credential."""

    method: AssessmentMethod = column("assessment", "The method.")
    supervised: bool | None = computed(
        (), supervision, "Whether somebody watched; null when the source does not say."
    )
    identity_checked: bool | None = computed(
        (),
        identification,
        "Whether it was checked who was assessed; null when the source does not say.",
    )
    result: str | None = computed((), results, "What came of it; null for a qualification.")


@from_rows(
    Shape(
        "Qualification",
        "qualification",
        has_uri=True,
        prefix="qua",
        noun="QUALIFICATION",
        columns={"workload_stated": "coalesce({t}.hours_max::text, {t}.workload_unit)"},
        identified=IDENTIFIED,
    )
)
@strawberry.federation.type(
    description=(
        "What can be earned: any size, partial or full, registered or not. The catalogue entry,"
        " not the award."
    ),
    keys=["id", "uri"],
)
class Qualification(Entity, Node, Sourced):
    """A qualification."""

    scale: Scale = column("scale", "Micro or macro, only where the source says so.")
    updated_at: Moment = column("changed_at", "When the hub last changed this record.")
    uri: URI | None = column("uri", "Its public name, or else a page about it.")
    code: str | None = column("code", "Its code in its catalogue or register.")
    identifiers: list[Identifier] = values("identifiers", "Identifier", "Its identifiers.")
    title: LocalizedText | None = text("title", "What it is called.")
    summary: LocalizedText | None = text("summary", "What it is about.")
    purpose: LocalizedText | None = text("purpose", "What it is for.")
    learning_type: LearningType = column(
        "learning_type", "The setting the learning takes place in."
    )
    partial: bool | None = column(
        "partial", "Whether it is part of a full one; null when the source does not say."
    )
    register_status: RegisterStatus = column("register_status", "Whether it is on offer.")
    provider: Organization | None = one("Organization", "provider_id", "Who provides it.")
    awarding_bodies: list[Organization] = many(
        "Organization",
        Link("qualification_awarding_body", owner="qualification_id", target="organization_id"),
        "{t}.id",
        "Who awards it.",
    )
    level: Level | None = one("Level", "level_id", "Its level; null outside any framework.")
    credits: list[CreditValue] = values("credits", "CreditValue", "Its credit points.")
    workload: Workload | None = inside(
        "Workload", "How much work it is.", present="workload_stated"
    )
    delivery: list[DeliveryMode] = column("delivery", "How it is taught.")
    locations: list[Place] = values("locations", "Place", "Where it is taught.")
    languages: list[LanguageTag] = column("languages", "The languages it is taught in.")
    cost: Money | None = inside(
        "Money", "What it costs; null when the source does not say.", present="cost_amount"
    )
    fields_of_study: list[Identifier] = values(
        "fields_of_study", "Identifier", "Its subjects, by published codes."
    )
    programmes: list[str] = column("programmes", "The programmes it belongs to.")
    outcomes: list[LearningOutcome] = many(
        "LearningOutcome",
        Link("qualification_outcome", owner="qualification_id", target="outcome_id"),
        "{l}.ord, {t}.id",
        "What a learner knows or can do at the end.",
    )
    skills: list[SkillAlignment] = many(
        "SkillAlignment",
        Link("qualification_skill", owner="qualification_id"),
        "{t}.ord",
        "The skills the qualification itself names, and what was not linked; those of its"
        " outcomes stand with the outcomes.",
    )
    assessment: Assessment | None = inside(
        "Assessment", "How achievement is assessed.", present="assessment"
    )
    valid_for: Duration | None = column("valid_for", "How long an award of it stays valid.")
    valid_until: Day | None = column("valid_until", "The last day of the register entry.")
    replaced_by: QualificationRef | None = one(
        "Qualification", "replaced_by_id", "What took its place."
    )
    parts: Connection[QualificationRef] | None = page(
        "Qualification",
        "The qualifications it is made of.",
        link=Link("qualification_part", owner="whole_id", target="part_id", distinct=True),
        noun="QUALIFICATION",
    )
    part_of: Connection[QualificationRef] | None = page(
        "Qualification",
        "The qualifications it is part of.",
        link=Link("qualification_part", owner="part_id", target="whole_id", distinct=True),
        noun="QUALIFICATION",
        first=10,
    )
    vacancies: Connection[VacancyRef] | None = page(
        "Vacancy",
        "Vacancies that ask for a skill it gives; newest first.",
        link=Link(
            "skill_qualification l JOIN vacancy_skill v ON v.skill_id = l.skill_id",
            owner="qualification_id",
            target="vacancy_id",
            distinct=True,
        ),
        conditions=VACANCY_CONDITIONS,
        filter_type=VacancyFilter,
        order=NEWEST_FIRST,
        noun="VACANCY",
    )
