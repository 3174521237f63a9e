"""What an operation may cost at most, told before anything of it runs.

A row of the store costs 1, a value inside a row nothing, a count or an index of sources as
stated below. Lists cost their page's size, or what their field's plan assumes. The same numbers
stand in the schema as `@cost` and `@listSize`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
)

from isthmus.query.arguments import Irregular, ReadArguments, Values, Variables, read_arguments
from isthmus.query.compiling import Graph
from isthmus.query.pages import DEFAULT_PAGE, LARGEST_PAGE
from isthmus.query.selections import Asked, Selections, Sets
from isthmus.query.vocabulary import Errand

ASSUMED = 20
"""How long a list is taken to be where its plan does not say."""

COUNT = 1
INTROSPECTION = 100
LISTED = ("ids", "representations")
NAMED = frozenset({"id", "__typename"})
"""What is known of an object before anything of it is read."""

Cost = Callable[[Variables], int]


@dataclass(slots=True)
class _Estimate:
    """Writes one operation's cost as an expression over the sizes of its lists."""

    graph: Graph
    selections: Selections
    sizes: list[Callable[[Values], int]] = field(default_factory=list)
    readers: list[ReadArguments] = field(default_factory=list)

    def fields(self, type_: GraphQLObjectType, sets: Sets, size: str = "1") -> str:
        """Write what is asked of one object; `size` is that of the page it is, if it is one."""
        parts = [self._field(type_, a, size) for a in self.selections.of(type_, sets)]
        return "+".join(part for part in parts if part != "0") or "0"

    def objects(self, type_: Any, sets: Sets, size: str = "1") -> str:
        """Write what one object of a type costs with all that is asked of it."""
        if is_abstract_type(type_):
            possible = self.graph.schema.get_possible_types(type_)
            costs = {self.objects(found, sets) for found in possible}
            return f"max({', '.join(sorted(costs))}, 0)"
        inner, weight = self.fields(type_, sets, size), self.weight(type_.name)
        if weight > 1 and {a.name for a in self.selections.of(type_, sets)} <= NAMED:
            weight = 1
        return f"({weight}+{inner})" if inner != "0" else str(weight)

    def weight(self, type_name: str) -> int:
        """Give what an object costs itself: 1 for a row of the store."""
        return weight_of(self.graph, type_name)

    def _field(self, type_: GraphQLObjectType, asked: Asked, size: str) -> str:
        if asked.name in {"__schema", "__type"}:
            return str(INTROSPECTION)
        definition = type_.fields.get(asked.name)
        if definition is None:
            return "0"
        named = get_named_type(definition.type)
        if is_leaf_type(named):
            return str(COUNT) if asked.name == "totalCount" else "0"
        if named.name.endswith("Connection"):
            return self.objects(named, asked.selection_sets(), self._page(definition, asked))
        inner = self.objects(named, asked.selection_sets())
        if not isinstance(get_nullable_type(definition.type), GraphQLList):
            return self._one(type_, asked, inner)
        many = size if asked.name in {"nodes", "edges"} else self._many(type_, definition, asked)
        return f"{many}*{inner}" if inner != "0" else "0"

    def _one(self, type_: GraphQLObjectType, asked: Asked, inner: str) -> str:
        plan = self.graph.plans.get(type_.name, {}).get(asked.name)
        return f"({plan.weight}+{inner})" if isinstance(plan, Errand) else inner

    def _page(self, definition: GraphQLField, asked: Asked) -> str:
        return self._sized(definition, asked, _page_size)

    def _many(self, type_: GraphQLObjectType, definition: GraphQLField, asked: Asked) -> str:
        listed = next((name for name in LISTED if name in definition.args), None)
        if listed is not None:
            return self._sized(definition, asked, lambda values: len(values.get(listed) or ()))
        plan = self.graph.plans.get(type_.name, {}).get(asked.name)
        return str(getattr(plan, "assumed", ASSUMED))

    def _sized(self, definition: GraphQLField, asked: Asked, size: Callable[[Values], int]) -> str:
        try:
            reader = read_arguments(definition, asked.nodes[0])
        except Irregular:
            return "1"  # refused when it runs
        self.readers.append(reader)
        self.sizes.append(size)
        return f"S[{len(self.sizes) - 1}]"


def weight_of(graph: Graph, type_name: str) -> int:
    """Give the weight of an object type, as `@cost` states it."""
    if type_name in graph.weights:
        return graph.weights[type_name]
    shape = graph.shapes.get(type_name)
    return 1 if shape is not None and shape.table else 0


def cost_of(graph: Graph, selections: Selections, root: Any, sets: Sets) -> Cost:
    """Give the function that estimates one operation from its variables."""
    estimate = _Estimate(graph, selections)
    text = estimate.fields(root, sets)
    code = compile(text, "<cost>", "eval")
    pairs: Sequence[tuple[Any, Any]] = list(zip(estimate.sizes, estimate.readers, strict=True))
    if not pairs:
        constant = int(eval(code, {"max": max}))  # noqa: S307 - our own code, no caller's text
        return lambda _: constant

    def cost(variables: Variables) -> int:
        try:
            sizes = [size(read(variables)) for size, read in pairs]
        except Irregular:
            return 1  # refused when it runs
        return int(eval(code, {"S": sizes, "max": max}))  # noqa: S307 - as above

    return cost


def _page_size(values: Values) -> int:
    """Give a page's size; one that is out of range is refused later, and costs the most."""
    size = values.get("last")
    if size is None:
        size = values.get("first")
    if size is None:
        return DEFAULT_PAGE
    return size if 0 < size <= LARGEST_PAGE else LARGEST_PAGE
