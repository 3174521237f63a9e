"""Which fields of an object are asked for, fragments spread and directives applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    is_abstract_type,
)

Sets = list[SelectionSetNode]


@dataclass(slots=True)
class Asked:
    """One field of an answer: its nodes under one response key, merged."""

    key: str
    nodes: list[FieldNode] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The field's name in the schema."""
        return self.nodes[0].name.value

    def selection_sets(self) -> Sets:
        """Give the selections below it."""
        return [node.selection_set for node in self.nodes if node.selection_set is not None]


class Selections:
    """Collects the fields of one operation for one choice of its `@skip` and `@include`.

    `flags` holds the values of the variables those directives name; another value of one of
    them is another plan.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        flags: Mapping[str, bool],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._flags = flags

    def of(self, type_: GraphQLObjectType, sets: Sets) -> list[Asked]:
        """List the fields asked of an object of `type_`, in the order of the answer."""
        found: dict[str, Asked] = {}
        seen: set[str] = set()
        for selection_set in sets:
            for node in self._fields(type_, selection_set, seen):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, Asked(key)).nodes.append(node)
        return list(found.values())

    def conditions(self, sets: Sets) -> set[str]:
        """Name the types that fragments directly inside selections are for."""
        found: set[str] = set()
        waiting, seen = list(sets), set[str]()
        while waiting:
            for node in waiting.pop().selections:
                fragment: Any = node
                if isinstance(node, FragmentSpreadNode):
                    if node.name.value in seen:
                        continue
                    seen.add(node.name.value)
                    fragment = self._fragments[node.name.value]
                if not isinstance(fragment, FieldNode):
                    waiting.append(fragment.selection_set)
                    if fragment.type_condition is not None:
                        found.add(fragment.type_condition.name.value)
        return found

    def _fields(
        self, type_: GraphQLObjectType, selection_set: SelectionSetNode, seen: set[str]
    ) -> Iterator[FieldNode]:
        for node in selection_set.selections:
            if not self._is_included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                if self._applies(node, type_):
                    yield from self._fields(type_, node.selection_set, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self._fragments[node.name.value]
                if self._applies(fragment, type_):
                    yield from self._fields(type_, fragment.selection_set, seen)

    def _applies(
        self, node: InlineFragmentNode | FragmentDefinitionNode, type_: GraphQLObjectType
    ) -> bool:
        if node.type_condition is None:
            return True
        name = node.type_condition.name.value
        if name == type_.name:
            return True
        condition = self._schema.type_map[name]
        return is_abstract_type(condition) and self._schema.is_sub_type(condition, type_)

    def _is_included(self, node: Any) -> bool:
        for directive in node.directives or ():
            if directive.name.value == "skip" and self._flag(directive):
                return False
            if directive.name.value == "include" and not self._flag(directive):
                return False
        return True

    def _flag(self, directive: DirectiveNode) -> bool:
        value = _condition(directive)
        if isinstance(value, VariableNode):
            return self._flags[value.name.value]
        return isinstance(value, BooleanValueNode) and value.value


def nodes_of(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[Any]:
    """Walk over every selection of an operation, each fragment once."""
    waiting: list[SelectionSetNode] = [operation.selection_set]
    seen: set[str] = set()
    while waiting:
        for node in waiting.pop().selections:
            yield node
            if isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name not in seen:
                    seen.add(name)
                    waiting.append(fragments[name].selection_set)
            elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                waiting.append(node.selection_set)


def flag_names(nodes: Iterator[Any]) -> list[str]:
    """Name the variables that directives of `nodes` depend on."""
    found: dict[str, None] = {}
    for node in nodes:
        for directive in getattr(node, "directives", None) or ():
            if directive.name.value in {"skip", "include"}:
                value = _condition(directive)
                if isinstance(value, VariableNode):
                    found[value.name.value] = None
    return list(found)


def _condition(directive: DirectiveNode) -> Any:
    """Give the value of `if`, which validation has made sure of."""
    return next(argument.value for argument in directive.arguments or ())
