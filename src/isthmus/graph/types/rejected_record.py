"""Records that could not be read, and what a first pass came to before anything is stored."""

from __future__ import annotations

from datetime import datetime

import strawberry

from isthmus.graph.connection import FREE
from isthmus.graph.fields import column
from isthmus.graph.rows import Entity, entity_of, from_rows
from isthmus.graph.scalars import Moment
from isthmus.model.run import Rejection
from isthmus.query.vocabulary import Shape
from isthmus.registering.previewing import Preview


@from_rows(Shape("RejectedRecord", "rejected_record", of_sources=True))
@strawberry.type(description="A record that could not be read, kept until it can be.")
class RejectedRecord(Entity):
    """A rejection."""

    source_key: str = column(
        "source_key", "The source's own id of it; `#...` where that does not read."
    )
    reason: str = column("reason", "In one word, such as FIELD_MISSING.")
    message: str = column("message", "In a sentence.")
    field: str | None = column("field", "The field it failed on.")
    sample: str | None = column(
        "sample", "What was read of it, of the fields that its connector names, cut short."
    )
    at: Moment = column("at", "When.")


@strawberry.federation.type(
    description="What a first pass read, before anything is stored.", directives=[FREE]
)
class DryRun:
    """A first pass."""

    fetched: int = strawberry.field(description="Records that came.")
    accepted: int = strawberry.field(description="Records that read.")
    rejected: list[RejectedRecord] = strawberry.field(
        description="Records that did not, each with its reason; the first of many."
    )
    sample: list[str] = strawberry.field(
        description="Some accepted records in canonical form, as JSON text."
    )

    @classmethod
    def of(cls, made: Preview | None, now: datetime) -> DryRun | None:
        """Show it."""
        if made is None:
            return None
        rejected = [_row(rejection, now) for rejection in made.rejected]
        return cls(
            fetched=made.fetched,
            accepted=made.accepted,
            rejected=[entity_of("RejectedRecord", row) for row in rejected],
            sample=made.sample,
        )


def _row(rejection: Rejection, now: datetime) -> dict[str, object]:
    return {
        "id": 0, "source_key": rejection.source_key, "reason": rejection.reason,
        "message": rejection.message, "field": rejection.field, "sample": rejection.sample,
        "at": now,
    }  # fmt: skip
