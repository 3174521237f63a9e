"""Qualifications and learning outcomes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from isthmus.store.tables import columns as c


class LearningOutcome(SQLModel, table=True):
    """What a learner knows or can do at the end."""

    __tablename__ = "learning_outcome"
    __table_args__ = (
        sa.Index("learning_outcome_source", "source_id", "id"),
        sa.Index("learning_outcome_uri", "uri"),
    )

    id: int | None = c.key()
    source_id: int | None = c.link("source")
    uri: str | None = c.text()
    identity: str | None = c.text(unique=True)
    text: str = c.text(required=True)
    text_lang: str = c.text(required=True)
    text_i18n: Any = c.document()
    domain: str = c.text(required=True)
    level_id: int | None = c.link("level")
    changed_at: datetime = c.moment(required=True)


class OutcomeSkill(SQLModel, table=True):
    """A statement of an outcome and the skill it was linked to, if any."""

    __tablename__ = "outcome_skill"
    __table_args__ = (sa.Index("outcome_skill_skill", "skill_id", "outcome_id"),)

    outcome_id: int = c.link("learning_outcome", ondelete="CASCADE", primary_key=True)
    ord: int = c.number(primary_key=True)
    skill_id: int | None = c.link("skill")
    stated_as: str = c.text(required=True)
    language: str | None = c.text()
    method: str = c.text(required=True)
    confidence: float = c.real(required=True)
    reviewed: bool = c.flag(default="false")
    span_start: int | None = c.number()
    span_end: int | None = c.number()
    alternatives: Any = c.document()


class Qualification(SQLModel, table=True):
    """What can be earned: the catalogue entry, not the award."""

    __tablename__ = "qualification"
    __table_args__ = (
        sa.Index("qualification_search", "search", postgresql_using="gin"),
        sa.Index("qualification_uri", "uri"),
        sa.Index("qualification_identifiers", "identifiers", postgresql_using="gin"),
        sa.Index("qualification_languages", "languages", postgresql_using="gin"),
        sa.Index("qualification_delivery", "delivery", postgresql_using="gin"),
        sa.Index("qualification_countries", "countries", postgresql_using="gin"),
        sa.Index("qualification_programmes", "programmes", postgresql_using="gin"),
        sa.Index("qualification_code", "code"),
        sa.Index("qualification_title", "title_key", "id"),
        sa.Index("qualification_hours", sa.text("coalesce(hours_max, 'infinity')"), "id"),
        sa.Index("qualification_cost", sa.text("coalesce(cost_amount, 'infinity')"), "id"),
        sa.Index("qualification_scale", "scale", "id"),
        sa.Index("qualification_learning_type", "learning_type", "id"),
        sa.Index("qualification_register_status", "register_status", "id"),
        sa.Index("qualification_provider", "provider_id", "id"),
        sa.Index("qualification_level", "level_id", "id"),
        sa.Index("qualification_source", "source_id", "id"),
        sa.Index("qualification_changed", "changed_at", "id"),
    )

    id: int | None = c.key()
    source_id: int | None = c.link("source")
    uri: str | None = c.text()
    identity: str | None = c.text(unique=True)
    code: str | None = c.text()
    identifiers: Any = c.document()
    title: str = c.text(required=True)
    title_lang: str = c.text(required=True)
    title_i18n: Any = c.document()
    title_key: str = c.sort_key()
    summary: str | None = c.text()
    summary_lang: str | None = c.text()
    summary_i18n: Any = c.document()
    purpose: str | None = c.text()
    purpose_lang: str | None = c.text()
    purpose_i18n: Any = c.document()
    scale: str = c.text(required=True)
    learning_type: str = c.text(required=True)
    partial: bool | None = c.flag()
    register_status: str = c.text(required=True)
    provider_id: int | None = c.link("organization")
    level_id: int | None = c.link("level")
    credits: Any = c.document()
    hours_min: float | None = c.real()
    hours_max: float | None = c.real()
    workload_unit: str | None = c.text()
    delivery: list[str] = c.texts()
    locations: Any = c.document()
    countries: list[str] = c.texts()
    languages: list[str] = c.texts()
    cost_amount: Decimal | None = c.money()
    cost_currency: str | None = c.text()
    fields_of_study: Any = c.document()
    programmes: list[str] = c.texts()
    assessment: str | None = c.text()
    replaced_by_id: int | None = c.link("qualification")
    valid_for: str | None = c.text()
    valid_until: date | None = c.day()
    changed_at: datetime = c.moment(required=True)
    search: Any = c.search(
        "setweight(to_tsvector(isthmus_stemmer(title_lang), title), 'A')"
        " || setweight(to_tsvector('simple', title), 'A')"
        " || setweight(to_tsvector('simple', coalesce(title_i18n, '{}'::jsonb)), 'A')"
        " || setweight(to_tsvector(isthmus_stemmer(summary_lang),"
        " left(coalesce(summary, ''), 100000)), 'C')"
    )


class QualificationAwardingBody(SQLModel, table=True):
    """A body that awards a qualification."""

    __tablename__ = "qualification_awarding_body"
    __table_args__ = (sa.Index("qualification_awarding_body_org", "organization_id"),)

    qualification_id: int = c.link("qualification", ondelete="CASCADE", primary_key=True)
    organization_id: int = c.link("organization", ondelete="CASCADE", primary_key=True)


class QualificationOutcome(SQLModel, table=True):
    """An outcome of a qualification, in the order stated."""

    __tablename__ = "qualification_outcome"
    __table_args__ = (sa.Index("qualification_outcome_outcome", "outcome_id", "qualification_id"),)

    qualification_id: int = c.link("qualification", ondelete="CASCADE", primary_key=True)
    outcome_id: int = c.link("learning_outcome", ondelete="CASCADE", primary_key=True)
    ord: int = c.number(default="0")


class QualificationSkill(SQLModel, table=True):
    """A statement of a qualification itself and the skill it was linked to, if any."""

    __tablename__ = "qualification_skill"
    __table_args__ = (sa.Index("qualification_skill_skill", "skill_id", "qualification_id"),)

    qualification_id: int = c.link("qualification", ondelete="CASCADE", primary_key=True)
    ord: int = c.number(primary_key=True)
    skill_id: int | None = c.link("skill")
    stated_as: str = c.text(required=True)
    language: str | None = c.text()
    method: str = c.text(required=True)
    confidence: float = c.real(required=True)
    reviewed: bool = c.flag(default="false")
    span_start: int | None = c.number()
    span_end: int | None = c.number()
    alternatives: Any = c.document()


class SkillQualification(SQLModel, table=True):
    """Every skill a qualification gives, itself or by its outcomes: derived, kept by the writer."""

    __tablename__ = "skill_qualification"
    __table_args__ = (sa.Index("skill_qualification_back", "qualification_id"),)

    skill_id: int = c.link("skill", ondelete="CASCADE", primary_key=True)
    qualification_id: int = c.link("qualification", ondelete="CASCADE", primary_key=True)


class QualificationPart(SQLModel, table=True):
    """A qualification and one of its parts, in the order stated, by whichever of them states it."""

    __tablename__ = "qualification_part"
    __table_args__ = (
        sa.Index("qualification_part_part", "part_id", "whole_id"),
        sa.Index("qualification_part_stated_by", "stated_by"),
    )

    whole_id: int = c.link("qualification", ondelete="CASCADE", primary_key=True)
    part_id: int = c.link("qualification", ondelete="CASCADE", primary_key=True)
    stated_by: int = c.link("qualification", ondelete="CASCADE", primary_key=True)
    ord: int = c.number(default="0")
