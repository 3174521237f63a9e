"""Guardianships: a grown-up who confirms what a learner under age agrees to."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import UNSET

from isthmus.graph.connection import Connection
from isthmus.graph.fields import After, First, GraphInfo, sliced_by
from isthmus.graph.people_enums import ConsentStatus, GuardianshipState
from isthmus.graph.references import LearnerRef
from isthmus.graph.scalars import Moment
from isthmus.graph.types.consent import Consent, consents_page
from isthmus.model import guardianship as model
from isthmus.query.ids import encode_id

GUARDIANSHIP = "grd"


@strawberry.type(
    description="A guardianship, as the ward and the guardian see it: what is granted under age"
    " takes effect when the guardian confirms it."
)
class Guardianship:
    """A guardianship."""

    held: strawberry.Private[model.Guardianship]

    @strawberry.field(description="Its id, for `endGuardianship`.")
    def id(self) -> strawberry.ID:
        """Give the id."""
        return strawberry.ID(encode_id(GUARDIANSHIP, self.held.id))

    @strawberry.field(description="The ward.")
    def learner(self) -> LearnerRef:
        """Give the learner."""
        from isthmus.graph.types.learner import Learner  # noqa: PLC0415 - they name each other

        return Learner(learner_id=self.held.learner_id)

    @strawberry.field(description="Where it stands.")
    def state(self) -> GuardianshipState:
        """Name the state."""
        return GuardianshipState[self.held.state.name]

    @strawberry.field(description="When the learner drew its code.")
    def created_at(self) -> Moment:
        """Give the moment."""
        return Moment(self.held.created_at)

    @strawberry.field(description="When the guardian accepted it.")
    def accepted_at(self) -> Moment | None:
        """Give the moment."""
        return Moment(self.held.accepted_at) if self.held.accepted_at else None

    @strawberry.field(description="When it ended.")
    def ended_at(self) -> Moment | None:
        """Give the moment."""
        return Moment(self.held.ended_at) if self.held.ended_at else None

    @strawberry.field(
        description="The ward's consents, for the ward and a guardian in office; newest first.",
        directives=[sliced_by("first")],
    )
    async def consents(
        self,
        info: GraphInfo,
        first: First = 20,
        after: After = UNSET,
        status: Annotated[
            ConsentStatus | None, strawberry.argument(description="Only those in this state.")
        ] = UNSET,
    ) -> Connection[Consent] | None:
        """Give a page of what row level security lets the caller see."""
        learner = self.held.learner_id
        return await consents_page(info, learner, first, after or None, status or None)
