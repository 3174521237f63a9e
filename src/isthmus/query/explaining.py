"""A plan as a person reads it: the statements of each level, and what the executor is left with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import FieldNode, OperationDefinitionNode

from isthmus.query.calling import Request
from isthmus.query.compiled import Compiled
from isthmus.query.ids import decode_id
from isthmus.query.planning import NodesPlan, OperationPlan
from isthmus.query.running import ids_of

WIDTH = 96


def explain(plan: OperationPlan, types: Mapping[str, str], request: Request) -> str:
    """Write a plan as text; the same operation with the same variables gives the same text."""
    return "\n".join(_lines(plan, types, request)) + "\n"


def _lines(plan: OperationPlan, types: Mapping[str, str], request: Request) -> Iterator[str]:
    yield f"cost {plan.cost(request.variables)}"
    if plan.compiled is not None:
        yield from _compiled(plan.compiled, request)
    for nodes in plan.nodes:
        for name in _types_named(nodes, types, request):
            yield f"{nodes.key}: objects of {name}"
            yield from _compiled(nodes.compiled(name), request)
    if plan.executed is not None:
        yield f"executed field by field: {', '.join(_roots(plan))}"


def _types_named(nodes: NodesPlan, types: Mapping[str, str], request: Request) -> list[str]:
    if nodes.plan.entities:
        stated = nodes.arguments(request.variables)["representations"]
        found: list[str | None] = [one.get("__typename") for one in stated]
    else:
        found = [types.get(decode_id(text)[0]) for text in ids_of(nodes, request.variables)]
    return [name for name in dict.fromkeys(found) if name is not None]


def _compiled(compiled: Compiled, request: Request) -> Iterator[str]:
    call = request.call(compiled.asked)
    for number, stage in enumerate(compiled.stages):
        for level in stage:
            kind = type(level.reading).__name__
            yield f"{number}. {level.shape.type} ({kind})"
            statement = level.reading.statement(level, call, [])
            yield from (f"   {line}" for line in _folded(statement.text))


def _folded(text: str) -> Iterator[str]:
    """Break a statement at spaces, so that a change of it shows as a change of a line."""
    line = ""
    for word in text.split():
        if line and len(line) + len(word) >= WIDTH:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
    yield line


def _roots(plan: OperationPlan) -> list[str]:
    document = plan.executed
    found = next(
        d
        for d in (document.definitions if document else ())
        if isinstance(d, OperationDefinitionNode)
    )
    nodes = (n for n in found.selection_set.selections if isinstance(n, FieldNode))
    return [node.alias.value if node.alias else node.name.value for node in nodes]
