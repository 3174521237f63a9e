"""Peer (a): plain Strawberry with aiodataloader over SQLModel, as one would write it by hand.

It answers the hub's own documents, as much of the hub's schema as they use. On PostgreSQL
(`a-pg`) it reads the hub's loaded tables, only the columns it needs, by the hub's indexes; on
SQLite (`a`) the copy of those columns. One session for a batch, one batch for a kind of thing
and level. Cursors are `moment~key` and `key`; a text is `{ value }` only, without the choice
of a language; nothing is guarded, counted or masked: less work than the hub's.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import tuple_
from sqlmodel import select
from starlette.applications import Starlette
from strawberry.asgi import GraphQL
from strawberry_rows import (
    CREDITS,
    LOCATIONS,
    PUBLISHED,
    SQLITE,
    Loaders,
    QualificationRow,
    VacancyRow,
    as_list,
    read,
)

Info = strawberry.Info


@strawberry.type
class Text:
    value: str


@strawberry.type
class Organization:
    row: strawberry.Private[Any]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"org_{self.row.id}")

    @strawberry.field
    def name(self) -> Text:
        return Text(value=self.row.name)

    @strawberry.field
    def country(self) -> str | None:
        return self.row.country


@strawberry.type
class Occupation:
    uri: str
    label: Text


@strawberry.type
class OccupationConnection:
    nodes: list[Occupation]


@strawberry.type
class Skill:
    row: strawberry.Private[Any]

    @strawberry.field
    def uri(self) -> str:
        return self.row.uri

    @strawberry.field
    def label(self) -> Text:
        return Text(value=self.row.label)

    @strawberry.field
    async def occupations(self, info: Info, first: int = 20) -> OccupationConnection:
        rows = await info.context["loaders"].occupations.load(self.row.id)
        return OccupationConnection(
            nodes=[Occupation(uri=r.uri, label=Text(value=r.label)) for r in rows[:first]]
        )


@strawberry.type
class SkillAlignment:
    skill_id: strawberry.Private[int]

    @strawberry.field
    async def skill(self, info: Info) -> Skill:
        return Skill(row=await info.context["loaders"].skills.load(self.skill_id))


@strawberry.type
class Requirement:
    must: bool
    skill: SkillAlignment


@strawberry.type
class Place:
    country: str | None
    municipality: str | None


@strawberry.type
class SalaryRange:
    min: str | None
    currency: str


@strawberry.type
class Vacancy:
    row: strawberry.Private[Any]
    places: strawberry.Private[Any]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"vac_{self.row.id}")

    @strawberry.field
    def title(self) -> Text:
        return Text(value=self.row.title)

    @strawberry.field
    async def employer(self, info: Info) -> Organization:
        loader = info.context["loaders"].organizations
        return Organization(row=await loader.load(self.row.employer_id))

    @strawberry.field
    def locations(self) -> list[Place]:
        return [Place(country=p["country"], municipality=p["municipality"]) for p in self.places]

    @strawberry.field
    def published_at(self) -> str:
        return moment(self.row)

    @strawberry.field
    def employment_type(self) -> str:
        return self.row.employment_type

    @strawberry.field
    def salary(self) -> SalaryRange:
        least = self.row.salary_min
        said = least if isinstance(least, str) else format(least, "f")
        return SalaryRange(min=said, currency=self.row.salary_currency)

    @strawberry.field
    async def requirements(self, info: Info) -> list[Requirement]:
        rows = await info.context["loaders"].requirements.load(self.row.id)
        return [Requirement(must=r.must, skill=SkillAlignment(skill_id=r.skill_id)) for r in rows]


@strawberry.type
class LearningOutcome:
    row: strawberry.Private[Any]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"out_{self.row.id}")

    @strawberry.field
    def text(self) -> Text:
        return Text(value=self.row.text)

    @strawberry.field
    async def skills(self, info: Info) -> list[SkillAlignment]:
        rows = await info.context["loaders"].outcome_skills.load(self.row.id)
        return [SkillAlignment(skill_id=r.skill_id) for r in rows]


@strawberry.type
class Level:
    id: strawberry.ID
    notation: str
    rank: int


@strawberry.type
class CreditValue:
    points: float


@strawberry.type
class Qualification:
    row: strawberry.Private[Any]
    held_credits: strawberry.Private[Any] = None

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"qua_{self.row.id}")

    @strawberry.field
    def title(self) -> Text:
        return Text(value=self.row.title)

    @strawberry.field
    def register_status(self) -> str:
        return self.row.register_status

    @strawberry.field
    def credits(self) -> list[CreditValue]:
        return [CreditValue(points=c["points"]) for c in as_list(self.held_credits)]

    @strawberry.field
    async def provider(self, info: Info) -> Organization:
        loader = info.context["loaders"].organizations
        return Organization(row=await loader.load(self.row.provider_id))

    @strawberry.field
    async def level(self, info: Info) -> Level:
        row = await info.context["loaders"].levels.load(self.row.level_id)
        return Level(id=strawberry.ID(f"lvl_{row.id}"), notation=row.notation, rank=row.rank)

    @strawberry.field
    async def awarding_bodies(self, info: Info) -> list[Organization]:
        rows = await info.context["loaders"].awarding_bodies.load(self.row.id)
        return [Organization(row=r) for r in rows]

    @strawberry.field
    async def outcomes(self, info: Info) -> list[LearningOutcome]:
        rows = await info.context["loaders"].outcomes.load(self.row.id)
        return [LearningOutcome(row=r) for r in rows]


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class VacancyEdge:
    cursor: str
    node: Vacancy


@strawberry.type
class VacancyConnection:
    edges: list[VacancyEdge]
    page_info: PageInfo


@strawberry.type
class QualificationEdge:
    cursor: str
    node: Qualification


@strawberry.type
class QualificationConnection:
    edges: list[QualificationEdge]
    page_info: PageInfo


@strawberry.input
class RecordKey:
    id: strawberry.ID


def moment(row: Any) -> str:
    held = row.published_at
    return held if isinstance(held, str) else held.isoformat()


@strawberry.type
class Query:
    @strawberry.field
    async def vacancies(self, first: int, after: str | None = None) -> VacancyConnection:
        row = VacancyRow
        statement = select(row, LOCATIONS)
        if after:
            at, _, key = after.partition("~")
            since = at if SQLITE else datetime.fromisoformat(at)
            statement = statement.where(tuple_(PUBLISHED, row.id) < (since, int(key)))
        order = (PUBLISHED.desc(), row.id.desc())
        rows = await read(statement.order_by(*order).limit(first + 1))
        edges = [
            VacancyEdge(cursor=f"{moment(r)}~{r.id}", node=Vacancy(row=r, places=as_list(places)))
            for r, places in rows[:first]
        ]
        return VacancyConnection(edges=edges, page_info=page_info(edges, more=len(rows) > first))

    @strawberry.field
    async def qualifications(self, first: int, after: str | None = None) -> QualificationConnection:
        row = QualificationRow
        statement = select(row).where(row.id > int(after or 0)).order_by(row.id)
        rows = await read(statement.limit(first + 1))
        edges = [QualificationEdge(cursor=str(r.id), node=Qualification(row=r)) for r in rows]
        return QualificationConnection(
            edges=edges[:first], page_info=page_info(edges[:first], more=len(rows) > first)
        )

    @strawberry.field
    async def qualification(self, by: RecordKey) -> Qualification | None:
        row, key = QualificationRow, int(by.id.rpartition("_")[2])
        for found, held in await read(select(row, CREDITS).where(row.id == key)):
            return Qualification(row=found, held_credits=held)
        return None


def page_info(edges: list[Any], *, more: bool) -> PageInfo:
    return PageInfo(has_next_page=more, end_cursor=edges[-1].cursor if edges else None)


class App(GraphQL):
    async def get_context(self, request: Any, response: Any) -> Any:
        return {"request": request, "response": response, "loaders": Loaders()}


app = Starlette()
app.mount("/graphql", App(strawberry.Schema(Query), graphql_ide=None))
