"""Which nouns an operation touches: what a live source is asked for before the answer is read.

Found once with the plan; what a list's arguments say is read for each request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from graphql import GraphQLObjectType, get_named_type, is_abstract_type

from isthmus.errors import Refused
from isthmus.model.asked import Question
from isthmus.query import vocabulary as v
from isthmus.query.arguments import Irregular, Variables, read_arguments
from isthmus.query.compiling import Graph
from isthmus.query.ids import key_of
from isthmus.query.pages import PageRequest, requested
from isthmus.query.selections import Asked, Selections, Sets

OF_THE_FEED = frozenset({"Change"})
"""Types below which nobody is asked: they tell what was written."""
LONGEST_WORDS = 200

ReadRequest = Callable[[Variables], PageRequest]


@dataclass(frozen=True, slots=True)
class Touched:
    """What an operation touches: nouns whole, and root lists by what their filters want."""

    whole: frozenset[str] = frozenset()
    lists: tuple[tuple[str, ReadRequest], ...] = ()
    nouns: frozenset[str] = field(default=frozenset())
    """All of them."""

    def questions(self, variables: Variables) -> dict[str, set[Question]]:
        """Give what is asked of each noun."""
        found: dict[str, set[Question]] = {noun: {Question()} for noun in self.whole}
        for noun, read in self.lists:
            try:
                found.setdefault(noun, set()).add(_question(read(variables)))
            except (Irregular, Refused):  # refused when it runs, and needs nobody
                found.setdefault(noun, set())
        return found


def touched_by(
    graph: Graph, selections: Selections, root: GraphQLObjectType, sets: Sets
) -> Touched:
    """Find what the root fields of an operation touch."""
    walk = _Walk(graph, selections)
    lists = []
    for asked in selections.of(root, sets):
        plan = graph.plans[root.name].get(asked.name)
        definition = root.fields.get(asked.name)
        if definition is None:
            continue
        if isinstance(plan, v.Page) and plan.noun is not None:
            read = _reader(plan, root, asked)
            lists.append((plan.noun, read))
            walk.below(get_named_type(definition.type), asked, outermost=plan.type)
        else:
            walk.field(root, asked)
    whole = frozenset(walk.nouns)
    return Touched(whole, tuple(lists), whole | {noun for noun, _ in lists})


def _reader(plan: v.Page, root: GraphQLObjectType, asked: Asked) -> ReadRequest:
    try:
        arguments = read_arguments(root.fields[asked.name], asked.nodes[0])
    except Irregular:
        return lambda _: requested(plan, {})
    return lambda variables: requested(plan, arguments(variables))


def _question(request: PageRequest) -> Question:
    words = " ".join(str(request.value("q") or "").split())
    named = request.value("source")
    sources = None if named is None else frozenset(key_of(text, "src") for text in named)
    return Question(words if len(words) <= LONGEST_WORDS else "", sources)


@dataclass(slots=True)
class _Walk:
    """Walks over selections, and notes the nouns of what it meets."""

    graph: Graph
    selections: Selections
    nouns: set[str] = field(default_factory=set)

    def field(self, type_: GraphQLObjectType, asked: Asked) -> None:
        """Note what one field touches."""
        definition = type_.fields.get(asked.name)
        if definition is None:
            return
        plan = self.graph.plans.get(type_.name, {}).get(asked.name)
        if isinstance(plan, v.Page) and plan.noun is not None:
            self.nouns.add(plan.noun)
        self.below(get_named_type(definition.type), asked)

    def below(self, type_: object, asked: Asked, *, outermost: str | None = None) -> None:
        """Note what stands below a field; `outermost` is a type that is a root list's own."""
        sets = asked.selection_sets()
        for found in self._types(type_, sets):
            if found.name in OF_THE_FEED:
                continue
            shape = self.graph.shapes.get(found.name)
            if shape is not None and shape.noun is not None and found.name != outermost:
                self.nouns.add(shape.noun)
            is_page = found.name.endswith(("Connection", "Edge"))
            for inner in self.selections.of(found, sets):
                if is_page and outermost is not None:
                    self._inside(found, inner, outermost)
                else:
                    self.field(found, inner)

    def _inside(self, type_: GraphQLObjectType, asked: Asked, outermost: str) -> None:
        definition = type_.fields.get(asked.name)
        if definition is not None:
            self.below(get_named_type(definition.type), asked, outermost=outermost)

    def _types(self, type_: object, sets: Sets) -> Iterator[GraphQLObjectType]:
        """Give the object types a selection is of: of an abstract one, those its fragments name."""
        if isinstance(type_, GraphQLObjectType):
            yield type_
        elif is_abstract_type(type_):
            for name in self.selections.conditions(sets):
                named = self.graph.schema.type_map[name]
                if isinstance(named, GraphQLObjectType):
                    yield named
