"""Skills and the schemes they are published in."""

from __future__ import annotations

from typing import Annotated

import strawberry

from isthmus.graph.conditions import QUALIFICATION_CONDITIONS, VACANCY_CONDITIONS
from isthmus.graph.enums import MappingRelation, SkillKind, SkillRelation, SkillReuse
from isthmus.graph.fields import column, many, one, page, text, texts
from isthmus.graph.inputs import QualificationFilter, VacancyFilter
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.node import Node, Sourced
from isthmus.graph.references import OccupationRef, QualificationRef, SourceRef, VacancyRef
from isthmus.graph.rows import Entity, from_rows
from isthmus.graph.scalars import URI, LanguageTag, Moment
from isthmus.graph.sourced_connection import Connection
from isthmus.query.vocabulary import Condition, Link, Shape, Sort

NEWEST_FIRST = Sort("{t}.id", "bigint", descends=True)
CODED = (
    "{t}.code = {1} AND {t}.scheme_id IN (SELECT id FROM concept_scheme WHERE {0} IN (name, uri))"
)
"""How a concept is found by its code in a scheme, named by its URI or its name."""
RELATION = Condition("{l}.relation = {0}", read=lambda value: (str(value),))


@from_rows(Shape("ConceptScheme", "concept_scheme", in_catalogue=True, prefix="sch"))
@strawberry.federation.type(
    description="A published list of skills or occupations, in one version.", keys=["id"]
)
class ConceptScheme(Entity, Node):
    """A scheme."""

    name: str = column("name", "What it is called.")
    version: str = column("version", "Which version.")
    uri: URI | None = column("uri", "Its public name.")
    languages: list[LanguageTag] = column("languages", "The languages its labels were read in.")


@from_rows(Shape("SkillMapping", "skill_mapping"))
@strawberry.type(description="A stated relation to another skill.")
class SkillMapping(Entity):
    """A mapping."""

    target: Annotated[Skill, strawberry.lazy("isthmus.graph.types.skill")] = one(
        "Skill", "target_id", "The other skill."
    )
    relation: MappingRelation = column("relation", "The relation.")
    source: SourceRef = one("Source", "source_id", "Who stated it.")
    source_version: str | None = column("source_version", "In which version of its table.")
    confidence: float | None = column("confidence", "How sure it is, where that is stated.")
    reviewed: bool = column("reviewed", "Whether a person confirmed it.")


@from_rows(
    Shape(
        "Skill",
        "skill",
        in_catalogue=True,
        has_uri=True,
        prefix="skl",
        noun="SKILL",
        identified=CODED,
    )
)
@strawberry.federation.type(
    description="A skill of a published scheme in one version.", keys=["id", "uri"]
)
class Skill(Entity, Node, Sourced):
    """A skill."""

    updated_at: Moment = column("changed_at", "When the hub last changed this record.")
    uri: URI = column("uri", "Its public name, which never changes.")
    scheme: ConceptScheme = one("ConceptScheme", "scheme_id", "The scheme it stands in.")
    code: str | None = column("code", "Its code in the scheme, where it has one.")
    label: LocalizedText | None = text("label", "What it is called.")
    alt_labels: list[LocalizedText] = texts("alt_labels", "Other names of it.")
    description: LocalizedText | None = text("description", "What it means.")
    kind: SkillKind = column("kind", "What sort of ability it is.")
    reuse: SkillReuse = column("reuse", "How widely it is used.")
    is_group: bool = column("is_group", "True for a heading that only gathers skills.")
    deprecated: bool = column("deprecated", "True when it left its scheme.")
    broader: list[Annotated[Skill, strawberry.lazy("isthmus.graph.types.skill")]] = many(
        "Skill",
        Link("skill_broader", owner="skill_id", target="broader_id"),
        "{t}.id",
        "The skills or headings right above it.",
    )
    narrower: Connection[Annotated[Skill, strawberry.lazy("isthmus.graph.types.skill")]] | None = (
        page(
            "Skill",
            "The skills right below it.",
            link=Link("skill_broader", owner="broader_id", target="skill_id"),
            noun="SKILL",
        )
    )
    mappings: list[SkillMapping] = many(
        "SkillMapping",
        Link("skill_mapping", owner="skill_id"),
        "{t}.id",
        "Stated relations to other skills.",
    )
    replaced_by: list[Annotated[Skill, strawberry.lazy("isthmus.graph.types.skill")]] = many(
        "Skill",
        Link("skill_replacement", owner="skill_id", target="replacement_id"),
        "{t}.id",
        "What took its place; empty when nothing did, or nobody says.",
    )
    occupations: Connection[OccupationRef] | None = page(
        "Occupation",
        "The occupations that ask for it.",
        link=Link("occupation_skill", owner="skill_id", target="occupation_id"),
        noun="OCCUPATION",
        arguments={"relation": (SkillRelation, "Only those with this relation.", RELATION)},
    )
    qualifications: Connection[QualificationRef] | None = page(
        "Qualification",
        "The qualifications that give it, by themselves or by an outcome; newest first.",
        link=Link("skill_qualification", owner="skill_id", target="qualification_id"),
        conditions=QUALIFICATION_CONDITIONS,
        filter_type=QualificationFilter,
        order=NEWEST_FIRST,
        noun="QUALIFICATION",
    )
    vacancies: Connection[VacancyRef] | None = page(
        "Vacancy",
        "The vacancies that ask for it; newest first.",
        link=Link("vacancy_skill", owner="skill_id", target="vacancy_id"),
        conditions=VACANCY_CONDITIONS,
        filter_type=VacancyFilter,
        order=NEWEST_FIRST,
        noun="VACANCY",
    )
