"""Vacancies."""

from __future__ import annotations

from isthmus.connector.html import html_text
from isthmus.connector.records import SkillStatement, VacancyRecord
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
from isthmus.normalise.texts import text_of
from isthmus.normalise.words import word

_EMPLOYMENT = {
    "fulltime": EmploymentType.FULL_TIME, "regular": EmploymentType.FULL_TIME,
    "parttime": EmploymentType.PART_TIME, "contract": EmploymentType.TEMPORARY,
    "contractor": EmploymentType.TEMPORARY, "fixed term": EmploymentType.TEMPORARY,
    "temp": EmploymentType.TEMPORARY, "intern": EmploymentType.INTERNSHIP,
    "apprentice": EmploymentType.APPRENTICESHIP, "freelance": EmploymentType.GIG,
    "permanent": EmploymentType.UNKNOWN, "other": EmploymentType.UNKNOWN,
}  # fmt: skip


class TitleMissing(ValueError):
    """A vacancy whose title is blank."""


def vacancy(record: VacancyRecord, aligner: Aligner, drift: Drift) -> Vacancy:
    """Read a vacancy with what it asks for; raise `TitleMissing` where it has no title."""
    own = language_tag(record.language) or UNDETERMINED
    title = text_of(record.title, own)
    if title is None:
        raise TitleMissing
    description = _description(record, own)
    stated = record.occupation
    places = tuple(map(place_of, record.locations)) if record.locations else ()
    return Vacancy(
        title=title,
        uri=record.url,
        description=description,
        employer=organization_link(record.employer, OrganizationRole.EMPLOYER, own, drift),
        occupation=aligner.occupation(
            (stated.label if stated else None) or title.value,
            title.language,
            uri=stated.uri if stated else None,
            code=stated.code if stated else None,
        ),
        requirements=_requirements(record, title, description, aligner),
        locations=places,
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
    return True if any(names_remote_work(place.label) for place in record.locations) else None


def _requirements(
    record: VacancyRecord, title: Text, description: Text | None, aligner: Aligner
) -> tuple[Requirement, ...]:
    """Gather what is asked: first what the source states as skills, then what its texts name."""
    found = [_stated(statement, title.language, aligner) for statement in record.skills]
    seen = {r.skill.skill for r in found if r.skill is not None}
    texts = [title] if description is None else [title, description]
    for text in texts:
        for named in aligner.mentions(text.value, text.language):
            if named.skill not in seen:
                seen.add(named.skill)
                found.append(_named(named))
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
