"""Pages: every row once, in order, both ways, from any cursor."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.conftest import Ask, Run

LISTS = ["vacancies", "qualifications", "skills", "occupations", "organizations"]
FORWARD = (
    "query ($n: Int, $after: String)"
    " {{ it: {field}(first: $n, after: $after{more}) {{ {parts} }} }}"
)
BACKWARD = (
    "query ($n: Int, $before: String)"
    " {{ it: {field}(last: $n, before: $before{more}) {{ {parts} }} }}"
)
PARTS = "nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount"


async def walk(ask: Ask, field: str, size: int, more: str = "") -> list[str]:
    found: list[str] = []
    after = None
    while True:
        document = FORWARD.format(field=field, more=more, parts=PARTS)
        page = (await ask(document, n=size, after=after))["it"]
        found += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(found) == page["totalCount"]
            return found


async def walk_back(ask: Ask, field: str, size: int, more: str = "") -> list[str]:
    found: list[str] = []
    before = None
    while True:
        document = BACKWARD.format(field=field, more=more, parts=PARTS)
        page = (await ask(document, n=size, before=before))["it"]
        found = [node["id"] for node in page["nodes"]] + found
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            return found


@pytest.mark.parametrize("field", LISTS)
async def test_pages_of_any_size_hold_the_same_rows_once_each(field: str, ask: Ask) -> None:
    by_hundred, by_seven = await walk(ask, field, 100), await walk(ask, field, 7)
    assert by_hundred == by_seven
    assert len(set(by_hundred)) == len(by_hundred) > 7


@pytest.mark.parametrize("field", LISTS)
async def test_reading_backward_gives_the_same_order(field: str, ask: Ask) -> None:
    assert await walk_back(ask, field, 90) == await walk(ask, field, 100)


@pytest.mark.parametrize(
    ("field", "sort"),
    [
        ("vacancies", "{by: PUBLISHED}"),
        ("vacancies", "{by: PUBLISHED, desc: false}"),
        ("vacancies", "{by: CLOSES}"),
        ("qualifications", "{by: TITLE}"),
        ("qualifications", "{by: TITLE, desc: true}"),
        ("qualifications", "{by: HOURS}"),
        ("qualifications", "{by: COST, desc: true}"),
    ],
)
async def test_a_sorted_list_pages_without_loss(field: str, sort: str, ask: Ask) -> None:
    more = f", sort: {sort}"
    forward = await walk(ask, field, 33, more)
    assert len(set(forward)) == len(forward)
    assert await walk_back(ask, field, 50, more) == forward


async def test_sorting_by_relevance_pages_without_loss(ask: Ask) -> None:
    more = ', filter: {q: "team"}, sort: {by: RELEVANCE}'
    rows = await walk(ask, "vacancies", 9, more)
    assert len(set(rows)) == len(rows) > 9


async def test_titles_come_in_their_order(ask: Ask) -> None:
    data = await ask(
        "{ qualifications(first: 100, sort: {by: TITLE}) { nodes { title { value } } } }"
    )
    titles = [node["title"]["value"].casefold() for node in data["qualifications"]["nodes"]]
    assert titles == sorted(titles)


async def test_a_nested_connection_pages_on_from_its_cursor(ask: Ask) -> None:
    document = """query ($after: String) { skills(first: 1, filter: {q: "Python"}) {
      nodes { vacancies(first: 2, after: $after) {
        nodes { id } totalCount pageInfo { endCursor hasNextPage } } } } }"""
    found: list[str] = []
    after = None
    while True:
        page: Any = (await ask(document, after=after))["skills"]["nodes"][0]["vacancies"]
        found += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(set(found)) == len(found) == page["totalCount"] > 2


@pytest.mark.parametrize("size", [0, -1, 101, 1_000_000])
async def test_a_page_size_out_of_range_is_refused(size: int, run: Run) -> None:
    answer = await run("query ($n: Int) { skills(first: $n) { nodes { id } } }", n=size)
    assert answer.data == {"skills": None}
    assert answer.errors[0]["extensions"]["code"] == "ARGUMENT_INVALID"


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "W10", "bnVsbA", "WzEsMiwzXQ", "A" * 5000, "\x00", "eyJhIjoxfQ"]
)
async def test_a_cursor_that_does_not_read_is_refused(cursor: str, run: Run) -> None:
    answer = await run("query ($c: String) { skills(after: $c) { nodes { id } } }", c=cursor)
    assert answer.errors[0]["extensions"]["code"] == "CURSOR_INVALID"
    assert "padding" not in answer.errors[0]["message"].lower()


async def test_a_cursor_of_another_order_is_refused(ask: Ask, run: Run) -> None:
    first = await ask("{ vacancies(first: 1) { pageInfo { endCursor } } }")
    cursor = first["vacancies"]["pageInfo"]["endCursor"]
    document = "query ($c: String) { vacancies(after: $c, sort: {by: CLOSES}) { nodes { id } } }"
    answer = await run(document, c=cursor)
    assert answer.errors[0]["extensions"]["code"] == "CURSOR_INVALID"


async def test_one_refused_list_leaves_the_others_standing(run: Run) -> None:
    answer = await run(
        "{ a: skills(first: 500) { nodes { id } } b: skills(first: 1) { nodes { id } } }"
    )
    assert answer.data is not None
    assert answer.data["a"] is None
    assert len(answer.data["b"]["nodes"]) == 1
