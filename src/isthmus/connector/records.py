"""The canonical records: the only shapes that enter the hub, whatever a source speaks.

One struct a noun, versioned as `Vacancy@1`. Values are still the source's own (dates as text,
levels as they were written); `normalise` gives them the hub's meaning. Every field but the one
or two that make a record a record may be left out: silence is a value.

A text is a string in the record's language, or a map from language tags to strings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, TypeAlias, get_args, get_type_hints

import msgspec
from msgspec import Meta

Text: TypeAlias = str | dict[str, str]
Filled = Annotated[str, Meta(min_length=1, max_length=100_000)]
Uri = Annotated[str, Meta(min_length=1, max_length=2000)]
Number: TypeAlias = int | float | str
Moment: TypeAlias = str


class _Record(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Shared settings; unknown fields are refused by the map's check, not here, for speed."""


class Identifier(_Record, frozen=True, kw_only=True):
    """An identifier in a named scheme."""

    scheme: Filled
    value: Filled


class Place(_Record, frozen=True, kw_only=True):
    """A place by its parts, or by a label alone such as `Lyon, France`."""

    label: str | None = None
    country: str | None = None
    region: str | None = None
    municipality: str | None = None
    lat: float | None = None
    lon: float | None = None


class Reference(_Record, frozen=True, kw_only=True):
    """Another record: by public URI, or by its id in the same source."""

    uri: Uri | None = None
    id: Filled | None = None


class OrganizationRecord(_Record, frozen=True, kw_only=True):
    """`Organization@1`. Inside another record a `uri` alone is a reference."""

    name: Text | None = None
    uri: Uri | None = None
    roles: list[str] = []
    country: str | None = None
    identifiers: list[Identifier] = []
    did: str | None = None
    language: str | None = None


class SkillStatement(_Record, frozen=True, kw_only=True):
    """A skill as a source states it: a text, a URI, a code of a scheme, or several of these."""

    text: str | None = None
    uri: Uri | None = None
    scheme: str | None = None
    code: str | None = None
    must: bool | None = None
    weight: float | None = None
    language: str | None = None


class Mapping(_Record, frozen=True, kw_only=True):
    """A stated relation to a concept of another scheme (SKOS: exact, close, broad, ...)."""

    target: Uri
    relation: str
    source_version: str | None = None


class ConceptScheme(_Record, frozen=True, kw_only=True):
    """The scheme and version a concept was read from."""

    uri: Uri
    name: Filled
    version: Filled
    languages: list[str] = []


class SkillRecord(_Record, frozen=True, kw_only=True):
    """`Skill@1`."""

    uri: Uri
    scheme: ConceptScheme
    label: Text
    alt_labels: dict[str, list[str]] = {}
    description: Text | None = None
    kind: str | None = None
    reuse: str | None = None
    group: bool = False
    code: str | None = None
    deprecated: bool = False
    broader: list[Reference] = []
    replaced_by: list[Reference] = []
    mappings: list[Mapping] = []
    language: str | None = None


class OccupationSkill(_Record, frozen=True, kw_only=True):
    """A skill of an occupation: essential or optional."""

    uri: Uri
    relation: str
    importance: float | None = None


class OccupationRecord(_Record, frozen=True, kw_only=True):
    """`Occupation@1`."""

    uri: Uri
    scheme: ConceptScheme
    label: Text
    alt_labels: dict[str, list[str]] = {}
    description: Text | None = None
    code: str | None = None
    isco_group: str | None = None
    group: bool = False
    deprecated: bool = False
    broader: list[Reference] = []
    replaced_by: list[Reference] = []
    mappings: list[Mapping] = []
    skills: list[OccupationSkill] = []
    language: str | None = None


class LevelMark(_Record, frozen=True, kw_only=True):
    """A level by framework and notation, such as `EQF` and `5`."""

    framework: Filled
    notation: Filled


class OutcomeRecord(_Record, frozen=True, kw_only=True):
    """`LearningOutcome@1`. Inside a qualification a `uri` alone is a reference."""

    text: Text | None = None
    uri: Uri | None = None
    domain: str | None = None
    level: LevelMark | None = None
    skills: list[SkillStatement] = []
    language: str | None = None


class Workload(_Record, frozen=True, kw_only=True):
    """How much work: hours, minutes or an ISO 8601 duration, and the source's own words."""

    hours: Number | None = None
    minutes: Number | None = None
    hours_min: Number | None = None
    hours_max: Number | None = None
    duration_min: str | None = None
    duration_max: str | None = None
    stated_as: str | None = None


class Credit(_Record, frozen=True, kw_only=True):
    """Points of a credit system."""

    framework: Filled
    points: Number
    hours_per_point: float | None = None


class Cost(_Record, frozen=True, kw_only=True):
    """What it costs; an amount of 0 means that the source says it is free."""

    amount: Number
    currency: Filled


class QualificationRecord(_Record, frozen=True, kw_only=True):
    """`Qualification@1`. `uri` is its public identity, `url` a page about it."""

    title: Text
    uri: Uri | None = None
    url: Uri | None = None
    code: str | None = None
    identifiers: list[Identifier] = []
    summary: Text | None = None
    summary_html: Text | None = None
    purpose: Text | None = None
    scale: str | None = None
    learning_type: str | None = None
    partial: bool | None = None
    register_status: str | None = None
    provider: OrganizationRecord | None = None
    awarding_bodies: list[OrganizationRecord] = []
    level: LevelMark | None = None
    credits: list[Credit] = []
    workload: Workload | None = None
    delivery: list[str] = []
    locations: list[Place] = []
    languages: list[str] = []
    cost: Cost | None = None
    fields_of_study: list[Identifier] = []
    programmes: list[str] = []
    assessment: str | None = None
    outcomes: list[OutcomeRecord] = []
    skills: list[SkillStatement] = []
    parts: list[Reference] = []
    part_of: list[Reference] = []
    replaced_by: Reference | None = None
    valid_for: str | None = None
    valid_until: str | None = None
    updated_at: Moment | None = None
    language: str | None = None


class Salary(_Record, frozen=True, kw_only=True):
    """Pay as stated."""

    currency: Filled
    min: Number | None = None
    max: Number | None = None
    per: str | None = None


class OccupationStatement(_Record, frozen=True, kw_only=True):
    """An occupation as a source states it."""

    uri: Uri | None = None
    scheme: str | None = None
    code: str | None = None
    label: str | None = None


class VacancyRecord(_Record, frozen=True, kw_only=True):
    """`Vacancy@1`."""

    title: Text
    url: Uri | None = None
    apply_url: Uri | None = None
    description: Text | None = None
    description_html: Text | None = None
    employer: OrganizationRecord | None = None
    occupation: OccupationStatement | None = None
    locations: list[Place] = []
    remote: bool | None = None
    employment_type: str | None = None
    salary: Salary | None = None
    skills: list[SkillStatement] = []
    categories: list[str] = []
    published_at: Moment | None = None
    updated_at: Moment | None = None
    closes_at: Moment | None = None
    status: str | None = None
    language: str | None = None


class LevelEquivalence(_Record, frozen=True, kw_only=True):
    """A level of another framework that a referencing document puts beside this one."""

    framework: Filled
    notation: Filled
    basis: Uri


class LevelRecord(_Record, frozen=True, kw_only=True):
    """One rung of a framework."""

    notation: Filled
    rank: int
    title: Text | None = None
    equivalents: list[LevelEquivalence] = []


class FrameworkRecord(_Record, frozen=True, kw_only=True):
    """`Framework@1`."""

    code: Filled
    name: Text
    kind: Filled
    version: str | None = None
    authority: OrganizationRecord | None = None
    levels: list[LevelRecord] = []
    language: str | None = None


class IssuerStatement(_Record, frozen=True, kw_only=True):
    """Who awarded, as a store says it: by the store's own id, by name, or both."""

    id: Filled | None = None
    name: Text | None = None


class CredentialRecord(_Record, frozen=True, kw_only=True):
    """`Credential@1`: what a store lists of one award, before its document is fetched."""

    title: Text | None = None
    uri: Uri | None = None
    kind: str | None = None
    issuer: IssuerStatement | None = None
    issued_at: Moment | None = None
    media_types: list[str] = []
    language: str | None = None


Record: TypeAlias = (
    CredentialRecord
    | VacancyRecord
    | QualificationRecord
    | OrganizationRecord
    | SkillRecord
    | OccupationRecord
    | OutcomeRecord
    | FrameworkRecord
)

TYPES: dict[str, type[Record]] = {
    "Vacancy@1": VacancyRecord,
    "Qualification@1": QualificationRecord,
    "Organization@1": OrganizationRecord,
    "Skill@1": SkillRecord,
    "Occupation@1": OccupationRecord,
    "LearningOutcome@1": OutcomeRecord,
    "Framework@1": FrameworkRecord,
    "Credential@1": CredentialRecord,
}
"""The canonical types by the names manifests use."""


def unknown_fields(produces: str, mapping: dict[str, Any]) -> list[tuple[str, ...]]:
    """List the paths of a map that the canonical type does not have."""
    return sorted(_unknown(TYPES[produces], mapping, ()))


def _unknown(
    kind: type[_Record], mapping: dict[str, Any], at: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    hints = get_type_hints(kind)
    for name, value in mapping.items():
        path = (*at, str(name))
        if name not in hints:
            yield path
        elif isinstance(value, dict):
            for inner in get_args(hints[name]):
                if isinstance(inner, type) and issubclass(inner, _Record):
                    yield from _unknown(inner, value, path)


def schema(produces: str) -> dict[str, Any]:
    """Publish one canonical type as JSON Schema."""
    return msgspec.json.schema(TYPES[produces])
