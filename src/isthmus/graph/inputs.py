"""Inputs: filters, sorts and keys. What each field means in SQL stands in `conditions`."""

from __future__ import annotations

from typing import Any

import strawberry

from isthmus.graph.enums import (
    DeliveryMode,
    EmploymentType,
    LearningType,
    OrganizationRole,
    QualificationSortKey,
    RegisterStatus,
    Scale,
    SkillKind,
    VacancySortKey,
    VacancyStatus,
)
from isthmus.graph.scalars import URI, CountryCode, LanguageTag, Moment
from isthmus.graph.source_enums import HealthState, RecordType

ID = strawberry.ID
Q = "Words to search for, as in a search box: quotes for a phrase, `-` to leave a word out."
UPDATED = "Changed in the hub after this moment."
SOURCES = "Brought by one of these sources."


def says(description: str, *, default: object = strawberry.UNSET) -> Any:
    """Describe an input field that may be left out."""
    return strawberry.field(description=description, default=default)


@strawberry.input(description="An identifier in a named scheme.")
class IdentifierInput:
    """A scheme and a value."""

    scheme: str = strawberry.field(description="The scheme, such as `ctid`.")
    value: str = strawberry.field(description="The identifier.")


@strawberry.input(description="A record by its id, its URI or an identifier.", one_of=True)
class RecordKey:
    """Exactly one of three keys."""

    id: ID | None = strawberry.field(description="The hub's id.", default=strawberry.UNSET)
    uri: URI | None = strawberry.field(description="The public URI.", default=strawberry.UNSET)
    identifier: IdentifierInput | None = strawberry.field(
        description="An identifier of the record.", default=strawberry.UNSET
    )


@strawberry.input(description="Which skills.")
class SkillFilter:
    """Conditions on skills."""

    q: str | None = says(Q)
    scheme: ID | None = says("Of this scheme.")
    kind: SkillKind | None = says("Of this kind.")
    lang: LanguageTag | None = says("With a label in this language.")
    include_deprecated: bool | None = says("Those that left their scheme too.", default=False)
    include_groups: bool | None = says("Headings that only gather skills too.", default=False)
    updated_since: Moment | None = says(UPDATED)
    source: list[ID] | None = says(SOURCES)


@strawberry.input(description="Which occupations.")
class OccupationFilter:
    """Conditions on occupations."""

    q: str | None = says(Q)
    scheme: ID | None = says("Of this scheme.")
    isco_group: str | None = says("In this group of ISCO-08, by its code.")
    lang: LanguageTag | None = says("With a label in this language.")
    include_deprecated: bool | None = says("Those that left their scheme too.", default=False)
    include_groups: bool | None = says("Groups such as those of ISCO-08 too.", default=False)
    updated_since: Moment | None = says(UPDATED)
    source: list[ID] | None = says(SOURCES)


@strawberry.input(description="Which organizations.")
class OrganizationFilter:
    """Conditions on organizations."""

    q: str | None = says("Words of the name.")
    role: OrganizationRole | None = says("With this role.")
    country: CountryCode | None = says("In this country.")
    updated_since: Moment | None = says(UPDATED)
    source: list[ID] | None = says(SOURCES)


@strawberry.input(description="Which qualifications.")
class QualificationFilter:
    """Conditions on qualifications."""

    q: str | None = says(Q)
    scale: Scale | None = says("Of this size, as the source says.")
    learning_type: LearningType | None = says("Of this setting.")
    skill: list[ID] | None = says("Giving every one of these skills.")
    provider: ID | None = says("Of this provider.")
    language: LanguageTag | None = says("Taught in this language, any region of it.")
    country: CountryCode | None = says("Offered in this country.")
    max_hours: float | None = says("Of at most so many hours; those that do not say are left out.")
    free: bool | None = says("Stated to cost nothing, or to cost something.")
    delivery: list[DeliveryMode] | None = says("Taught in one of these ways.")
    level: ID | None = says("At this level.")
    partial: bool | None = says("Stated to be partial, or to be full.")
    register_status: list[RegisterStatus] | None = says("In one of these states.")
    programme: str | None = says("Of this programme.")
    updated_since: Moment | None = says(UPDATED)
    source: list[ID] | None = says(SOURCES)


@strawberry.input(description="In which order qualifications come.")
class QualificationSort:
    """A sort of qualifications."""

    by: QualificationSortKey = strawberry.field(description="What they are sorted by.")
    desc: bool | None = says("From the greatest to the least.", default=False)


@strawberry.input(description="Which vacancies.")
class VacancyFilter:
    """Conditions on vacancies."""

    q: str | None = says(Q)
    occupation: list[ID] | None = says("For one of these occupations.")
    skill: list[ID] | None = says("Asking for every one of these skills.")
    employer: ID | None = says("Of this employer.")
    country: CountryCode | None = says("In this country.")
    region: str | None = says("In this region, as the source writes it.")
    remote: bool | None = says("Stated to be remote, or not to be.")
    language: LanguageTag | None = says("Written in this language.")
    employment_type: list[EmploymentType] | None = says("Of one of these forms.")
    status: list[VacancyStatus] | None = says("In one of these states.")
    published_after: Moment | None = says("Published after this moment.")
    updated_since: Moment | None = says(UPDATED)
    source: list[ID] | None = says(SOURCES)


@strawberry.input(description="In which order vacancies come.")
class VacancySort:
    """A sort of vacancies."""

    by: VacancySortKey = strawberry.field(description="What they are sorted by.")
    desc: bool | None = says("From the greatest to the least.", default=True)


@strawberry.input(description="Which sources.")
class SourceFilter:
    """Conditions on sources."""

    connector: str | None = says("Of this connector.")
    produces: RecordType | None = says("Bringing this kind of record.")
    state: list[HealthState] | None = says("In one of these states.")
