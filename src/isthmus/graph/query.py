"""The root of every query."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from isthmus.errors import ErrorCode, Refused
from isthmus.graph import conditions as c
from isthmus.graph import inputs
from isthmus.graph.allowance import WINDOW_SECONDS, Allowance
from isthmus.graph.connection import Connection as OwnConnection
from isthmus.graph.enums import FrameworkKind
from isthmus.graph.fields import PLAN, After, First, GraphInfo, by_key, page, sliced_by, whole
from isthmus.graph.listing_connectors import connectors_page
from isthmus.graph.node import Node
from isthmus.graph.owning import is_shown
from isthmus.graph.people_roots import PeopleQuery, find_person
from isthmus.graph.rows import GUARDED, PEOPLE, entity_of, types_by_prefix
from isthmus.graph.sourced_connection import Connection
from isthmus.graph.types.change import Change, ChangeTypes, changes_after
from isthmus.graph.types.connector import CONNECTOR, Connector, connector_of
from isthmus.graph.types.cost import CostInfo
from isthmus.graph.types.framework import Framework
from isthmus.graph.types.occupation import Occupation
from isthmus.graph.types.organization import Organization
from isthmus.graph.types.qualification import Qualification
from isthmus.graph.types.skill import ConceptScheme, Skill
from isthmus.graph.types.source import Source
from isthmus.graph.types.vacancy import Vacancy
from isthmus.query.ids import MOST_IDS, decode_id, key_of
from isthmus.query.vocabulary import ById


async def find_nodes(info: GraphInfo, ids: list[str]) -> list[Any]:
    """Find objects by id, in the order asked; null for an id that names nothing."""
    types = types_by_prefix()

    async def find(prefix: str, key: int) -> Any:
        if prefix in PEOPLE:
            return await find_person(info, prefix, key)
        name = types.get(prefix)
        if name in GUARDED and not await is_shown(info.context, name, key):
            return None
        row = None if name is None else await info.context.loaders.row(name, key)
        return None if row is None or name is None else entity_of(name, row)

    named = [decode_id(text) for text in ids]  # before anything is begun: one may not read
    return await asyncio.gather(*(find(prefix, key) for prefix, key in named))


@strawberry.type(description="Everything that can be asked.")
class Query(PeopleQuery):
    """The root."""

    @strawberry.field(
        description="Any object by its id; null for an id that names nothing.",
        metadata={PLAN: ById()},
    )
    async def node(
        self,
        info: GraphInfo,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")],
    ) -> Node | None:
        """Find one object."""
        found: Node | None = (await find_nodes(info, [id]))[0]
        return found

    @strawberry.field(
        description="Objects by their ids, in the order asked; at most 100.",
        metadata={PLAN: ById(many=True)},
    )
    async def nodes(
        self,
        info: GraphInfo,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Their ids.")],
    ) -> list[Node | None]:
        """Find several objects."""
        if len(ids) > MOST_IDS:
            raise Refused(ErrorCode.ARGUMENT_INVALID, f"`ids` may hold {MOST_IDS} at most.")
        return await find_nodes(info, list(ids))

    vacancy: Vacancy | None = by_key("Vacancy", "A vacancy.")
    vacancies: Connection[Vacancy] | None = page(
        "Vacancy",
        "Vacancies; those published last come first.",
        conditions=c.VACANCY_CONDITIONS,
        filter_type=inputs.VacancyFilter,
        sorts=c.VACANCY_SORTS,
        sort_type=inputs.VacancySort,
        order=c.PUBLISHED,
        noun="VACANCY",
        both_ways=True,
    )
    qualification: Qualification | None = by_key("Qualification", "A qualification.")
    qualifications: Connection[Qualification] | None = page(
        "Qualification",
        "Qualifications.",
        conditions=c.QUALIFICATION_CONDITIONS,
        filter_type=inputs.QualificationFilter,
        sorts=c.QUALIFICATION_SORTS,
        sort_type=inputs.QualificationSort,
        noun="QUALIFICATION",
        both_ways=True,
    )
    skill: Skill | None = by_key("Skill", "A skill.")
    skills: Connection[Skill] | None = page(
        "Skill",
        "Skills.",
        conditions=c.SKILL_CONDITIONS,
        filter_type=inputs.SkillFilter,
        noun="SKILL",
        both_ways=True,
    )
    occupation: Occupation | None = by_key("Occupation", "An occupation.")
    occupations: Connection[Occupation] | None = page(
        "Occupation",
        "Occupations.",
        conditions=c.OCCUPATION_CONDITIONS,
        filter_type=inputs.OccupationFilter,
        noun="OCCUPATION",
        both_ways=True,
    )
    organization: Organization | None = by_key("Organization", "An organization.")
    organizations: Connection[Organization] | None = page(
        "Organization",
        "Organizations.",
        conditions=c.ORGANIZATION_CONDITIONS,
        filter_type=inputs.OrganizationFilter,
        noun="ORGANIZATION",
        both_ways=True,
    )
    sources: OwnConnection[Source] | None = page(
        "Source",
        "The sources the hub reads.",
        conditions=c.SOURCE_CONDITIONS,
        filter_type=inputs.SourceFilter,
    )

    @strawberry.federation.field(
        description="The kinds of sources the hub knows, the newest first. Those that nothing is in"
        " force of yet are shown to their owners and to stewards.",
        directives=[sliced_by("first")],
    )
    async def connectors(
        self, info: GraphInfo, first: First = 20, after: After = UNSET
    ) -> OwnConnection[Connector] | None:
        """Give a page."""
        found: OwnConnection[Connector] = await connectors_page(info, first, after or None)
        return found

    @strawberry.field(description="A connector; null for one the caller is not shown.")
    async def connector(
        self,
        info: GraphInfo,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")],
    ) -> Connector | None:
        """Find a connector."""
        key = key_of(id, CONNECTOR)
        if not await is_shown(info.context, "Connector", key):
            return None
        return await connector_of(info, key)

    @strawberry.federation.field(
        description="What changed, oldest first, as far back as changes are kept. Poll with the"
        " last cursor as `after`: none is ever left out.",
        directives=[sliced_by("first")],
    )
    async def changes(
        self,
        info: GraphInfo,
        first: First = 100,
        after: After = UNSET,
        types: ChangeTypes = UNSET,
    ) -> OwnConnection[Change] | None:
        """Read a page of the feed."""
        return await changes_after(info, first, after or None, types)

    @strawberry.field(description="What the caller may still ask for.")
    def cost(self, info: GraphInfo) -> CostInfo:
        """Tell what is left, this operation counted."""
        context = info.context
        until = context.now.timestamp() + WINDOW_SECONDS
        return CostInfo.of(context.allowance or Allowance(until=until))

    skill_schemes: list[ConceptScheme] | None = whole(
        "ConceptScheme", "{t}.uri, {t}.id", "The schemes skills and occupations are published in."
    )
    frameworks: list[Framework] | None = whole(
        "Framework",
        "{t}.code",
        "Frameworks of qualifications and credits.",
        arguments={"kind": (FrameworkKind, "Only those of this kind.", c.equals("kind"))},
    )
