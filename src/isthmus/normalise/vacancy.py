"""Vacancies."""

from __future__ import annotations

from collections.abc import Sequence

from isthmus.connector.html import html_text
from isthmus.connector.records import OccupationStatement, SkillStatement, VacancyRecord
from isthmus.model.alignment import Alignment
from isthmus.model.organization import OrganizationRole
from isthmus.model.text import UNDETERMINED, Text
from isthmus.model.vacancy import (
    EmploymentType,
    Requirement,
    RequirementKind,
    Vacancy,
    VacancyStatus,
)
from isthmus.normalise.aligner import Aligner
from isthmus.normalise.amounts import salary_of
from isthmus.normalise.dates import moment
from isthmus.normalise.drift import Drift
from isthmus.normalise.languages import language_tag
from isthmus.normalise.organization import organization_link
from isthmus.normalise.places import names_remote_work, place_of
from isthmus.normalise.texts import TitleMissing, text_of
from isthmus.normalise.words import word

_EMPLOYMENT = {
    "fulltime": EmploymentType.FULL_TIME, "regular": EmploymentType.FULL_TIME,
    "parttime": EmploymentType.PART_TIME, "contract": EmploymentType.TEMPORARY,
    "contractor": EmploymentType.TEMPORARY, "fixed term": EmploymentType.TEMPORARY,
    "temp": EmploymentType.TEMPORARY, "intern": EmploymentType.INTERNSHIP,
    "apprentice": EmploymentType.APPRENTICESHIP, "freelance": EmploymentType.GIG,
    "permanent": EmploymentType.UNKNOWN, "other": EmploymentType.UNKNOWN,
}  # fmt: skip


def vacancy(record: VacancyRecord, aligner: Aligner, drift: Drift) -> Vacancy:
    """Read a vacancy with what it asks for; raise `TitleMissing` where it has no title."""
    own = language_tag(record.language) or UNDETERMINED
    title = text_of(record.title, own)
    if title is None:
        raise TitleMissing
    description = _description(record, own)
    places = record.locations
    return Vacancy(
        title=title,
        uri=record.url,
        description=description,
        employer=organization_link(record.employer, OrganizationRole.EMPLOYER, own, drift),
        occupation=_occupation(record.occupation, title, aligner),
        requirements=_requirements(record.skills, title, description, aligner),
        locations=tuple([place_of(place) for place in places]) if places else (),
        remote=_remote(record),
        employment_type=word(
            record.employment_type, EmploymentType, _EMPLOYMENT, "employment_type", drift
        )
        or EmploymentType.UNKNOWN,
        salary=salary_of(record.salary, drift),
        published_at=moment(record.published_at, "published_at", drift),
        closes_at=moment(record.closes_at, "closes_at", drift),
        status=word(record.status, VacancyStatus, {}, "status", drift) or VacancyStatus.UNKNOWN,
        apply_url=record.apply_url or record.url,
    )


def _occupation(stated: OccupationStatement | None, title: Text, aligner: Aligner) -> int | None:
    if stated is None:
        return aligner.occupation(title.value, title.language)
    label = stated.label or title.value
    return aligner.occupation(label, title.language, uri=stated.uri, code=stated.code)


def _description(record: VacancyRecord, language: str) -> Text | None:
    if record.description is not None or record.description_html is None:
        return text_of(record.description, language)
    stated = record.description_html
    if isinstance(stated, str):
        return text_of(html_text(stated), language)
    return text_of({key: html_text(value) for key, value in stated.items()}, language)


def _remote(record: VacancyRecord) -> bool | None:
    if record.remote is not None:
        return record.remote
    for place in record.locations:
        if names_remote_work(place.label):
            return True
    return None


def _requirements(
    stated: Sequence[SkillStatement], title: Text, description: Text | None, aligner: Aligner
) -> tuple[Requirement, ...]:
    """Gather what is asked: first what the source states as skills, then what its texts name."""
    named = aligner.mentions(title.value, title.language)
    if description is not None:
        named = [*named, *aligner.mentions(description.value, description.language)]
    if not stated and not named:
        return ()
    found = [_stated(statement, title.language, aligner) for statement in stated]
    seen = {r.skill.skill for r in found if r.skill is not None}
    for alignment in named:
        if alignment.skill not in seen:
            seen.add(alignment.skill)
            found.append(_named(alignment))
    return tuple(found)


def _stated(statement: SkillStatement, language: str, aligner: Aligner) -> Requirement:
    alignment = aligner.statement(
        statement.text,
        uri=statement.uri,
        scheme=statement.scheme,
        code=statement.code,
        language=language_tag(statement.language) or language,
    )
    return Requirement(
        kind=RequirementKind.SKILL,
        stated_as=alignment.stated_as,
        must=bool(statement.must),
        weight=statement.weight,
        skill=alignment,
    )


def _named(alignment: Alignment) -> Requirement:
    return Requirement(RequirementKind.SKILL, alignment.stated_as, skill=alignment)
