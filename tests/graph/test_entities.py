"""Federation: references of other subgraphs, in batches, each answered on its own."""

from __future__ import annotations

from typing import Any

import pytest

from isthmus.graph.answer import Operation
from isthmus.graph.executing import Graph
from isthmus.graph.schema import sdl
from isthmus.store.database import Database
from tests.graph.conftest import Ask

ENTITIES = """query ($r: [_Any!]!) { _entities(representations: $r) {
    ... on Skill { id uri label { value } } ... on Vacancy { id title { value } } __typename } }"""
BROKEN: list[Any] = [
    {}, {"__typename": "Nope", "id": "skl_1"}, {"__typename": "Skill"}, {"__typename": 3},
    {"__typename": "Skill", "id": 5}, {"__typename": "Skill", "id": "vac_1"}, "text", 7, None, [],
    {"__typename": "LocalizedText", "id": "skl_1"}, {"__typename": "Source", "uri": "http://a"},
]  # fmt: skip


async def entities(world: Database, *references: Any, compiling: bool = True) -> dict[str, Any]:
    graph = Graph(world, compiling=compiling)
    return (await graph.run(Operation(ENTITIES, variables={"r": list(references)}))).read()


@pytest.mark.parametrize("compiling", [True, False])
async def test_ids_and_uris_of_several_types_are_answered_in_order(
    compiling: bool, world: Database, ask: Ask
) -> None:
    skill = (await ask("{ skills(first: 1) { nodes { id uri } } }"))["skills"]["nodes"][0]
    references = [
        {"__typename": "Skill", "uri": skill["uri"]},
        {"__typename": "Vacancy", "id": "vac_1"},
        {"__typename": "Skill", "id": skill["id"]},
        {"__typename": "Skill", "uri": "http://nowhere.example/1"},
    ]
    found = (await entities(world, *references, compiling=compiling))["data"]["_entities"]
    assert [one and one["id"] for one in found] == [skill["id"], "vac_1", skill["id"], None]


@pytest.mark.parametrize("compiling", [True, False])
@pytest.mark.parametrize("broken", BROKEN, ids=str)
async def test_a_broken_reference_spoils_only_its_own_row(
    broken: Any, compiling: bool, world: Database
) -> None:
    whole = {"__typename": "Vacancy", "id": "vac_1"}
    answer = await entities(world, whole, broken, whole, compiling=compiling)
    if broken is None:  # a null in a list of non-nulls is a fault of the request itself
        assert answer["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"
        return
    assert [one and one["id"] for one in answer["data"]["_entities"]] == ["vac_1", None, "vac_1"]
    assert [(e["path"], e["extensions"]["code"]) for e in answer["errors"]] == [
        (["_entities", 1], "REPRESENTATION_INVALID")
    ]


async def test_many_references_are_read_together(world: Database) -> None:
    references = [{"__typename": "Skill", "id": f"skl_{n}"} for n in range(1, 60)]
    plan = Graph(world).explain(Operation(ENTITIES, variables={"r": references}))
    found = (await entities(world, *references))["data"]["_entities"]
    assert plan.count("SELECT") == 1
    assert len(found) == 59


def test_the_subgraph_declares_what_composers_know() -> None:
    text = sdl()
    assert 'url: "https://specs.apollo.dev/federation/v2.9"' in text
    assert "directive @oneOf on INPUT_OBJECT" in text
    assert "type PageInfo @cost(weight: 0) @shareable" in text
