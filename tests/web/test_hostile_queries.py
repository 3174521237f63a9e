"""Queries made to hurt: refused by what they look like, before anything of them is run."""

from __future__ import annotations

import httpx
import pytest

from isthmus.graph.answer import GraphAnswer, Operation
from isthmus.graph.executing import Graph
from tests.web.conftest import GRAPHQL

LISTS = "vacancies(first: 1) { nodes { requirements { skill { skill { "
CIRCLE = "fields { type { " * 8 + "name" + "} }" * 8
DOUBLING = " ".join(f"fragment F{n} on Q {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30))


def closed(opened: str) -> str:
    """Close what a query opens."""
    return opened + " }" * opened.count("{")


PAGE = "nodes { skills { skill { qualifications(first: 100) { "
QUERIES = {
    "too deep": ("{ " + "a { " * 60 + "b" + " }" * 60 + " }", "DEPTH_EXCEEDED"),
    "round a circle of the graph": (
        closed("{ " + LISTS + ("vacancies { nodes { " + LISTS) * 6 + "id"), "DEPTH_EXCEEDED",
    ),
    "pages of pages": (
        closed("{ qualifications(first: 100) { " + PAGE * 2 + "nodes { id"), "COST_EXCEEDED",
    ),
    "one field under many names": (
        "{ " + " ".join(f"a{n}: node(id: 1) {{ id }}" for n in range(99)) + " }",
        "ALIASES_EXCEEDED",
    ),
    "a field again and again": ("{ a { " + "b " * 200 + "} }", "ALIASES_EXCEEDED"),
    "more words than a query has": ("{ a(b: [" + "1 " * 40_000 + "]) }", "TOKENS_EXCEEDED"),
    "fragments that double thirty times": (
        "{ ...F0 } " + DOUBLING + " fragment F30 on Q { a }", "ALIASES_EXCEEDED",
    ),
    "fragments in a circle": (
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "VALIDATION_FAILED",
    ),
    "introspection in a circle": (f"{{ __schema {{ types {{ {CIRCLE} }} }} }}", "DEPTH_EXCEEDED"),
    "a directive again and again": ("{ a " + "@skip(if: false) " * 50 + "}", "ALIASES_EXCEEDED"),
    "a value nested in itself": ("{ a(b: " + "[" * 60 + "]" * 60 + ") }", "DEPTH_EXCEEDED"),
    "a type nested in itself": (
        "query ($a: " + "[" * 60 + "A" + "]" * 60 + ") { a }", "DEPTH_EXCEEDED",
    ),
    "many operations": (
        " ".join(f"query Q{n} {{ a }}" for n in range(50)), "TOKENS_EXCEEDED",
    ),
}  # fmt: skip
"""Each with the code of the bound that it is over."""


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What got as far as being run."""
    found: list[str] = []

    async def answer(_: Graph, operation: Operation, *__: object, **___: object) -> GraphAnswer:
        found.append(operation.document)
        return GraphAnswer(b'{"data":{}}')

    monkeypatch.setattr(Graph, "_answer", answer)
    return found


@pytest.mark.mission("M106")
@pytest.mark.parametrize("name", QUERIES)
async def test_a_query_made_to_hurt_is_refused_before_anything_runs(
    name: str, client: httpx.AsyncClient, ran: list[str]
) -> None:
    query, code = QUERIES[name]
    said = {"query": query, "operationName": "Q0" if "operations" in name else None}
    answer = await client.post("/graphql", json=said, headers={"accept": GRAPHQL})
    error = answer.json()["errors"][0]
    assert (answer.status_code, ran) == (400, [])
    assert error["extensions"]["code"] == code, error


async def test_a_query_that_hurts_nobody_is_run(client: httpx.AsyncClient, ran: list[str]) -> None:
    said = {"query": "{ vacancies(first: 1) { totalCount } }"}
    answer = await client.post("/graphql", json=said, headers={"accept": GRAPHQL})
    assert (answer.status_code, ran) == (200, [said["query"]])
