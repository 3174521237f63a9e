"""One door to people: their tables are named in one package, whose connections the vault gives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from isthmus.store.people.binding import TABLES
from isthmus.store.tables import people

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "src" / "isthmus"
PEOPLE = CODE / "store" / "people"
NAMING = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE|TABLE|USING|ON)\s+({'|'.join(TABLES)})\b")
STATES = {"vault.py", "binding.py"}
"""The files that may reach for a connection themselves."""


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give every text of a syntax tree, f-strings without what is put into them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [p.value for p in node.values if isinstance(p, ast.Constant)]
            yield node.lineno, "?".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def namings(source: str) -> list[int]:
    """Give the lines where SQL names a table of people."""
    return [line for line, text in texts(ast.parse(source)) if NAMING.search(text)]


def reaches(source: str) -> list[int]:
    """Give the lines where a function that names people takes a connection of its own."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
            calls = [n for n in ast.walk(node) if isinstance(n, ast.Call)]
            taken = [call.lineno for call in calls if _takes_a_connection(call)]
            if taken and any(NAMING.search(text) for _, text in texts(node)):
                found += taken
    return found


def _takes_a_connection(call: ast.Call) -> bool:
    """Tell a call of the database or its pool, whatever holds it."""
    if not isinstance(call.func, ast.Attribute):
        return False
    owner = ast.unparse(call.func.value).rpartition(".")[2]
    return owner in {"database", "pool", "_database"}


def test_the_tables_of_people_are_those_that_are_bound() -> None:
    declared = {
        getattr(kind, "__tablename__", "")
        for kind in vars(people).values()
        if isinstance(kind, type) and getattr(kind, "__module__", "") == people.__name__
    }
    assert declared == set(TABLES)


def test_the_tables_of_people_are_named_in_one_package() -> None:
    strays = [
        f"{file.relative_to(CODE)}:{line}"
        for file in sorted(CODE.rglob("*.py"))
        if PEOPLE not in file.parents
        for line in namings(file.read_text("utf-8"))
    ]
    assert strays == []


def test_every_statement_on_people_runs_on_a_connection_of_the_vault() -> None:
    strays = [
        f"{file.name}:{line}"
        for file in sorted(PEOPLE.glob("*.py"))
        if file.name not in STATES
        for line in reaches(file.read_text("utf-8"))
    ]
    assert strays == []


@pytest.mark.parametrize(
    "source",
    [
        "x = 'SELECT id FROM learner'",
        "x = f'SELECT {y} FROM credential WHERE {z}'",
        "x = 'INSERT INTO consent (id) ' 'VALUES (1)'",
    ],
)
def test_a_stray_statement_is_seen(source: str) -> None:
    assert namings(source)


def test_a_connection_taken_aside_is_seen() -> None:
    source = "async def f(vault):\n await vault.database.fetch('SELECT * FROM learner')"
    assert reaches(source)
    assert not reaches("async def f(database):\n await database.fetch('SELECT 1 FROM source')")
