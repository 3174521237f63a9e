"""The roots of people: who asks, a learner, learners who agreed, one credential.

What the caller may not see answers as what is not there, in the same words.
"""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from isthmus.errors import ErrorCode, Refused
from isthmus.graph.connection import FREE, Connection
from isthmus.graph.fields import After, ByKeyInput, First, GraphInfo, sliced_by, stated
from isthmus.graph.finding_learners import learners_page
from isthmus.graph.gates import scoped, signed_in
from isthmus.graph.people_inputs import LearnerFilter
from isthmus.graph.rows import entity_of
from isthmus.graph.seeing import Seeing
from isthmus.graph.types.consent import Consent
from isthmus.graph.types.credential import CREDENTIAL, Credential
from isthmus.graph.types.export import EXPORT, ExportJob
from isthmus.graph.types.learner import LEARNER, Learner
from isthmus.graph.types.organization import Organization
from isthmus.model.consent import DataScope
from isthmus.query.ids import key_of
from isthmus.query.statements import stated_key

MAY_ASK = "consent:request"


async def find_person(info: GraphInfo, prefix: str, key: int) -> Any:
    """Find a learner, or what is theirs, by id; None where the caller may not see it."""
    return await find_of_type(info.context.seeing, prefix, key)


async def find_of_type(seeing: Seeing, prefix: str, key: int) -> Any:
    """Find an object of a person by the prefix of its id."""
    if seeing.viewer.is_anonymous or not seeing.has_people:
        return None
    if prefix == LEARNER:
        return Learner(learner_id=key) if await seeing.permits.knows(key) else None
    if prefix == CREDENTIAL:
        made = await seeing.credential(key)
        return None if made is None else Credential(made=made)
    if prefix == EXPORT:
        kept = await seeing.export(key)
        return None if kept is None else ExportJob(kept=kept)
    consent = await seeing.consent(key)
    return None if consent is None else Consent(held=consent)


@strawberry.federation.type(description="Who asks, as the token says.", directives=[FREE])
class Viewer:
    """Who asks."""

    @strawberry.field(description="The learner, where a learner asks.")
    def learner(self, info: GraphInfo) -> Learner | None:
        """Give the learner."""
        key = info.context.viewer.learner_id
        return None if key is None else Learner(learner_id=key)

    @strawberry.field(description="The organization, where one asks.")
    async def organization(self, info: GraphInfo) -> Organization | None:
        """Give the organization."""
        key = info.context.viewer.organization_id
        row = None if key is None else await info.context.loaders.row("Organization", key)
        return None if row is None else entity_of("Organization", row)

    @strawberry.field(description="The client that the token was given to.")
    def client(self, info: GraphInfo) -> str | None:
        """Give its name."""
        return info.context.viewer.client

    @strawberry.field(description="The scopes that count.")
    def scopes(self, info: GraphInfo) -> list[str]:
        """Name them."""
        viewer = info.context.viewer
        return sorted(scope for scope in viewer.scopes if viewer.may(scope))


@strawberry.type
class PeopleQuery:
    """The roots."""

    @strawberry.field(description="Who asks.")
    def viewer(self) -> Viewer:
        """Give who asks."""
        return Viewer()

    @strawberry.federation.field(
        description="A learner, for the learner and for whoever has, or had, a consent of theirs."
        " Whoever may ask for one is told where; else null, as for an id that names nobody.",
        **signed_in(),
    )
    async def learner(
        self,
        info: GraphInfo,
        id: Annotated[strawberry.ID, strawberry.argument(description="Their id.")],
    ) -> Learner | None:
        """Find a learner."""
        key, seeing = key_of(id, LEARNER), info.context.seeing
        if not seeing.has_people:
            return None
        found: Learner | None = await find_of_type(seeing, LEARNER, key)
        if found is None and seeing.viewer.may(MAY_ASK):
            raise seeing.permits.missing(await seeing.permits.of(key), DataScope.IDENTITY)
        return found

    @strawberry.federation.field(
        description="Learners with an active consent that names the caller.",
        **{**scoped("learners:read"), "directives": [
            *scoped("learners:read")["directives"], sliced_by("first")]},
    )  # fmt: skip
    async def learners(
        self,
        info: GraphInfo,
        first: First = 20,
        after: After = UNSET,
        filter: Annotated[
            LearnerFilter | None,
            strawberry.argument(description="Only those that fit all of this."),
        ] = UNSET,
    ) -> Connection[Learner] | None:
        """Give a page."""
        return await learners_page(info, first, after or None, filter or None)

    @strawberry.field(
        description="A credential that the caller may see; null as for an id that names none."
    )
    async def credential(self, info: GraphInfo, by: ByKeyInput) -> Credential | None:
        """Find a credential."""
        name, value = stated_key(stated(by))
        if name != "id":
            message = "A credential is found by its id: its other names are its learner's."
            raise Refused(ErrorCode.ARGUMENT_INVALID, message)
        found: Credential | None = await find_of_type(
            info.context.seeing, CREDENTIAL, key_of(value, CREDENTIAL)
        )
        return found
