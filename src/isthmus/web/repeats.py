"""Counts how many fields stand for one place of the answer: validation compares each two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)

Fragments = Mapping[str, FragmentDefinitionNode]


def most_repeated(root: SelectionSetNode, fragments: Fragments) -> int:
    """Give the largest number of fields with one response name in one place.

    The steps are at most the expanded size of the root, which must have been bounded before, and
    the fragments must be free of cycles.
    """
    most = 0
    places = [[root]]
    while places:
        fields: dict[str, list[SelectionSetNode]] = {}
        counts: dict[str, int] = {}
        for node in _fields(places.pop(), fragments):
            name = (node.alias or node.name).value
            counts[name] = counts.get(name, 0) + 1
            if node.selection_set is not None:
                fields.setdefault(name, []).append(node.selection_set)
        most = max(most, max(counts.values(), default=0))
        places.extend(fields.values())
    return most


def _fields(stack: list[SelectionSetNode], fragments: Fragments) -> Iterator[FieldNode]:
    """Give the fields of merged selection sets, each fragment once."""
    spread: set[str] = set()
    while stack:
        for node in stack.pop().selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                stack.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                if node.name.value in fragments:
                    stack.append(fragments[node.name.value].selection_set)
