"""The variables of a request, coerced to the types its operation declares.

Most operations declare a few plain scalars; these are checked here directly. Whatever else is
declared or given goes through graphql-core, which also words every complaint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_variable_values,
)

from isthmus.query.arguments import Variables

MOST_ERRORS = 10
ABSENT = object()
LARGEST_INT = 2**31
PLAIN: Mapping[str, Callable[[Any], bool]] = {
    "Int": lambda v: v.__class__ is int and -LARGEST_INT <= v < LARGEST_INT,
    "String": lambda v: v.__class__ is str,
    "ID": lambda v: v.__class__ is str,
    "Boolean": lambda v: v.__class__ is bool,
}
"""Scalars whose values stand as they are, and how one is told."""

Plain = tuple[str, Callable[[Any], bool], bool]
"""A variable's name, how its value is told, and whether it may be left out."""


class VariablesInvalid(Exception):
    """Variables that do not fit their declarations."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


class Coercer:
    """Coerces the variables of one operation."""

    def __init__(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, *, hide_suggestions: bool
    ) -> None:
        self._schema = schema
        self._definitions = tuple(operation.variable_definitions or ())
        self._hide_suggestions = hide_suggestions
        declared = [_plain(definition) for definition in self._definitions]
        self._plain = None if None in declared else [d for d in declared if d is not None]

    def __call__(self, given: Mapping[str, Any]) -> Variables:
        """Coerce; raise `VariablesInvalid` with every complaint."""
        if self._plain is None:
            return self._by_graphql(given)
        coerced: dict[str, Any] = {}
        for name, is_plain, may_be_absent in self._plain:
            value = given.get(name, ABSENT)
            if is_plain(value):
                coerced[name] = value
            elif value is not ABSENT or not may_be_absent:
                return self._by_graphql(given)
        return Variables(coerced, lambda: self._coerced(given))

    def _by_graphql(self, given: Mapping[str, Any]) -> Variables:
        found = self._coerced(given)
        return Variables(found.coerced, lambda: found)

    def _coerced(self, given: Mapping[str, Any]) -> Any:
        found = get_variable_values(
            self._schema,
            self._definitions,
            dict(given),
            max_errors=MOST_ERRORS,
            hide_suggestions=self._hide_suggestions,
        )
        if isinstance(found, list):
            raise VariablesInvalid(found)
        return found


def _plain(definition: VariableDefinitionNode) -> Plain | None:
    kind, is_required = definition.type, False
    if isinstance(kind, NonNullTypeNode):
        kind, is_required = kind.type, True
    if not isinstance(kind, NamedTypeNode) or kind.name.value not in PLAIN:
        return None
    may_be_absent = not is_required and definition.default_value is None
    return definition.variable.name.value, PLAIN[kind.name.value], may_be_absent
