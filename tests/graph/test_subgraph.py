"""What a router is told: everything but who may see what, unless it is asked to know."""

from __future__ import annotations

import re

from isthmus.graph.executing import Graph, Operation
from isthmus.graph.schema import sdl
from isthmus.store.database import Database

TOLD = re.compile(r"@(?:authenticated|requiresScopes)\b")


async def text_of(database: Database, *, security: bool) -> str:
    graph = Graph(database, security=security)
    answer = await graph.run(Operation("{ _service { sdl } }"))
    text: str = (answer.data or {})["_service"]["sdl"]
    return text


async def test_a_router_is_not_told_of_tokens_unless_it_knows_them(database: Database) -> None:
    plain = await text_of(database, security=False)
    assert not TOLD.search(plain)
    assert "federation/v2.9" in plain


async def test_a_router_that_knows_them_is_told_what_the_file_says(database: Database) -> None:
    told = await text_of(database, security=True)
    assert len(TOLD.findall(told)) == len(TOLD.findall(sdl())) > 10


async def test_nothing_else_is_left_out(database: Database) -> None:
    plain = await text_of(database, security=False)
    kinds = r"^(?:type|interface|union|enum|input|scalar) (\w+)"
    assert set(re.findall(kinds, plain, re.MULTILINE)) == set(
        re.findall(kinds, sdl(), re.MULTILINE)
    )
