"""Compiled and executed answers are the same, for whatever is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from graphql import parse, validate

from isthmus.graph.answer import Operation
from isthmus.graph.executing import Graph
from isthmus.graph.schema import build_schema
from isthmus.store.database import Database
from tests.conftest import NOW
from tests.support.operations import Made, operation

SCHEMA = build_schema()._schema
SHORT, LONG = 300, 2500
HARD = {
    "merged fields": """{ skills(first: 2) { nodes { id } nodes { uri } edges { cursor }
        edges { node { id } } } }""",
    "one name, several aliases": """{ a: skills(first: 1) { nodes { x: label { value }
        y: label(lang: ["fr"]) { value language } } } b: skills(first: 1, after: null)
        { totalCount } }""",
    "null variables": """query ($f: SkillFilter, $a: String) { skills(first: 1, filter: $f,
        after: $a) { nodes { id } } }""",
    "fragments on interfaces": """{ skills(first: 1) { nodes { ...N ...S } } }
        fragment N on Node { id __typename } fragment S on Sourced { provenance { licence } }""",
    "nested pages": """{ skills(first: 5, filter: {q: "python"}) { nodes { vacancies(first: 2) {
        totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id
        employer { vacancies(first: 1) { nodes { title { value } } } } } } } } } }""",
    "one root refused beside one answered": """{ a: skills(first: 0) { nodes { id } }
        b: skills(first: 1) { nodes { id } } }""",
    "an id that does not read beside one that does": """{ node(id: "x") { id }
        skills(first: 1) { nodes { id } } }""",
    "nodes of several types": """{ nodes(ids: ["vac_1", "skl_1", "org_1", "zzz_1", "vac_1"]) { id
        ... on Vacancy { title { value } } ... on Skill { uri } } }""",
    "a null list item type": "{ nodes(ids: []) { id } }",
    "everything skipped": "{ skills(first: 1) @skip(if: true) { nodes { id } } __typename }",
    "nothing left of an object": "{ skills(first: 1) { nodes { id @skip(if: true) } } }",
    "introspection beside data": """{ __schema { queryType { name } }
        skills(first: 1) { nodes { id } } __type(name: "Skill") { name } }""",
    "sources of a narrowed list": """{ vacancies(first: 3, filter: {source: ["src_5"]}) {
        sources { returned state ageSeconds source { name } } } }""",
    "objects with values of every kind": """{ vacancies(first: 40) { nodes { id __typename status
        publishedAt closesAt updatedAt remote salary { min max currency per } locations { country
        lat lon label __typename } employer { name { value language direction isFallback } }
        requirements { must weight kind skill { confidence method } } } }
        qualifications(first: 20) { edges { cursor node { identifiers { scheme value }
        credits { points } cost { amount currency } updatedAt } } } }""",
    "an object by its key, whole": """{ vacancy(by: {id: "vac_1"}) { id publishedAt locations {
        country } kind: __typename } x: vacancy(by: {id: "vac_999999"}) { id } }""",
    "texts in the languages asked for": """{ skills(first: 100) { nodes { label { value language
        isFallback direction origin __typename } occupations(first: 3) { nodes { label { value
        isFallback } } } } } qualifications(first: 50) { nodes { title { language value isFallback }
        provider { name { value language isFallback } } outcomes { text { value language
        isFallback }
        } } } vacancies(first: 50) { nodes { title { value language isFallback } } } }""",
    "backward paging": """{ vacancies(last: 3) { nodes { id } pageInfo { hasPreviousPage
        hasNextPage startCursor endCursor } } }""",
}


LANGUAGES = ((), ("en", "fr"))
FURTHER = (("fr-CA", "sw", "en"), ("es", "de"), ("zz",))
"""Regions, languages of translations only, and one that nothing is in."""


async def both(
    world: Database, made: Made, languages: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the answer with plans (with and without what is remembered) and without."""
    wanted = Operation(made.document, variables=made.variables)
    plain = await Graph(world, compiling=True).run(wanted, languages, now=NOW)
    executed = await Graph(world, compiling=False).run(wanted, languages, now=NOW)
    remembering = Graph(world, generations=lambda: ("1", "1"), remembered_bytes=10**6)
    for _ in range(2):  # what is written first, and what is remembered of it
        remembered = await remembering.run(wanted, languages, now=NOW)
        assert _comparable(remembered.read()) == _comparable(plain.read()), made
    return _comparable(plain.read()), _comparable(executed.read())


def _comparable(answer: dict[str, Any]) -> dict[str, Any]:
    errors = sorted((str(e.get("path")), e["extensions"]["code"]) for e in answer.get("errors", ()))
    return {"data": answer.get("data"), "errors": errors}


@pytest.fixture
async def pool(world: Database) -> dict[str, list[str]]:
    """Ids, URIs and cursors that name something."""
    lists = ("vacancies", "qualifications", "skills", "occupations", "organizations")
    parts = [f"{n}(first: 40) {{ nodes {{ id uri }} edges {{ cursor }} }}" for n in lists]
    data = (await Graph(world).run(Operation(f"{{ {' '.join(parts)} }}"))).data or {}
    found: dict[str, list[str]] = {"id": [], "uri": [], "cursor": []}
    for page in data.values():
        found["id"] += [node["id"] for node in page["nodes"]]
        found["uri"] += [node["uri"] for node in page["nodes"] if node["uri"]]
        found["cursor"] += [edge["cursor"] for edge in page["edges"]]
    for name, key in (
        ("skill", "skl"),
        ("employer", "org"),
        ("provider", "org"),
        ("source", "src"),
    ):
        found[name] = [i for i in found["id"] if i.startswith(key)] or [f"{key}_1", f"{key}_5"]
    return found | {"ids": found["id"]}


@pytest.mark.parametrize("languages", LANGUAGES + FURTHER)
@pytest.mark.parametrize("name", HARD)
async def test_a_hard_case_answers_the_same_both_ways(
    name: str, languages: Sequence[str], world: Database
) -> None:
    made = Made(HARD[name], {"f": None} if "$f" in HARD[name] else {})
    assert validate(SCHEMA, parse(made.document)) == []
    compiled, executed = await both(world, made, languages)
    assert compiled == executed


@pytest.mark.parametrize("languages", LANGUAGES)
async def test_generated_operations_answer_the_same_both_ways(
    world: Database, pool: dict[str, list[str]], languages: Sequence[str]
) -> None:
    assert await compare(world, pool, range(SHORT), languages) > SHORT // 2


@pytest.mark.slow
@pytest.mark.parametrize("languages", LANGUAGES)
async def test_many_generated_operations_answer_the_same_both_ways(
    world: Database, pool: dict[str, list[str]], languages: Sequence[str]
) -> None:
    assert await compare(world, pool, range(SHORT, SHORT + LONG), languages) > LONG // 2


async def compare(
    world: Database, pool: dict[str, list[str]], numbers: range, languages: Sequence[str]
) -> int:
    """Run the operations of `numbers` both ways; give how many answered with data."""
    with_data = 0
    for number in numbers:
        made = operation(SCHEMA, pool, number)
        assert validate(SCHEMA, parse(made.document)) == [], f"{number}: {made.document}"
        compiled, executed = await both(world, made, languages)
        assert compiled == executed, f"operation {number}: {made.document} {made.variables}"
        with_data += any((compiled["data"] or {}).values())
    return with_data
