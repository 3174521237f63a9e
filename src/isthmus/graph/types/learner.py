"""Learners: persons who hold or seek credentials."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import UNSET
from strawberry.federation.schema_directives import Cost

from isthmus.errors import ErrorCode, Refused
from isthmus.graph.connection import FREE, Connection
from isthmus.graph.credential_enums import VerificationLevel
from isthmus.graph.fields import After, First, GraphInfo, listed, sliced_by
from isthmus.graph.gates import gated
from isthmus.graph.listed_page import asked_page, page_read
from isthmus.graph.node import ID, Node
from isthmus.graph.people_enums import ConsentStatus
from isthmus.graph.people_inputs import CredentialFilter
from isthmus.graph.rows import of_people
from isthmus.graph.scalars import LanguageTag
from isthmus.graph.sourced_connection import Connection as SourcedConnection
from isthmus.graph.types.consent import AccessEvent, Consent, consents_page
from isthmus.graph.types.credential import Credential
from isthmus.graph.types.guardianship import Guardianship
from isthmus.graph.types.held_credentials import credentials_page
from isthmus.graph.types.learner_skill import LearnerSkill, skills_page
from isthmus.graph.types.source_link import SourceLink
from isthmus.graph.types.trait import Trait
from isthmus.model import consent as consents
from isthmus.model.learner import Learner as Known
from isthmus.model.learner import Person
from isthmus.query.costing import ASSUMED
from isthmus.query.ids import encode_id

LEARNER = "lrn"
WEIGHT = 5
PAGED = {"directives": [sliced_by("first")]}
EVENTS = 50


@strawberry.federation.type(description="How to reach a learner.", directives=[FREE])
class Contact:
    """How to reach a learner."""

    email: str | None = strawberry.field(description="The address for mail.")
    phone: str | None = strawberry.field(description="The telephone number.")


@strawberry.federation.type(
    description="What a learner prefers; it orders their own answers.", directives=[FREE]
)
class LearnerPreferences:
    """What a learner prefers."""

    languages: list[LanguageTag] = strawberry.field(description="Languages, best first.")
    low_bandwidth: bool = strawberry.field(description="Whether small answers are wanted.")

    @classmethod
    def of(cls, person: Person) -> LearnerPreferences:
        """Read them off a person."""
        languages = [LanguageTag(tag) for tag in person.languages]
        return cls(languages=languages, low_bandwidth=person.low_bandwidth)


@of_people(LEARNER, "Learner", WEIGHT)
@strawberry.federation.type(
    description="A person who holds or seeks credentials. Without a consent that covers it a field"
    " is null, and the code of its error is CONSENT_REQUIRED.",
    keys=["id"],
    directives=[Cost(weight=WEIGHT)],
)
class Learner(Node):
    """A learner."""

    learner_id: strawberry.Private[int]

    async def admit(self, info: GraphInfo, type_name: str, field_name: str) -> None:
        """Let a field be shown."""
        await info.context.seeing.permits.admit(self.learner_id, type_name, field_name)

    async def known(self, info: GraphInfo) -> Known:
        """Give what is known, for a field that was admitted."""
        found = await info.context.seeing.learner(self.learner_id)
        if found is None:
            raise Refused(ErrorCode.FORBIDDEN, "The learner is no longer there.")
        return found

    @strawberry.field(description=ID)  # type: ignore[misc]  # over a Node's, which is of a row
    def id(self) -> strawberry.ID:
        """Give the id."""
        return strawberry.ID(encode_id(LEARNER, self.learner_id))

    @gated("What the learner is called.")
    async def display_name(self, info: GraphInfo) -> str | None:
        """Give the name."""
        return (await self.known(info)).person.name

    @gated("How to reach the learner.")
    async def contact(self, info: GraphInfo) -> Contact | None:
        """Give it."""
        person = (await self.known(info)).person
        return Contact(email=person.email, phone=person.phone)

    @gated("Credentials, live from linked stores and held; newest to the hub first.", **PAGED)
    async def credentials(
        self,
        info: GraphInfo,
        first: First = 20,
        after: After = UNSET,
        filter: Annotated[
            CredentialFilter | None, strawberry.argument(description="Only those that fit all.")
        ] = UNSET,
    ) -> SourcedConnection[Credential] | None:
        """Give a page."""
        return await credentials_page(info, self.learner_id, first, after or None, filter or None)

    @gated("The skills that credentials show, each with the best it rests on.", **PAGED)
    async def skills(
        self,
        info: GraphInfo,
        first: First = 20,
        after: After = UNSET,
        min_verification: Annotated[
            VerificationLevel | None,
            strawberry.argument(description="Only those that stand on at least this."),
        ] = VerificationLevel.SELF,
    ) -> Connection[LearnerSkill] | None:
        """Give a page."""
        least = min_verification or VerificationLevel.SELF
        return await skills_page(info, self.learner_id, first, after or None, least)

    @gated("Licences, professional status and the like.", directives=[listed(ASSUMED)])
    async def traits(self, info: GraphInfo) -> list[Trait] | None:
        """Give them."""
        scope = consents.DataScope.TRAITS
        found = await info.context.seeing.credentials(self.learner_id, scope)
        return [Trait(made=one) for one in found if one.trait is not None]

    @gated("Consents asked of the learner, and given; newest first.", **PAGED)
    async def consents(
        self,
        info: GraphInfo,
        first: First = 20,
        after: After = UNSET,
        status: Annotated[
            ConsentStatus | None, strawberry.argument(description="Only those in this state.")
        ] = UNSET,
    ) -> Connection[Consent] | None:
        """Give a page."""
        return await consents_page(info, self.learner_id, first, after or None, status or None)

    @gated("Each read of the learner's data by others; newest first.", **PAGED)
    async def access_log(
        self, info: GraphInfo, first: First = EVENTS, after: After = UNSET
    ) -> Connection[AccessEvent] | None:
        """Give a page."""
        seeing, (size, begin) = info.context.seeing, asked_page(first, after or None)
        rows = await seeing.people.consents.accesses_of(
            seeing.viewer, self.learner_id, begin, size + 1
        )
        page = page_read(rows, size, begin, key=lambda a: a.id, node=lambda a: AccessEvent(line=a))
        return Connection(page=page)

    @gated("Who confirms what the learner agrees to under age.", directives=[listed(ASSUMED)])
    async def guardians(self, info: GraphInfo) -> list[Guardianship] | None:
        """Give the guardianships over the learner."""
        found = await info.context.seeing.people.consents.guardians.of(info.context.viewer)
        return [Guardianship(held=one) for one in found]

    @gated("Whose guardian the learner is.", directives=[listed(ASSUMED)])
    async def wards(self, info: GraphInfo) -> list[Guardianship] | None:
        """Give the guardianships of the learner."""
        found = await info.context.seeing.people.consents.guardians.wards_of(info.context.viewer)
        return [Guardianship(held=one) for one in found]

    @gated("Links to stores.", directives=[listed(ASSUMED)])
    async def source_links(self, info: GraphInfo) -> list[SourceLink] | None:
        """Give them."""
        stores = info.context.seeing.people.stores
        if stores is None:
            return []
        found = await stores.links_of(info.context.viewer, self.learner_id)
        return [SourceLink(link=one) for one in found]

    @gated("What the learner prefers.")
    async def preferences(self, info: GraphInfo) -> LearnerPreferences | None:
        """Give it."""
        return LearnerPreferences.of((await self.known(info)).person)
