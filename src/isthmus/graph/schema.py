"""Builds the schema, and gathers the plan of every field from its definition."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from graphql import GraphQLObjectType, is_specified_directive
from strawberry.federation import Schema
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig
from strawberry.types import Info

from isthmus.graph.connection import FREE
from isthmus.graph.entities import resolve_entities
from isthmus.graph.fields import PLAN
from isthmus.graph.mutation import Mutation
from isthmus.graph.query import Query
from isthmus.graph.rows import CLASSES, SHAPES
from isthmus.graph.scalars import SCALARS
from isthmus.graph.subgraph import without_security
from isthmus.graph.subscription import Subscription
from isthmus.query.vocabulary import ById, Plan

FEDERATION: Literal["2.9"] = "2.9"
"""The newest version that every composer at hand knows."""


class HubSchema(Schema):
    """Strawberry's schema, but silent: `failures` logs what is ours, without the document."""

    def entities_resolver(self, info: Info, representations: list[FederationAny]) -> list[Any]:
        """Answer references one by one; Strawberry's own would fail all of them for one."""
        return list(resolve_entities(info.context, representations))

    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """Do nothing."""


def _mark_what_is_free() -> None:
    """State that an object which stands inside its owner's row costs nothing."""
    for name, cls in CLASSES.items():
        definition = getattr(cls, "__strawberry_definition__", None)
        if definition is not None and not SHAPES[name].table and FREE not in definition.directives:
            definition.directives = [*definition.directives, FREE]


@cache
def build_schema(*, suggestions: bool = True, security: bool = False) -> HubSchema:
    """Build the schema; without `suggestions` errors name nothing the caller did not.

    `security`: a router is told which fields need a token.
    """
    _mark_what_is_free()
    schema = HubSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[cls for cls in CLASSES.values() if hasattr(cls, "__strawberry_definition__")],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=not suggestions),
        federation_version=FEDERATION,
    )
    # what composers read in the printed text is nothing that a client could write
    made = schema._schema  # noqa: SLF001
    made.directives = tuple(d for d in made.directives if is_specified_directive(d))
    service: Any = made.type_map["_Service"]
    service.fields["sdl"].resolve = lambda *_: sdl() if security else without_security(sdl())
    return schema


@cache
def plans() -> Mapping[str, Mapping[str, Plan]]:
    """Map each type and field of the graph to its plan."""
    found: dict[str, dict[str, Plan]] = {}
    for type_name, type_ in build_schema()._schema.type_map.items():  # noqa: SLF001
        if isinstance(type_, GraphQLObjectType):
            fields = {
                name: field.extensions["strawberry-definition"].metadata[PLAN]
                for name, field in type_.fields.items()
                if PLAN in getattr(field.extensions.get("strawberry-definition"), "metadata", {})
            }
            if fields:
                found[type_name] = fields
    found["Query"]["_entities"] = ById(many=True, entities=True)
    return found


@cache
def sdl() -> str:
    """Print the schema, as it stands in schema.graphql."""
    return build_schema().as_str().strip() + "\n"
