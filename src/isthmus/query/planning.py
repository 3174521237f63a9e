"""What is planned of one operation: which root fields are compiled, which are executed.

A root field is compiled whole or executed whole. Those that can be compiled are compiled
together; `node` and `nodes` are compiled by the type of what their ids name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    SelectionSetNode,
)

from isthmus.query.arguments import Irregular, ReadArguments, read_arguments
from isthmus.query.calling import Unplanned
from isthmus.query.compiled import Compiled, Depends
from isthmus.query.compiling import Compiler, Graph
from isthmus.query.costing import Cost, cost_of
from isthmus.query.preparing import Prepared
from isthmus.query.selections import Asked, Selections, Sets
from isthmus.query.touching import Touched, touched_by
from isthmus.query.vocabulary import ById

MOST_CHOICES = 16
"""How many choices of `@skip` and `@include` an operation keeps plans for."""

Flags = Mapping[str, bool]


@dataclass(slots=True, eq=False)
class NodesPlan:
    """`node`, `nodes` or `_entities`: objects of whatever types are named."""

    key: str
    plan: ById
    arguments: ReadArguments
    sets: Sets
    graph: Graph
    selections: Selections
    by_type: dict[str, Compiled] = field(default_factory=dict)

    def compiled(self, type_name: str) -> Compiled:
        """Give the code for objects of one type, written when first needed."""
        found = self.by_type.get(type_name)
        if found is None:
            compiler = Compiler(self.graph, self.selections, choosing=True)
            found = self.by_type[type_name] = compiler.compile_nodes(type_name, self.sets)
        return found


@dataclass(slots=True, eq=False)
class OperationPlan:
    """How the root fields of one operation are answered."""

    keys: Sequence[str]
    """The response keys, in the order of the answer."""
    compiled: Compiled | None
    nodes: Sequence[NodesPlan]
    executed: DocumentNode | None
    """The operation with only what is left to the executor."""
    depends: Depends
    cost: Cost
    touched: Touched

    @property
    def is_whole(self) -> bool:
        """Whether one compiled piece is the whole answer."""
        return self.compiled is not None and not self.nodes and self.executed is None


def plan_of(
    graph: Graph, prepared: Prepared, flags: Flags, *, compiling: bool, choosing: bool = False
) -> OperationPlan:
    """Give the plan of an operation for one choice of its flags.

    With `choosing` texts are chosen among their translations: for requests that ask for languages.
    """
    choice = (choosing, *flags.values())
    found: OperationPlan | None = prepared.plans.get(choice)
    if found is None:
        if len(prepared.plans) >= MOST_CHOICES:
            prepared.plans.clear()
        found = prepared.plans[choice] = _plan(
            graph, prepared, flags, compiling=compiling, choosing=choosing
        )
    return found


def _plan(
    graph: Graph, prepared: Prepared, flags: Flags, *, compiling: bool, choosing: bool
) -> OperationPlan:
    root = graph.schema.query_type
    if not compiling or prepared.kind != "query" or root is None:
        cost, touched = _cost(graph, prepared, flags), _touched(graph, prepared, flags)
        return OperationPlan((), None, (), prepared.document, Depends.NOTHING_SAID, cost, touched)
    selections = Selections(graph.schema, prepared.fragments, flags)
    asked = selections.of(root, [prepared.definition.selection_set])
    nodes, rest = _node_roots(graph, selections, asked, root)
    planned = [one for one in rest if _is_planned(graph, selections, one, root)]
    executed = [one for one in rest if one not in planned]
    compiler = Compiler(graph, selections, texts=True, choosing=choosing)
    compiled = compiler.compile(planned, root) if planned else None
    depends = Depends.RECORDS if compiled is None else compiled.depends
    if executed:
        depends = Depends.NOTHING_SAID
    return OperationPlan(
        tuple(one.key for one in asked),
        compiled,
        nodes,
        _only(prepared, executed) if executed else None,
        depends,
        _cost(graph, prepared, flags),
        _touched(graph, prepared, flags),
    )


def _touched(graph: Graph, prepared: Prepared, flags: Flags) -> Touched:
    """Find what a query touches; what is done, and what is followed, asks nobody."""
    root = graph.schema.query_type
    if prepared.kind != "query" or root is None:
        return Touched()
    selections = Selections(graph.schema, prepared.fragments, flags)
    return touched_by(graph, selections, root, [prepared.definition.selection_set])


def _cost(graph: Graph, prepared: Prepared, flags: Flags) -> Cost:
    own = prepared.definition
    selections = Selections(graph.schema, prepared.fragments, flags)
    root = graph.schema.get_root_type(own.operation)
    return cost_of(graph, selections, root, [own.selection_set])


def _node_roots(
    graph: Graph, selections: Selections, asked: Sequence[Asked], root: GraphQLObjectType
) -> tuple[list[NodesPlan], list[Asked]]:
    nodes, rest = [], []
    for one in asked:
        plan = graph.plans[root.name].get(one.name)
        try:
            if isinstance(plan, ById):
                nodes.append(_nodes(graph, selections, one, root, plan))
            else:
                rest.append(one)
        except Irregular:
            rest.append(one)
    return nodes, rest


def _nodes(
    graph: Graph,
    selections: Selections,
    asked: Asked,
    root: GraphQLObjectType,
    plan: ById,
) -> NodesPlan:
    arguments = read_arguments(root.fields[asked.name], asked.nodes[0])
    return NodesPlan(asked.key, plan, arguments, asked.selection_sets(), graph, selections)


def _is_planned(
    graph: Graph, selections: Selections, asked: Asked, root: GraphQLObjectType
) -> bool:
    try:
        Compiler(graph, selections).compile([asked], root)
    except (Irregular, Unplanned):
        return False
    return True


def _only(prepared: Prepared, asked: Sequence[Asked]) -> DocumentNode:
    """Give the document with an operation that asks for nothing but these root fields."""
    own: Any = prepared.definition
    nodes = tuple(node for one in asked for node in one.nodes)
    operation = OperationDefinitionNode(
        operation=own.operation,
        name=own.name,
        variable_definitions=own.variable_definitions,
        directives=own.directives,
        selection_set=SelectionSetNode(selections=nodes),
        loc=own.loc,
    )
    return DocumentNode(definitions=(operation, *prepared.fragments.values()))
