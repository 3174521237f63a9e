"""Exports: everything held on a learner, as one file, for as long as it is kept."""

from __future__ import annotations

import base64

import strawberry
from strawberry.federation.schema_directives import Cost

from isthmus.errors import ErrorCode, Refused
from isthmus.graph.fields import GraphInfo
from isthmus.graph.node import ID, Node
from isthmus.graph.people_enums import ExportFormat
from isthmus.graph.rows import of_people
from isthmus.graph.scalars import Moment
from isthmus.graph.source_enums import RunState
from isthmus.model import export as model
from isthmus.query.ids import encode_id

EXPORT = "exp"
LARGEST = 20 * 1024 * 1024
"""The largest archive that fits into one answer, in bytes."""
GONE = "The export is no longer there."


@of_people(EXPORT, "ExportJob", 1)
@strawberry.federation.type(
    description="Everything held on a learner, as one file, for the learner alone.",
    keys=["id"],
    directives=[Cost(weight=1)],
)
class ExportJob(Node):
    """An export."""

    kept: strawberry.Private[model.Export]

    @strawberry.field(description=ID)  # type: ignore[misc]  # over a Node's, which is of a row
    def id(self) -> strawberry.ID:
        """Give the id."""
        return strawberry.ID(encode_id(EXPORT, self.kept.id))

    @strawberry.field(description="Where it stands.")
    def state(self) -> RunState:
        """Say: it is made before its mutation answers."""
        return RunState.DONE

    @strawberry.field(description="The form.")
    def format(self) -> ExportFormat:
        """Name the form."""
        return ExportFormat.JSON_LD

    @strawberry.field(description="How many records it holds.")
    def records(self) -> int | None:
        """Count them."""
        return self.kept.records

    @strawberry.field(description="Until when the hub keeps it.")
    def expires_at(self) -> Moment | None:
        """Give the moment."""
        return Moment(self.kept.expires_at) if self.kept.expires_at else None

    @strawberry.field(description="The zip itself, as base64.")
    async def body_base64(self, info: GraphInfo) -> str | None:
        """Unseal it."""
        found = await info.context.seeing.export(self.kept.id)
        if found is None or found.content is None:
            raise Refused(ErrorCode.ARGUMENT_INVALID, GONE)
        if len(found.content) > LARGEST:
            raise Refused(ErrorCode.BODY_TOO_LARGE, "The export is too large for one answer.")
        return base64.b64encode(found.content).decode()
