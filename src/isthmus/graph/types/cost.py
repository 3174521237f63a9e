"""What the caller may still ask for."""

from __future__ import annotations

from datetime import UTC, datetime

import strawberry

from isthmus.graph.allowance import Allowance
from isthmus.graph.connection import FREE
from isthmus.graph.scalars import Moment


@strawberry.federation.type(
    description="The caller's points. An operation costs as many as its estimate in"
    " `extensions.cost`, and one more.",
    directives=[FREE],
)
class CostInfo:
    """Points of one window."""

    limit: int = strawberry.field(description="Points of a window.")
    used: int = strawberry.field(description="Those used, by this operation too.")
    remaining: int = strawberry.field(description="Those left.")
    resets_at: Moment = strawberry.field(description="When all of them are there again.")

    @classmethod
    def of(cls, allowance: Allowance) -> CostInfo:
        """Tell what is left of an allowance."""
        return cls(
            limit=allowance.limit,
            used=allowance.used,
            remaining=allowance.limit - allowance.used,
            resets_at=Moment(datetime.fromtimestamp(allowance.until, UTC)),
        )
