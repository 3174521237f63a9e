"""The arguments of fields: known when an operation is compiled, or read from its variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    Undefined,
    ValueNode,
    VariableNode,
    get_argument_values,
)
from graphql.language import ListValueNode, ObjectValueNode

Values = Mapping[str, Any]


class Irregular(Exception):
    """Something a plan leaves to the executor, such as a null where none may stand."""


class Variables:
    """The variables of one request: coerced values by name, and graphql-core's own form."""

    __slots__ = ("_own", "coerced")

    def __init__(self, coerced: Values, own: Callable[[], Any]) -> None:
        self.coerced = coerced
        self._own = own

    @property
    def own(self) -> Any:
        """Give the form graphql-core reads arguments from; made only when asked for."""
        return self._own()


ReadArguments = Callable[[Variables], Values]


def read_arguments(definition: GraphQLField, node: FieldNode) -> ReadArguments:
    """Give the function that reads a field's arguments; constants are read once, here."""
    stated = {a.name.value: a.value for a in node.arguments or ()}
    if not any(_has_variable(value) for value in stated.values()):
        constant = plain(_valued(definition, node))
        return lambda _: constant
    if all(isinstance(v, VariableNode) or not _has_variable(v) for v in stated.values()):
        return _direct(definition, node, stated)
    return lambda variables: plain(_valued(definition, node, variables.own))


def _valued(definition: GraphQLField, node: FieldNode, variables: Any = None) -> dict[str, Any]:
    """Let graphql-core read arguments; what it refuses the executor is to refuse in its words."""
    try:
        return get_argument_values(definition, node, variables)
    except (GraphQLError, ValueError) as error:
        raise Irregular from error


def _direct(
    definition: GraphQLField, node: FieldNode, stated: Mapping[str, ValueNode]
) -> ReadArguments:
    """Read arguments each of which is a constant or a variable as it is."""
    named = {n: v.name.value for n, v in stated.items() if isinstance(v, VariableNode)}
    rest = tuple(a for a in node.arguments or () if a.name.value not in named)
    constant = _constants(definition, node, rest, set(named))
    defaults = {
        name: argument.default_value
        for name, argument in definition.args.items()
        if name in named and argument.default_value is not Undefined
    }

    def read(variables: Variables) -> Values:
        found = dict(constant)
        coerced = variables.coerced
        for name, variable in named.items():
            if variable in coerced:
                found[_snake(name)] = _plain(coerced[variable])
            elif name in defaults:
                found[_snake(name)] = defaults[name]
        return found

    return read


def _constants(
    definition: GraphQLField, node: FieldNode, rest: tuple[Any, ...], named: set[str]
) -> Values:
    only = FieldNode(name=node.name, arguments=rest)
    others = {n: a for n, a in definition.args.items() if n not in named}
    return plain(_valued(GraphQLField(definition.type, args=others), only))


def _has_variable(value: Any) -> bool:
    if isinstance(value, VariableNode):
        return True
    if isinstance(value, ListValueNode):
        return any(_has_variable(item) for item in value.values)
    if isinstance(value, ObjectValueNode):
        return any(_has_variable(item.value) for item in value.fields)
    return False


def plain(values: Values) -> Values:
    """Give values as conditions take them: names as the hub writes them, enums by name."""
    return {_snake(name): _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return tuple(_plain(item) for item in value)
    if isinstance(value, dict):
        return plain(value)
    return value


@cache
def _snake(name: str) -> str:
    """Give a name of the schema, of which there are not many, as the hub writes it."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
