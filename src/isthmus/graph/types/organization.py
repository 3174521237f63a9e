"""Bodies that provide, award, assure or employ."""

from __future__ import annotations

import strawberry

from isthmus.graph.conditions import QUALIFICATION_CONDITIONS, VACANCY_CONDITIONS
from isthmus.graph.enums import OrganizationRole
from isthmus.graph.fields import column, page, text, values
from isthmus.graph.inputs import QualificationFilter, VacancyFilter
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.node import Node, Sourced
from isthmus.graph.references import QualificationRef, VacancyRef
from isthmus.graph.rows import Entity, from_rows
from isthmus.graph.scalars import URI, CountryCode, Moment
from isthmus.graph.sourced_connection import Connection
from isthmus.graph.types.skill import NEWEST_FIRST
from isthmus.graph.types.values import IDENTIFIED, Identifier
from isthmus.query.vocabulary import Link, Shape


@from_rows(
    Shape(
        "Organization",
        "organization",
        in_catalogue=True,
        prefix="org",
        noun="ORGANIZATION",
        identified=IDENTIFIED,
    )
)
@strawberry.federation.type(description="Any body, with its roles.", keys=["id"])
class Organization(Entity, Node, Sourced):
    """An organization."""

    updated_at: Moment = column("changed_at", "When the hub last changed this record.")
    roles: list[OrganizationRole] = column("roles", "What it does.")
    uri: URI | None = column("uri", "Its public name.")
    name: LocalizedText | None = text("name", "What it is called.")
    country: CountryCode | None = column("country", "Where it is.")
    identifiers: list[Identifier] = values(
        "identifiers", "Identifier", "Its identifiers in registers."
    )
    did: str | None = column("did", "Its decentralized identifier.")
    offers: Connection[QualificationRef] | None = page(
        "Qualification",
        "The qualifications it provides; newest first.",
        link=Link("qualification", owner="provider_id"),
        conditions=QUALIFICATION_CONDITIONS,
        filter_type=QualificationFilter,
        order=NEWEST_FIRST,
        noun="QUALIFICATION",
    )
    vacancies: Connection[VacancyRef] | None = page(
        "Vacancy",
        "The vacancies it offers; newest first.",
        link=Link("vacancy", owner="employer_id"),
        conditions=VACANCY_CONDITIONS,
        filter_type=VacancyFilter,
        order=NEWEST_FIRST,
        noun="VACANCY",
    )
