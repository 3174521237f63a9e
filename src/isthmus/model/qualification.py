"""What can be earned: any size, partial or full, registered or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from isthmus.model.alignment import Alignment
from isthmus.model.money import Money
from isthmus.model.organization import OrganizationLink
from isthmus.model.outcome import LevelMark, OutcomeLink
from isthmus.model.place import Place
from isthmus.model.reference import Identifier, Reference
from isthmus.model.text import Text


class Scale(StrEnum):
    """Micro or macro, only where the source says so."""

    MICRO = "MICRO"
    MACRO = "MACRO"
    UNKNOWN = "UNKNOWN"


class LearningType(StrEnum):
    """The setting the learning took place in."""

    FORMAL = "FORMAL"
    NON_FORMAL = "NON_FORMAL"
    INFORMAL = "INFORMAL"
    MIXED = "MIXED"
    UNKNOWN = "UNKNOWN"


class RegisterStatus(StrEnum):
    """Whether the catalogue or register still offers it."""

    ACTIVE = "ACTIVE"
    EXPIRING = "EXPIRING"
    CLOSED = "CLOSED"
    DRAFT = "DRAFT"
    UNKNOWN = "UNKNOWN"


class DeliveryMode(StrEnum):
    """How it is taught."""

    ONLINE = "ONLINE"
    FACE_TO_FACE = "FACE_TO_FACE"
    BLENDED = "BLENDED"
    WORK_BASED = "WORK_BASED"


class AssessmentMethod(StrEnum):
    """How achievement is assessed."""

    EXAM = "EXAM"
    PRACTICAL = "PRACTICAL"
    PROJECT = "PROJECT"
    PORTFOLIO = "PORTFOLIO"
    OBSERVATION = "OBSERVATION"
    AUTOMATED = "AUTOMATED"
    RPL = "RPL"
    NONE = "NONE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Workload:
    """Hours of learning; `original_unit` keeps the source's own words, such as `5 ECTS`."""

    hours_min: float | None
    hours_max: float | None
    original_unit: str | None = None


@dataclass(frozen=True, slots=True)
class CreditValue:
    """Points of a credit system, by the system's code, such as ECTS."""

    framework: str
    points: float
    hours_per_point: float | None = None


@dataclass(frozen=True, slots=True)
class Qualification:
    """The catalogue entry, not the award. Whatever the source does not say stays None or UNKNOWN.

    `uri` may be a mere page about it; `identity` is set where the URI is its public name, by
    which records of two sources are one.
    """

    title: Text
    uri: str | None = None
    identity: str | None = None
    code: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    summary: Text | None = None
    purpose: Text | None = None
    scale: Scale = Scale.UNKNOWN
    learning_type: LearningType = LearningType.UNKNOWN
    partial: bool | None = None
    register_status: RegisterStatus = RegisterStatus.UNKNOWN
    provider: OrganizationLink | None = None
    awarding_bodies: tuple[OrganizationLink, ...] = ()
    level: LevelMark | None = None
    credits: tuple[CreditValue, ...] = ()
    workload: Workload | None = None
    delivery: tuple[DeliveryMode, ...] = ()
    locations: tuple[Place, ...] = ()
    languages: tuple[str, ...] = ()
    cost: Money | None = None
    fields_of_study: tuple[Identifier, ...] = ()
    programmes: tuple[str, ...] = ()
    assessment: AssessmentMethod | None = None
    outcomes: tuple[OutcomeLink, ...] = ()
    skills: tuple[Alignment, ...] = ()
    parts: tuple[Reference, ...] = ()
    part_of: tuple[Reference, ...] = ()
    replaced_by: Reference | None = None
    valid_for: str | None = None
    valid_until: date | None = None
