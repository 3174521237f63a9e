"""Runs the compiled part of an operation: its root fields together, and objects by their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from isthmus.errors import ErrorCode, Refused
from isthmus.query.arguments import Irregular, Variables
from isthmus.query.calling import Request
from isthmus.query.compiled import Depends
from isthmus.query.ids import MOST_IDS, decode_id
from isthmus.query.planning import NodesPlan, OperationPlan
from isthmus.query.references import reference_of
from isthmus.query.statements import keys_by_uri
from isthmus.store.database import Connection

Named = tuple[str | None, int | None]


async def run_nodes(
    plan: NodesPlan, types: Mapping[str, str], request: Request, connection: Connection
) -> Any:
    """Read the objects that ids or references name; null for what names nothing.

    `types` maps an id's prefix to its type. Raises Refused or Irregular where one does not read.
    """
    named = await _named(plan, types, request, connection)
    found: dict[Named, Any] = {}
    for type_name in {name for name, key in named if name is not None and key is not None}:
        compiled = plan.compiled(type_name)
        call = request.call(compiled.asked)
        call.keys = sorted({key for name, key in named if name == type_name and key is not None})
        objects = await compiled.run(call, request, connection)
        found |= {(type_name, key): value for key, value in objects.items()}
    answers = [found.get(one) for one in named]
    return answers if plan.plan.many else answers[0]


async def _named(
    plan: NodesPlan, types: Mapping[str, str], request: Request, connection: Connection
) -> list[Named]:
    """Give the type and the key of each object asked for."""
    if not plan.plan.entities:
        named = [decode_id(text) for text in ids_of(plan, request.variables)]
        return [(types.get(prefix), key) for prefix, key in named]
    shapes = plan.graph.shapes
    stated = plan.arguments(request.variables)["representations"]
    try:
        references = [reference_of(one, shapes) for one in stated]
    except Refused as refused:
        raise Irregular from refused  # the executor spoils that one row only
    uris: dict[str, list[str]] = {}
    for reference in references:
        if reference.uri is not None:
            uris.setdefault(reference.type, []).append(reference.uri)
    keys: dict[tuple[str, str], int] = {}
    for name, wanted in uris.items():
        statement = keys_by_uri(shapes[name], wanted)
        rows = await request.fetch(connection, statement.text, statement.values)
        keys |= {(name, row[0]): row[1] for row in rows}
    return [(r.type, r.key if r.uri is None else keys.get((r.type, r.uri))) for r in references]


def ids_of(plan: NodesPlan, variables: Variables) -> Sequence[str]:
    """Give the ids that `node` or `nodes` is asked for."""
    stated = plan.arguments(variables)
    if not plan.plan.many:
        return [stated["id"]]
    ids: Sequence[str] = stated["ids"]
    if len(ids) > MOST_IDS:
        raise Refused(ErrorCode.ARGUMENT_INVALID, f"`ids` may hold {MOST_IDS} at most.")
    return ids


async def run_plan(
    plan: OperationPlan, types: Mapping[str, str], request: Request, connection: Connection
) -> dict[str, Any]:
    """Answer the root fields that are compiled, in no order."""
    data: dict[str, Any] = {}
    if plan.compiled is not None:
        data = await plan.compiled.run(request.call(plan.compiled.asked), request, connection)
    for nodes in plan.nodes:
        data[nodes.key] = await run_nodes(nodes, types, request, connection)
    return data


def depends_on(plan: OperationPlan, types: Mapping[str, str], variables: Variables) -> Depends:
    """Tell what an answer changes with; for `node` that hangs on what its ids name."""
    found = plan.depends
    for nodes in plan.nodes:
        if nodes.plan.entities:
            return Depends.NOTHING_SAID
        for text in ids_of(nodes, variables):
            name = types.get(decode_id(text)[0])
            if name is not None:
                found = max(found, nodes.compiled(name).depends)
    return found
