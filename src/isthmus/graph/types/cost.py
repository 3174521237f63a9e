"""What the caller may still ask for."""

from __future__ import annotations

from datetime import UTC, datetime

import strawberry

from isthmus.graph.allowance import UNBOUNDED, Allowance
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
    resets_at: Moment | None = strawberry.field(
        description="When all of them are there again; null where there is no end to them."
    )

    @classmethod
    def of(cls, allowance: Allowance) -> CostInfo:
        """Tell what is left of an allowance."""
        return cls(
            limit=allowance.limit,
            used=allowance.used,
            remaining=allowance.limit - allowance.used,
            resets_at=_moment(allowance),
        )


def _moment(allowance: Allowance) -> Moment | None:
    if allowance.limit == UNBOUNDED:
        return None
    return Moment(datetime.fromtimestamp(allowance.until, UTC))
