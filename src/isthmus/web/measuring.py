"""Measures selections: every fragment once, from the innermost outwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListTypeNode,
    ListValueNode,
    Node,
    NonNullTypeNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from isthmus.errors import ErrorCode, Refused

META = frozenset({"__schema", "__type"})
META_LISTS = frozenset({"fields", "interfaces", "possibleTypes", "inputFields"})
"""Lists of `__Type` that lead back to types."""


@dataclass(slots=True)
class Measure:
    """The size of a selection set with its fragments written out."""

    depth: int = 0
    meta: int = 0
    """The depth below `__schema` and `__type`, those included."""
    lists: int = 0
    """How often META_LISTS stand inside one another there."""
    nested: int = 0
    """The same anywhere: it counts once a field of META is above."""
    aliases: int = 0
    size: int = 0
    here: int = 0
    """Fields of this level."""

    def beside(self, other: Measure) -> None:
        """Add what stands at the same level."""
        self.below(other)
        self.depth = max(self.depth, other.depth)
        self.nested = max(self.nested, other.nested)
        self.here += other.here

    def below(self, other: Measure) -> None:
        """Add what counts wherever it stands."""
        self.meta = max(self.meta, other.meta)
        self.lists = max(self.lists, other.lists)
        self.aliases += other.aliases
        self.size += other.size

    def field(self, node: FieldNode, inner: Measure) -> None:
        """Add a field with what is selected of it."""
        name = node.name.value
        self.below(inner)
        self.size += 1
        self.here += 1
        self.aliases += node.alias is not None
        if name in META:
            self.meta = max(self.meta, 1 + inner.depth)
            self.lists = max(self.lists, inner.nested)
            return
        self.depth = max(self.depth, 1 + inner.depth)
        self.nested = max(self.nested, inner.nested + (name in META_LISTS))


class Measurer:
    """Measures the definitions of one document; counts its `steps`, one for each node met."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._measures: dict[str, Measure] = {}
        self.spread: set[str] = set()
        self.steps = 0
        self.most_directives = 0
        self.value_depth = 0

    def fragments(self) -> Mapping[str, Measure]:
        """Measure every fragment; raise `Refused` where one spreads itself."""
        for name in self._innermost_first():
            fragment = self._fragments[name]
            self._node(fragment)
            self._measures[name] = self._selections(fragment.selection_set)
        return self._measures

    def operation(self, operation: OperationDefinitionNode) -> Measure:
        """Measure an operation, once the fragments are."""
        self._node(operation)
        for variable in operation.variable_definitions or ():
            self._node(variable)
            self._value(variable.default_value)
            self._value(variable.type)
        return self._selections(operation.selection_set)

    def _selections(self, selections: SelectionSetNode | None) -> Measure:
        found = Measure()
        for node in selections.selections if selections else ():
            self._node(node)
            if isinstance(node, FieldNode):
                self._arguments(node.arguments)
                found.field(node, self._selections(node.selection_set))
            elif isinstance(node, InlineFragmentNode):
                found.size += 1
                found.beside(self._selections(node.selection_set))
            elif isinstance(node, FragmentSpreadNode):
                self.spread.add(node.name.value)
                found.size += 1
                # one that is not there is for validation to name
                found.beside(self._measures.get(node.name.value) or Measure())
        return found

    def _node(self, node: Node) -> None:
        self.steps += 1
        directives = getattr(node, "directives", None) or ()
        self.most_directives = max(self.most_directives, len(directives))
        for directive in directives:
            self._arguments(directive.arguments)

    def _arguments(self, arguments: Iterable[Node] | None) -> None:
        for argument in arguments or ():
            self._value(getattr(argument, "value", None))

    def _value(self, value: Node | None) -> None:
        """Take note of how deep a value or a type is nested, a level at a time."""
        level = [] if value is None else [value]
        depth = 0
        while level:
            depth += 1
            self.steps += len(level)
            level = [inner for node in level for inner in _inside(node)]
        self.value_depth = max(self.value_depth, depth)

    def _innermost_first(self) -> list[str]:
        """Order the fragments so that each stands after those it spreads, without recursion."""
        spreads = {name: self._spreads(node) for name, node in self._fragments.items()}
        done: dict[str, bool] = {}  # false while a fragment's own spreads are looked at
        ordered: list[str] = []
        for start in spreads:
            stack = [start]
            while stack:
                name = stack[-1]
                if name not in done:
                    done[name] = False
                    stack.extend(self._next(name, spreads[name], done))
                    continue
                stack.pop()
                if not done[name]:
                    done[name] = True
                    ordered.append(name)
        return ordered

    def _next(self, name: str, spreads: Iterable[str], done: Mapping[str, bool]) -> list[str]:
        found = []
        for inner in spreads:
            self.steps += 1
            if done.get(inner) is False:
                message = f"The fragment `{name}` leads back to itself."
                raise Refused(ErrorCode.VALIDATION_FAILED, message)
            if inner not in done:
                found.append(inner)
        return found

    def _spreads(self, fragment: FragmentDefinitionNode) -> list[str]:
        """Name the known fragments that one spreads, each once."""
        found: dict[str, None] = {}
        stack: list[SelectionSetNode | None] = [fragment.selection_set]
        while stack:
            selections = stack.pop()
            for node in selections.selections if selections else ():
                self.steps += 1
                if isinstance(node, FragmentSpreadNode):
                    found[node.name.value] = None
                elif isinstance(node, FieldNode | InlineFragmentNode):
                    stack.append(node.selection_set)
        return [name for name in found if name in self._fragments]


def _inside(node: Node) -> Iterable[Node]:
    if isinstance(node, ListValueNode):
        return node.values or ()
    if isinstance(node, ObjectValueNode):
        return [field.value for field in node.fields or ()]
    if isinstance(node, ListTypeNode | NonNullTypeNode):
        return [node.type]
    return ()
