"""Jobs offered now."""

from __future__ import annotations

import strawberry

from isthmus.graph.enums import EmploymentType, RequirementKind, VacancyStatus
from isthmus.graph.fields import column, inside, many, one, text, values
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.node import Node, Sourced
from isthmus.graph.rows import Entity, from_rows
from isthmus.graph.scalars import URI, Moment
from isthmus.graph.types.alignment import SkillAlignment
from isthmus.graph.types.framework import Level
from isthmus.graph.types.occupation import Occupation
from isthmus.graph.types.organization import Organization
from isthmus.graph.types.qualification import Qualification
from isthmus.graph.types.values import Place, SalaryRange
from isthmus.query.vocabulary import Link, Shape


@from_rows(Shape("Requirement", "requirement", columns={"id": "{t}.ord"}))
@strawberry.type(description="One thing a vacancy asks for.")
class Requirement(Entity):
    """A requirement."""

    kind: RequirementKind = column("kind", "What sort of thing it is.")
    must: bool = column("must", "True where the source says that it must be met.")
    weight: float | None = column("weight", "How much it counts, where the source says so.")
    skill: SkillAlignment | None = inside(
        "SkillAlignment", "The skill, and how it was found.", present="method"
    )
    qualification: Qualification | None = one(
        "Qualification", "qualification_id", "The qualification asked for."
    )
    level: Level | None = one("Level", "level_id", "The level asked for.")
    stated_as: str | None = column("stated_as", "The vacancy's own words.")


@from_rows(Shape("Vacancy", "vacancy", has_uri=True, prefix="vac", noun="VACANCY"))
@strawberry.federation.type(description="A job offered now.", keys=["id", "uri"])
class Vacancy(Entity, Node, Sourced):
    """A vacancy."""

    status: VacancyStatus = column("status", "Whether one can apply.")
    uri: URI | None = column("uri", "Its public address.")
    title: LocalizedText | None = text("title", "What the job is called.")
    description: LocalizedText | None = text(
        "description", "What the job is about, as plain text with line breaks."
    )
    employer: Organization | None = one("Organization", "employer_id", "Who offers it.")
    occupation: Occupation | None = one(
        "Occupation",
        "occupation_id",
        "The occupation, only where the title or a code names exactly one.",
    )
    requirements: list[Requirement] = many(
        "Requirement",
        Link("requirement", owner="vacancy_id"),
        "{t}.ord",
        "What it asks for: what the source states, then what its texts name.",
        assumed=50,
    )
    locations: list[Place] = values("locations", "Place", "Where the work is.")
    remote: bool | None = column(
        "remote", "Whether it is done from afar; null when the source does not say."
    )
    employment_type: EmploymentType = column("employment_type", "The form of employment.")
    salary: SalaryRange | None = inside(
        "SalaryRange", "The pay, where it is stated.", present="salary_currency"
    )
    published_at: Moment | None = column("published_at", "When it was published.")
    closes_at: Moment | None = column("closes_at", "Until when one can apply.")
    apply_url: URI | None = column("apply_url", "Where to apply.")
    updated_at: Moment = column("changed_at", "When the hub last changed this record.")
