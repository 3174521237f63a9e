"""The estimate of an operation's cost: never under what it came to, and refused before it runs."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLList, get_named_type, get_nullable_type, is_leaf_type

from isthmus.graph.answer import Operation
from isthmus.graph.executing import Graph, Limits
from isthmus.graph.rows import SHAPES
from isthmus.graph.schema import build_schema
from isthmus.query.preparing import NotPrepared
from isthmus.store.database import Database
from tests.conftest import NOW
from tests.support.operations import operation

SCHEMA = build_schema()._schema
FREE = {name for name, shape in SHAPES.items() if not shape.table}


def rows_in(type_: Any, value: Any) -> int:
    """Count the objects of an answer that are rows of the store."""
    if value is None or is_leaf_type(get_named_type(type_)):
        return 0
    if isinstance(get_nullable_type(type_), GraphQLList):
        return sum(rows_in(get_named_type(type_), item) for item in value)
    name = get_named_type(type_).name
    own = int(name in SHAPES and name not in FREE)
    fields = getattr(get_named_type(type_), "fields", {})
    return own + sum(rows_in(fields[k].type, v) for k, v in value.items() if k in fields)


async def costs(graph: Graph, document: str, variables: Any = None) -> tuple[int, int]:
    """Give the estimate and what it came to; an aliased field counts for nothing."""
    answer = await graph.run(Operation(document, variables=variables or {}), now=NOW)
    assert answer.cost is not None
    return answer.cost, rows_in(SCHEMA.query_type, answer.data)


async def test_a_costly_operation_is_refused_before_a_statement_runs(world: Database) -> None:
    statements: list[str] = []
    graph = Graph(world, limits=Limits(max_cost=1000), watch=statements.append)
    answer = await graph.run(
        Operation("{ skills(first: 100) { nodes { vacancies(first: 100) { nodes { id } } } } }")
    )
    assert answer.codes == ("COST_EXCEEDED",)
    assert not answer.executed
    assert statements == []


async def test_the_estimate_follows_the_variables(world: Database) -> None:
    graph = Graph(world)
    text = "query ($n: Int) { skills(first: $n) { nodes { id } } }"
    assert [(await graph.run(Operation(text, variables={"n": n}))).cost for n in (5, 50)] == [5, 50]


async def test_pages_inside_pages_multiply(world: Database) -> None:
    text = "{ skills(first: 7) { nodes { vacancies(first: 3) { nodes { employer { id } } } } } }"
    assert (await Graph(world).run(Operation(text))).cost == 7 + 7 * 3 * 2


async def test_the_answer_says_what_it_cost(world: Database) -> None:
    answer = await Graph(world, limits=Limits(max_cost=500)).run(
        Operation("{ skills(first: 2) { nodes { id } } }")
    )
    assert answer.read()["extensions"] == {"cost": {"estimated": 2, "limit": 500}}


async def test_no_generated_operation_comes_to_more_than_its_estimate(world: Database) -> None:
    graph, pool = Graph(world), {"id": ["vac_1", "skl_3", "org_2"]}
    for number in range(250):
        made = operation(SCHEMA, pool, number)
        try:
            estimate, actual = await costs(graph, made.document, made.variables)
        except (NotPrepared, AssertionError):
            continue
        assert actual <= estimate, made.document


async def test_whole_lists_stay_under_what_is_assumed_of_them(world: Database) -> None:
    text = """{ vacancies(first: 100) { nodes { requirements { skill { skill { broader { id }
        replacedBy { id } } } } provenance { source { id } } } }
        qualifications(first: 100) { nodes { outcomes { skills { skill { id } } }
        skills { skill { id } } awardingBodies { id } provenance { licence } } } }"""
    estimate, actual = await costs(Graph(world), text)
    assert 0 < actual <= estimate
