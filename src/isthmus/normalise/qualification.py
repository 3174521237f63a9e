"""Qualifications."""

from __future__ import annotations

from collections.abc import Mapping

from isthmus.connector.html import html_text
from isthmus.connector.records import Credit, QualificationRecord
from isthmus.connector.records import Workload as StatedWorkload
from isthmus.model.alignment import Alignment
from isthmus.model.organization import OrganizationLink, OrganizationRole
from isthmus.model.qualification import (
    AssessmentMethod,
    CreditValue,
    DeliveryMode,
    LearningType,
    Qualification,
    RegisterStatus,
    Scale,
    Workload,
)
from isthmus.model.reference import Reference
from isthmus.model.text import UNDETERMINED, Text
from isthmus.normalise.aligner import Aligner
from isthmus.normalise.amounts import cost_of, decimal
from isthmus.normalise.concepts import references
from isthmus.normalise.dates import day, duration, hours_of
from isthmus.normalise.drift import Drift
from isthmus.normalise.languages import language_tag
from isthmus.normalise.organization import identifiers, organization_link
from isthmus.normalise.outcome import level_of, outcome_link, statements
from isthmus.normalise.places import place_of
from isthmus.normalise.texts import TitleMissing, text_of
from isthmus.normalise.words import word

_DELIVERY = {
    "onlineonly": DeliveryMode.ONLINE, "online only": DeliveryMode.ONLINE,
    "inperson": DeliveryMode.FACE_TO_FACE, "in person": DeliveryMode.FACE_TO_FACE,
    "classroom": DeliveryMode.FACE_TO_FACE, "onsite": DeliveryMode.FACE_TO_FACE,
    "hybrid": DeliveryMode.BLENDED, "blendeddelivery": DeliveryMode.BLENDED,
    "workplace": DeliveryMode.WORK_BASED, "on the job": DeliveryMode.WORK_BASED,
}  # fmt: skip
_STATUS = {
    "inactive": RegisterStatus.CLOSED, "deprecated": RegisterStatus.CLOSED,
    "retired": RegisterStatus.CLOSED, "ceased": RegisterStatus.CLOSED,
    "suspended": RegisterStatus.CLOSED, "superseded": RegisterStatus.CLOSED,
    "probationary": RegisterStatus.ACTIVE, "proposed": RegisterStatus.DRAFT,
}  # fmt: skip
_SCALE = {"microcredential": Scale.MICRO, "macrocredential": Scale.MACRO}
MINUTES = 60.0


def qualification(record: QualificationRecord, aligner: Aligner, drift: Drift) -> Qualification:
    """Read a qualification; raise `TitleMissing` where it has no title.

    No size is guessed: `scale` and `workload` hold what the source states, and nothing turns
    hours into MICRO.
    """
    own = language_tag(record.language) or UNDETERMINED
    title = text_of(record.title, own)
    if title is None:
        raise TitleMissing
    summary = _summary(record, own)
    stated_outcomes = (outcome_link(o, aligner, drift, language=own) for o in record.outcomes)
    bodies = (
        organization_link(b, OrganizationRole.AWARDING_BODY, own, drift)
        for b in record.awarding_bodies
    )
    languages = (language_tag(tag) for tag in record.languages)
    places = tuple(map(place_of, record.locations))
    return Qualification(
        title=title,
        uri=record.uri or record.url,
        identity=record.uri,
        code=record.code,
        identifiers=identifiers(record.identifiers),
        summary=summary,
        purpose=text_of(record.purpose, own),
        scale=word(record.scale, Scale, _SCALE, "scale", drift) or Scale.UNKNOWN,
        learning_type=word(record.learning_type, LearningType, {}, "learning_type", drift)
        or LearningType.UNKNOWN,
        partial=record.partial,
        register_status=word(
            record.register_status, RegisterStatus, _STATUS, "register_status", drift
        )
        or RegisterStatus.UNKNOWN,
        provider=organization_link(record.provider, OrganizationRole.PROVIDER, own, drift),
        awarding_bodies=_once(b for b in bodies if b is not None),
        level=level_of(record.level),
        credits=tuple(c for c in (_credit(c, drift) for c in record.credits) if c is not None),
        workload=workload_of(record.workload, drift),
        delivery=_modes(record.delivery, drift),
        locations=places,
        languages=tuple(dict.fromkeys(tag for tag in languages if tag)),
        cost=cost_of(record.cost, drift),
        fields_of_study=identifiers(record.fields_of_study),
        programmes=tuple(dict.fromkeys(p.strip() for p in record.programmes if p.strip())),
        assessment=word(record.assessment, AssessmentMethod, {}, "assessment", drift),
        outcomes=tuple(o for o in stated_outcomes if o is not None),
        skills=_skills(record, title, summary, aligner, own),
        parts=references(record.parts),
        part_of=references(record.part_of),
        replaced_by=_reference(record),
        valid_for=duration(record.valid_for, "valid_for", drift),
        valid_until=day(record.valid_until, "valid_until", drift),
    )


def workload_of(stated: StatedWorkload | None, drift: Drift) -> Workload | None:
    """Read a workload; hours only where hours or minutes are stated, the source's words always.

    Where only the least or only the most is stated, the other end stays unknown.
    """
    if stated is None:
        return None
    low = high = _number(stated.hours, "workload.hours", drift)
    minutes = _number(stated.minutes, "workload.minutes", drift)
    if high is None and minutes is not None:
        low = high = minutes / MINUTES
    least = _number(stated.hours_min, "workload.hours_min", drift)
    most = _number(stated.hours_max, "workload.hours_max", drift)
    low = _first(least, hours_of(stated.duration_min), low)
    high = _first(most, hours_of(stated.duration_max), high)
    words = stated.stated_as or _words(stated)
    if low is None and high is None and words is None:
        return None
    return Workload(low, high, words)


def _first(*hours: float | None) -> float | None:
    return next((found for found in hours if found is not None), None)


def _words(stated: StatedWorkload) -> str | None:
    """Say the stated unit where the source gave no words of its own."""
    for value, unit in ((stated.hours, "hours"), (stated.minutes, "minutes")):
        if value is not None:
            return f"{value} {unit}"
    bounds = [f"{h} hours" for h in (stated.hours_min, stated.hours_max) if h is not None]
    parts = bounds or [p for p in (stated.duration_min, stated.duration_max) if p]
    return "/".join(dict.fromkeys(parts)) or None


def _number(stated: float | str | None, field: str, drift: Drift) -> float | None:
    found = decimal(stated, field, drift)
    return None if found is None else float(found)


def _summary(record: QualificationRecord, language: str) -> Text | None:
    html = record.summary_html
    if record.summary is not None or html is None:
        return text_of(record.summary, language)
    if isinstance(html, Mapping):
        return text_of({tag: html_text(text) for tag, text in html.items()}, language)
    return text_of(html_text(html), language)


def _skills(
    record: QualificationRecord, title: Text, summary: Text | None, aligner: Aligner, language: str
) -> tuple[Alignment, ...]:
    found = list(statements(record.skills, aligner, language))
    seen = {alignment.skill for alignment in found}
    for text in [title] if summary is None else [title, summary]:
        for named in aligner.mentions(text.value, text.language):
            if named.skill not in seen:
                seen.add(named.skill)
                found.append(named)
    return tuple(found)


def _modes(stated: list[str], drift: Drift) -> tuple[DeliveryMode, ...]:
    found = (word(mode, DeliveryMode, _DELIVERY, "delivery", drift) for mode in stated)
    return tuple(dict.fromkeys(mode for mode in found if mode))


def _credit(stated: Credit, drift: Drift) -> CreditValue | None:
    points = _number(stated.points, "credits.points", drift)
    if points is None:
        return None
    return CreditValue(stated.framework, points, stated.hours_per_point)


def _reference(record: QualificationRecord) -> Reference | None:
    return next(iter(references([record.replaced_by] if record.replaced_by else [])), None)


def _once(bodies: object) -> tuple[OrganizationLink, ...]:
    kept: list[OrganizationLink] = []
    for body in bodies:  # type: ignore[attr-defined]
        if body not in kept:
            kept.append(body)
    return tuple(kept)
