"""Links of learners to live sources, such as a store of credentials."""

from __future__ import annotations

import strawberry

from isthmus.graph.fields import GraphInfo
from isthmus.graph.people_enums import SourceLinkState
from isthmus.graph.references import SourceRef
from isthmus.graph.rows import entity_of
from isthmus.graph.scalars import Moment
from isthmus.model import learner as model


@strawberry.type(description="The learner's own link to a live source, such as a store.")
class SourceLink:
    """A link."""

    link: strawberry.Private[model.SourceLink]

    @strawberry.field(description="The source.")
    async def source(self, info: GraphInfo) -> SourceRef:
        """Give the source."""
        found: SourceRef = entity_of(
            "Source", await info.context.loaders.row("Source", self.link.source_id)
        )
        return found

    @strawberry.field(description="Where it stands.")
    def state(self) -> SourceLinkState:
        """Name the state."""
        return SourceLinkState[self.link.state.name]

    @strawberry.field(description="When the learner agreed at the store.")
    def linked_at(self) -> Moment | None:
        """Give the moment."""
        return Moment(self.link.linked_at) if self.link.linked_at else None

    @strawberry.field(description="When the store wants to be asked again, as far as it says.")
    def expires_at(self) -> Moment | None:
        """Give the moment."""
        return Moment(self.link.expires_at) if self.link.expires_at else None
