"""Occupations and the skills they ask for."""

from __future__ import annotations

import strawberry

from isthmus.graph.conditions import VACANCY_CONDITIONS
from isthmus.graph.enums import MappingRelation, SkillRelation
from isthmus.graph.fields import column, many, one, page, text, texts
from isthmus.graph.inputs import VacancyFilter
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.node import Node, Sourced
from isthmus.graph.references import OccupationRef, SourceRef, VacancyRef
from isthmus.graph.rows import Entity, from_rows
from isthmus.graph.scalars import URI, Moment
from isthmus.graph.sourced_connection import Connection
from isthmus.graph.types.skill import CODED, NEWEST_FIRST, ConceptScheme, Skill
from isthmus.query.vocabulary import Condition, Link, Shape, Sort


@from_rows(
    Shape(
        "OccupationSkill",
        "occupation_skill",
        key="skill_id",
        joins="JOIN occupation whose ON whose.id = t.occupation_id",
        columns={"id": "{t}.skill_id", "source_id": "whose.source_id"},
    )
)
@strawberry.type(description="A skill that an occupation needs or may ask for.")
class OccupationSkill(Entity):
    """A skill of an occupation."""

    skill: Skill = one("Skill", "skill_id", "The skill.")
    relation: SkillRelation = column("relation", "Needed, or perhaps asked for.")
    importance: float | None = column("importance", "From 0 to 1, where the scheme rates it.")


@from_rows(Shape("OccupationMapping", "occupation_mapping"))
@strawberry.type(description="A stated relation to another occupation.")
class OccupationMapping(Entity):
    """A mapping."""

    target: OccupationRef = one("Occupation", "target_id", "The other occupation.")
    relation: MappingRelation = column("relation", "The relation.")
    source: SourceRef = one("Source", "source_id", "Who stated it.")
    source_version: str | None = column("source_version", "In which version of its table.")


@from_rows(
    Shape(
        "Occupation",
        "occupation",
        in_catalogue=True,
        has_uri=True,
        prefix="occ",
        noun="OCCUPATION",
        identified=CODED,
    )
)
@strawberry.federation.type(
    description="An occupation of a published scheme in one version.", keys=["id", "uri"]
)
class Occupation(Entity, Node, Sourced):
    """An occupation."""

    updated_at: Moment = column("changed_at", "When the hub last changed this record.")
    uri: URI = column("uri", "Its public name, which never changes.")
    scheme: ConceptScheme = one("ConceptScheme", "scheme_id", "The scheme it stands in.")
    code: str | None = column("code", "Its code in the scheme.")
    isco_group: str | None = column("isco_group", "Its group of ISCO-08, by the group's code.")
    label: LocalizedText | None = text("label", "What it is called.")
    alt_labels: list[LocalizedText] = texts("alt_labels", "Other names of it.")
    description: LocalizedText | None = text("description", "What it is about.")
    is_group: bool = column("is_group", "True for a heading such as a group of ISCO-08.")
    deprecated: bool = column("deprecated", "True when it left its scheme.")
    broader: list[OccupationRef] = many(
        "Occupation",
        Link("occupation_broader", owner="occupation_id", target="broader_id"),
        "{t}.id",
        "The occupations or groups right above it.",
    )
    narrower: Connection[OccupationRef] | None = page(
        "Occupation",
        "The occupations or groups right below it.",
        link=Link("occupation_broader", owner="broader_id", target="occupation_id"),
        noun="OCCUPATION",
    )
    replaced_by: list[OccupationRef] = many(
        "Occupation",
        Link("occupation_replacement", owner="occupation_id", target="replacement_id"),
        "{t}.id",
        "What took its place; empty when nothing did, or nobody says.",
    )
    mappings: list[OccupationMapping] = many(
        "OccupationMapping",
        Link("occupation_mapping", owner="occupation_id"),
        "{t}.id",
        "Stated relations to other occupations.",
    )
    skills: Connection[OccupationSkill] | None = page(
        "OccupationSkill",
        "The skills it asks for.",
        link=Link("occupation_skill", owner="occupation_id", target="id"),
        order=Sort("{t}.skill_id", "bigint"),
        noun="SKILL",
        first=50,
        arguments={
            "relation": (
                SkillRelation,
                "Only those with this relation.",
                Condition("{t}.relation = {0}", read=lambda value: (str(value),)),
            )
        },
    )
    vacancies: Connection[VacancyRef] | None = page(
        "Vacancy",
        "The vacancies for it; newest first.",
        link=Link("vacancy", owner="occupation_id"),
        conditions=VACANCY_CONDITIONS,
        filter_type=VacancyFilter,
        order=NEWEST_FIRST,
        noun="VACANCY",
    )
