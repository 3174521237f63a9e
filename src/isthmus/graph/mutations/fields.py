"""How a mutation about people is declared: for whom, at what cost, with one input."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry.federation.schema_directives import Cost

from isthmus.errors import ErrorCode, Refused
from isthmus.graph.fields import PLAN, GraphInfo
from isthmus.graph.gates import Scoped, scoped, signed_in
from isthmus.model.viewer import LEARNER_SCOPE
from isthmus.query.vocabulary import Errand

WEIGHT = 20
"""What writing something down costs, in rows of the store."""
VERIFYING = 2000
"""What one verification costs, in rows of the store."""


def input_of(kind: Any, description: str) -> Any:
    """Give the type of a mutation's one argument."""
    return Annotated[kind, strawberry.argument(description=description)]


def _doing(description: str, weight: int, terms: dict[str, Any]) -> Any:
    terms = {**terms, "directives": [*terms["directives"], Cost(weight=weight)]}
    return strawberry.federation.field(
        description=description, metadata={PLAN: Errand(weight)}, **terms
    )


def doing(description: str, weight: int = WEIGHT) -> Any:
    """Declare a mutation for whoever is signed in."""
    return _doing(description, weight, signed_in())


def doing_for_oneself(description: str, weight: int = WEIGHT) -> Any:
    """Declare a mutation for learners, about themselves."""
    terms = signed_in()
    return _doing(description, weight, {**terms, "extensions": [Scoped(LEARNER_SCOPE)]})


def doing_with(scope: str, description: str, weight: int = WEIGHT) -> Any:
    """Declare a mutation for whoever holds a scope."""
    return _doing(description, weight, scoped(scope))


def oneself(info: GraphInfo) -> int:
    """Give the learner who asks."""
    learner = info.context.viewer.learner_id
    if learner is None:
        raise Refused(ErrorCode.FORBIDDEN, "Only a learner can do this.")
    return learner
