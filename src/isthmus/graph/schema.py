"""Builds the schema, and gathers the plan of every field from its definition."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from graphql import GraphQLObjectType
from strawberry.federation import Schema
from strawberry.schema.config import StrawberryConfig

from isthmus.graph.fields import PLAN
from isthmus.graph.query import Query
from isthmus.graph.rows import CLASSES
from isthmus.graph.scalars import SCALARS
from isthmus.query.vocabulary import Plan

FEDERATION: Literal["2.9"] = "2.9"
"""The newest version that every composer at hand knows."""


class HubSchema(Schema):
    """Strawberry's schema, but silent: `failures` logs what is ours, without the document."""

    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """Do nothing."""


@cache
def build_schema(*, suggestions: bool = True) -> HubSchema:
    """Build the schema; without `suggestions` errors name nothing the caller did not."""
    return HubSchema(
        query=Query,
        types=[cls for cls in CLASSES.values() if hasattr(cls, "__strawberry_definition__")],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=not suggestions),
        federation_version=FEDERATION,
    )


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
    return found


def sdl() -> str:
    """Print the schema, as it stands in schema.graphql."""
    return build_schema().as_str().strip() + "\n"
