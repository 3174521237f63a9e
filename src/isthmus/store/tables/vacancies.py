"""Vacancies and what they ask for."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from isthmus.store.tables import columns as c


class Vacancy(SQLModel, table=True):
    """A job offered now."""

    __tablename__ = "vacancy"
    __table_args__ = (
        sa.Index("vacancy_search", "search", postgresql_using="gin"),
        sa.Index("vacancy_uri", "uri"),
        sa.Index("vacancy_countries", "countries", postgresql_using="gin"),
        sa.Index("vacancy_regions", "regions", postgresql_using="gin"),
        sa.Index("vacancy_published", sa.text("coalesce(published_at, '-infinity')"), "id"),
        sa.Index("vacancy_closes", sa.text("coalesce(closes_at, 'infinity')"), "id"),
        sa.Index("vacancy_employer", "employer_id", "id"),
        sa.Index("vacancy_occupation", "occupation_id", "id"),
        sa.Index("vacancy_employment_type", "employment_type", "id"),
        sa.Index("vacancy_status", "status", "id"),
        sa.Index("vacancy_remote", "remote", "id"),
        sa.Index("vacancy_language", "title_lang", "id"),
        sa.Index("vacancy_source", "source_id", "id"),
        sa.Index("vacancy_changed", "changed_at", "id"),
    )

    id: int | None = c.key()
    source_id: int | None = c.link("source")
    uri: str | None = c.text()
    title: str = c.text(required=True)
    title_lang: str = c.text(required=True)
    title_i18n: Any = c.document()
    description: str | None = c.text()
    description_lang: str | None = c.text()
    description_i18n: Any = c.document()
    employer_id: int | None = c.link("organization")
    occupation_id: int | None = c.link("occupation")
    locations: Any = c.document()
    countries: list[str] = c.texts()
    regions: list[str] = c.texts()
    remote: bool | None = c.flag()
    employment_type: str = c.text(required=True)
    salary_min: Decimal | None = c.money()
    salary_max: Decimal | None = c.money()
    salary_currency: str | None = c.text()
    salary_per: str | None = c.text()
    published_at: datetime | None = c.moment()
    closes_at: datetime | None = c.moment()
    status: str = c.text(required=True)
    apply_url: str | None = c.text()
    changed_at: datetime = c.moment(required=True)
    search: Any = c.search(
        "setweight(to_tsvector(isthmus_stemmer(title_lang), title), 'A')"
        " || setweight(to_tsvector('simple', title), 'A')"
        " || setweight(to_tsvector(isthmus_stemmer(description_lang),"
        " left(coalesce(description, ''), 100000)), 'D')"
    )


class Requirement(SQLModel, table=True):
    """One thing a vacancy asks for, and the skill it was linked to, if any."""

    __tablename__ = "requirement"
    __table_args__ = (sa.Index("requirement_skill", "skill_id", "vacancy_id"),)

    vacancy_id: int = c.link("vacancy", ondelete="CASCADE", primary_key=True)
    ord: int = c.number(primary_key=True)
    kind: str = c.text(required=True)
    must: bool = c.flag(default="false")
    weight: float | None = c.real()
    qualification_id: int | None = c.link("qualification")
    level_id: int | None = c.link("level")
    skill_id: int | None = c.link("skill")
    stated_as: str = c.text(required=True)
    language: str | None = c.text()
    method: str | None = c.text()
    confidence: float | None = c.real()
    reviewed: bool = c.flag(default="false")
    span_start: int | None = c.number()
    span_end: int | None = c.number()
    alternatives: Any = c.document()


class VacancySkill(SQLModel, table=True):
    """Every skill a vacancy asks for, once: derived from its requirements, kept by the writer."""

    __tablename__ = "vacancy_skill"
    __table_args__ = (sa.Index("vacancy_skill_back", "vacancy_id"),)

    skill_id: int = c.link("skill", ondelete="CASCADE", primary_key=True)
    vacancy_id: int = c.link("vacancy", ondelete="CASCADE", primary_key=True)
