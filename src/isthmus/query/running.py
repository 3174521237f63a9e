"""Runs compiled operations: each level in its turn, on one connection, then the stitching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from isthmus.errors import ErrorCode, Refused
from isthmus.query.arguments import Irregular, Variables
from isthmus.query.calling import Call
from isthmus.query.compiled import Compiled, Depends
from isthmus.query.ids import MOST_IDS, decode_id
from isthmus.query.levels import Level
from isthmus.query.planning import NodesPlan, OperationPlan
from isthmus.query.references import reference_of
from isthmus.query.remembering import Memory, RememberedRows
from isthmus.query.statements import Watch, keys_by_uri
from isthmus.store.database import Connection

Named = tuple[str | None, int | None]


@dataclass(frozen=True, slots=True)
class Request:
    """What one request brings to each compiled piece of its operation."""

    variables: Variables
    languages: Sequence[str]
    now: datetime
    watch: Watch | None = None
    memory: Memory | None = None
    generation: str | None = None
    """That of the records, as it was when the request came."""

    def call(self, compiled: Compiled) -> Call:
        """Give a call of one compiled piece."""
        return Call(self.variables, self.languages, self.now, compiled.asked)


async def run_compiled(
    compiled: Compiled, call: Call, connection: Connection, request: Request
) -> Any:
    """Read every level and give what the generated code makes of the rows."""
    held: list[Any] = [None] * compiled.count
    rows: list[Sequence[Any]] = [()] * compiled.count
    for stage in compiled.stages:
        for level in stage:
            await _read(level, call, connection, held, rows, request)
    return compiled.build(held, rows, call)


async def _read(
    level: Level,
    call: Call,
    connection: Connection,
    held: list[Any],
    rows: list[Sequence[Any]],
    request: Request,
) -> None:
    keys: Sequence[int] = ()
    if level.keys is not None:
        # a null key owns nothing; sorted, so that one question is one statement with one answer
        keys = sorted(key for key in level.keys(rows) if key is not None)
    elif level.keyed:
        keys = call.keys
    number, reading = level.number, level.reading
    if isinstance(reading, RememberedRows):
        held[number] = await _remembered(reading, keys, connection, request)
        return
    if (level.owned or level.keyed) and not keys:
        found: Sequence[Any] = ()
    else:
        text, values = _statement(level, call, keys)
        if request.watch is None:
            found = await connection.fetch(text, *values)
        else:
            with request.watch(text):
                found = await connection.fetch(text, *values)
    held[number], rows[number] = reading.held(level, call, found, keys)


async def _remembered(
    reading: RememberedRows, keys: Sequence[int], connection: Connection, request: Request
) -> Mapping[int, Any]:
    """Give objects as JSON text, reading only those that are not remembered."""
    call = request.call(reading.piece)
    memory = request.memory or Memory(0)
    shelf = memory.shelf(request.generation, reading, call.asked)
    missing = [key for key in keys if key not in shelf]
    if missing:
        call.keys = missing
        objects = await run_compiled(reading.piece, call, connection, request)
        if request.memory is None or request.generation is None:
            return cast(Mapping[int, Any], objects)
        found = {key: shelf[key] for key in keys if key in shelf}
        memory.put(shelf, objects)
        return {**found, **objects}
    return shelf


def _statement(level: Level, call: Call, keys: Sequence[int]) -> tuple[str, Sequence[Any]]:
    """Give the statement of one call; where no argument changes its text, it is written once."""
    if level.fixed:
        return level.fixed, [keys, *level.values(call)]
    statement = level.reading.statement(level, call, keys)
    if level.reading.is_fixed:
        level.fixed = statement.text
    return statement.text, statement.values


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
        call = request.call(compiled)
        call.keys = sorted({key for name, key in named if name == type_name and key is not None})
        objects = await run_compiled(compiled, call, connection, request)
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
        rows = await connection.fetch(statement.text, *statement.values)
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
        call = request.call(plan.compiled)
        data = await run_compiled(plan.compiled, call, connection, request)
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
