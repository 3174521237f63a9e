"""The arguments of fields: known when an operation is compiled, or read from its variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLArgument,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    NameNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_argument_values,
    get_nullable_type,
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


NO_VARIABLES = Variables({}, lambda: None)
ReadArguments = Callable[[Variables], Values]


def read_arguments(definition: GraphQLField, node: FieldNode) -> ReadArguments:
    """Give the function that reads a field's arguments; constants are read once, here."""
    stated = {a.name.value: a.value for a in node.arguments or ()}
    if not any(holds_variable(value) for value in stated.values()):
        constant = plain(_valued(definition, node))
        return lambda _: constant
    direct = _direct(definition, node, stated)
    return direct or (lambda variables: plain(_valued(definition, node, variables.own)))


def _valued(definition: GraphQLField, node: FieldNode, variables: Any = None) -> dict[str, Any]:
    """Let graphql-core read arguments; what it refuses the executor is to refuse in its words."""
    try:
        return get_argument_values(definition, node, variables)
    except (GraphQLError, ValueError) as error:
        raise Irregular from error


def _direct(
    definition: GraphQLField, node: FieldNode, stated: Mapping[str, ValueNode]
) -> ReadArguments | None:
    """Read arguments each of which is a constant, a variable, or an object of such.

    None where there is anything else, such as a variable inside a list.
    """
    named = {n: v.name.value for n, v in stated.items() if isinstance(v, VariableNode)}
    nested = _objects(definition, stated)
    if nested is None:
        return None
    later = {*named, *nested}
    rest = tuple(a for a in node.arguments or () if a.name.value not in later)
    constant = _constants(definition, node, rest, later)
    fill = _filler(definition, named)

    def read(variables: Variables) -> Values:
        found = dict(constant)
        fill(found, variables.coerced)
        for name, read_object in nested.items():
            found[_snake(name)] = read_object(variables)
        return found

    return read


def _filler(
    definition: GraphQLField, named: Mapping[str, str]
) -> Callable[[dict[str, Any], Values], None]:
    """Give the function that fills in arguments which are variables as they are."""
    rows = [
        (
            _snake(name),
            variable,
            definition.args[name].default_value,
            isinstance(definition.args[name].type, GraphQLNonNull),
        )
        for name, variable in named.items()
    ]

    def fill(found: dict[str, Any], coerced: Values) -> None:
        for name, variable, default, is_required in rows:
            value = coerced.get(variable, default)
            if is_required and (value is None or value is Undefined):
                raise Irregular
            if value is not Undefined:
                found[name] = _plain(value)

    return fill


def _objects(
    definition: GraphQLField, stated: Mapping[str, ValueNode]
) -> dict[str, ReadArguments] | None:
    """Give the readers of the objects that hold variables; None where one cannot be read so."""
    found: dict[str, ReadArguments] = {}
    for name, value in stated.items():
        if isinstance(value, VariableNode) or not holds_variable(value):
            continue
        kind = get_nullable_type(definition.args[name].type)
        if not isinstance(value, ObjectValueNode) or not isinstance(kind, GraphQLInputObjectType):
            return None
        reader = _object(kind, value)
        if reader is None:
            return None
        found[name] = reader
    return found


def _object(kind: GraphQLInputObjectType, value: ObjectValueNode) -> ReadArguments | None:
    """Read an input object as if its fields were arguments, for they are coerced alike."""
    fields = {
        name: GraphQLArgument(f.type, default_value=f.default_value)
        for name, f in kind.fields.items()
    }
    nodes = tuple(ArgumentNode(name=f.name, value=f.value) for f in value.fields)
    node = FieldNode(name=NameNode(value=kind.name), arguments=nodes)
    read = _direct(GraphQLField(kind, args=fields), node, {a.name.value: a.value for a in nodes})  # type: ignore[arg-type]
    if read is None or not kind.is_one_of:
        return read

    def read_one_of(variables: Variables) -> Values:
        found = read(variables)
        if len(found) != 1 or None in found.values():
            raise Irregular
        return found

    return read_one_of


def _constants(
    definition: GraphQLField, node: FieldNode, rest: tuple[Any, ...], named: set[str]
) -> Values:
    only = FieldNode(name=node.name, arguments=rest)
    others = {n: a for n, a in definition.args.items() if n not in named}
    return plain(_valued(GraphQLField(definition.type, args=others), only))


def holds_variable(value: Any) -> bool:
    """Tell whether a value hangs on a variable."""
    if isinstance(value, VariableNode):
        return True
    if isinstance(value, ListValueNode):
        return any(holds_variable(item) for item in value.values)
    if isinstance(value, ObjectValueNode):
        return any(holds_variable(item.value) for item in value.fields)
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
