"""Jobs offered now, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from isthmus.model.alignment import Alignment
from isthmus.model.money import SalaryRange
from isthmus.model.organization import OrganizationLink
from isthmus.model.place import Place
from isthmus.model.text import Text


class VacancyStatus(StrEnum):
    """Whether one can still apply."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"
    UNKNOWN = "UNKNOWN"


class EmploymentType(StrEnum):
    """The form of employment, as the source says."""

    FULL_TIME = "FULL_TIME"
    PART_TIME = "PART_TIME"
    TEMPORARY = "TEMPORARY"
    INTERNSHIP = "INTERNSHIP"
    APPRENTICESHIP = "APPRENTICESHIP"
    VOLUNTEER = "VOLUNTEER"
    GIG = "GIG"
    UNKNOWN = "UNKNOWN"


class RequirementKind(StrEnum):
    """What sort of thing is asked for."""

    SKILL = "SKILL"
    QUALIFICATION = "QUALIFICATION"
    LEVEL = "LEVEL"
    EXPERIENCE = "EXPERIENCE"
    LANGUAGE = "LANGUAGE"
    LICENCE = "LICENCE"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing a vacancy asks for; `must` only where the source marks it so."""

    kind: RequirementKind
    stated_as: str
    must: bool = False
    weight: float | None = None
    skill: Alignment | None = None


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A job offered now. `occupation` is a hub key, set only where a title or code names it."""

    title: Text
    uri: str | None = None
    description: Text | None = None
    employer: OrganizationLink | None = None
    occupation: int | None = None
    requirements: tuple[Requirement, ...] = ()
    locations: tuple[Place, ...] = ()
    remote: bool | None = None
    employment_type: EmploymentType = EmploymentType.UNKNOWN
    salary: SalaryRange | None = None
    published_at: datetime | None = None
    closes_at: datetime | None = None
    status: VacancyStatus = VacancyStatus.UNKNOWN
    apply_url: str | None = None
