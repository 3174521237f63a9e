"""The rows of peer (a), as SQLModel declares them, and the loaders that read them in batches."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any, Optional

from aiodataloader import DataLoader
from sqlalchemy import event, literal_column
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

URL = os.environ["PEER_DATABASE"]
SQLITE = URL.startswith("sqlite")
engine = create_async_engine(URL, pool_size=8, max_overflow=8)
Moment, Amount = (str, str) if SQLITE else (datetime, Decimal)

if SQLITE:

    @event.listens_for(engine.sync_engine, "connect")
    def _tune(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA mmap_size = 1000000000")
        connection.execute("PRAGMA cache_size = -65536")


class OrganizationRow(SQLModel, table=True):
    __tablename__ = "organization"
    id: int = Field(primary_key=True)
    name: str
    country: Optional[str]  # noqa: UP045 - as SQLModel reads it


class SkillRow(SQLModel, table=True):
    __tablename__ = "skill"
    id: int = Field(primary_key=True)
    uri: str
    label: str


class OccupationRow(SQLModel, table=True):
    __tablename__ = "occupation"
    id: int = Field(primary_key=True)
    uri: str
    label: str


class OccupationSkillRow(SQLModel, table=True):
    __tablename__ = "occupation_skill"
    occupation_id: int = Field(primary_key=True)
    skill_id: int = Field(primary_key=True)


class VacancyRow(SQLModel, table=True):
    __tablename__ = "vacancy"
    id: int = Field(primary_key=True)
    title: str
    employer_id: int
    published_at: Moment
    employment_type: str
    salary_min: Amount
    salary_currency: str


class RequirementRow(SQLModel, table=True):
    __tablename__ = "requirement"
    vacancy_id: int = Field(primary_key=True)
    ord: int = Field(primary_key=True)
    must: bool
    skill_id: int


class LevelRow(SQLModel, table=True):
    __tablename__ = "level"
    id: int = Field(primary_key=True)
    notation: str
    rank: int


class QualificationRow(SQLModel, table=True):
    __tablename__ = "qualification"
    id: int = Field(primary_key=True)
    title: str
    register_status: str
    provider_id: int
    level_id: int


class AwardingBodyRow(SQLModel, table=True):
    __tablename__ = "qualification_awarding_body"
    qualification_id: int = Field(primary_key=True)
    organization_id: int = Field(primary_key=True)


class OutcomeRow(SQLModel, table=True):
    __tablename__ = "learning_outcome"
    id: int = Field(primary_key=True)
    text: str


class QualificationOutcomeRow(SQLModel, table=True):
    __tablename__ = "qualification_outcome"
    qualification_id: int = Field(primary_key=True)
    outcome_id: int = Field(primary_key=True)
    ord: int


class OutcomeSkillRow(SQLModel, table=True):
    __tablename__ = "outcome_skill"
    outcome_id: int = Field(primary_key=True)
    ord: int = Field(primary_key=True)
    skill_id: int


# JSON columns come as text in SQLite and decoded from PostgreSQL
LOCATIONS = literal_column("vacancy.locations")
CREDITS = literal_column("qualification.credits")
# the expression the hub's index is over
PUBLISHED = literal_column(
    "vacancy.published_at" if SQLITE else "coalesce(vacancy.published_at, '-infinity')"
)


async def read(statement: Any) -> list[Any]:
    async with AsyncSession(engine) as session:
        return list((await session.exec(statement)).all())


def as_list(held: Any) -> list[Any]:
    return json.loads(held) if isinstance(held, str) else held or []


class Loaders:
    """One loader for each kind of thing, anew for each request."""

    def __init__(self) -> None:
        self.organizations = DataLoader(by_key(OrganizationRow))
        self.skills = DataLoader(by_key(SkillRow))
        self.levels = DataLoader(by_key(LevelRow))
        self.requirements = DataLoader(requirements_of)
        self.outcomes = DataLoader(outcomes_of)
        self.outcome_skills = DataLoader(outcome_skills_of)
        self.occupations = DataLoader(occupations_of)
        self.awarding_bodies = DataLoader(awarding_bodies_of)


def by_key(row: Any) -> Any:
    async def load(keys: list[int]) -> list[Any]:
        found = {r.id: r for r in await read(select(row).where(row.id.in_(keys)))}
        return [found.get(key) for key in keys]

    return load


def grouped(keys: list[int], pairs: list[Any]) -> list[list[Any]]:
    found = defaultdict(list)
    for key, row in pairs:
        found[key].append(row)
    return [found[key] for key in keys]


async def requirements_of(keys: list[int]) -> list[list[Any]]:
    row = RequirementRow
    rows = await read(select(row).where(row.vacancy_id.in_(keys)).order_by(row.vacancy_id, row.ord))
    return grouped(keys, [(r.vacancy_id, r) for r in rows])


async def outcomes_of(keys: list[int]) -> list[list[Any]]:
    link = QualificationOutcomeRow
    rows = await read(
        select(link.qualification_id, OutcomeRow)
        .join(OutcomeRow, OutcomeRow.id == link.outcome_id)
        .where(link.qualification_id.in_(keys))
        .order_by(link.qualification_id, link.ord)
    )
    return grouped(keys, rows)


async def outcome_skills_of(keys: list[int]) -> list[list[Any]]:
    row = OutcomeSkillRow
    rows = await read(select(row).where(row.outcome_id.in_(keys)).order_by(row.outcome_id, row.ord))
    return grouped(keys, [(r.outcome_id, r) for r in rows])


async def occupations_of(keys: list[int]) -> list[list[Any]]:
    link = OccupationSkillRow
    rows = await read(
        select(link.skill_id, OccupationRow)
        .join(OccupationRow, OccupationRow.id == link.occupation_id)
        .where(link.skill_id.in_(keys))
        .order_by(link.skill_id, OccupationRow.id)
    )
    return grouped(keys, rows)


async def awarding_bodies_of(keys: list[int]) -> list[list[Any]]:
    link = AwardingBodyRow
    rows = await read(
        select(link.qualification_id, OrganizationRow)
        .join(OrganizationRow, OrganizationRow.id == link.organization_id)
        .where(link.qualification_id.in_(keys))
        .order_by(link.qualification_id, OrganizationRow.id)
    )
    return grouped(keys, rows)
