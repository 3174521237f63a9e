"""Operations with answer and plan beside them; `ISTHMUS_SNAPSHOTS=write` renews both."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

import orjson
import pytest

from isthmus.graph.executing import Graph, Operation
from tests.graph.conftest import Ask, Run

FOLDER = Path(__file__).parent / "operations"
OPERATIONS = sorted(FOLDER.glob("*.graphql"))
EXAMPLES = sorted(f.name for f in (resources.files("isthmus.graph") / "examples").iterdir())


@pytest.mark.parametrize("file", OPERATIONS, ids=lambda file: file.stem)
async def test_an_operation_answers_as_it_did(file: Path, run: Run) -> None:
    answer = await run(file.read_text("utf-8"))
    body = orjson.dumps(answer.read(), option=orjson.OPT_INDENT_2, default=str) + b"\n"
    expected = file.with_suffix(".json")
    if os.environ.get("ISTHMUS_SNAPSHOTS") == "write":
        expected.write_bytes(body)
    assert body == expected.read_bytes()


@pytest.mark.parametrize("file", OPERATIONS, ids=lambda file: file.stem)
def test_an_operation_is_planned_as_it_was(file: Path) -> None:
    plan = Graph(None).explain(Operation(file.read_text("utf-8")))
    expected = file.with_suffix(".plan")
    if os.environ.get("ISTHMUS_SNAPSHOTS") == "write":
        expected.write_text(plan, "utf-8")
    assert plan == expected.read_text("utf-8")


@pytest.mark.parametrize("name", EXAMPLES)
async def test_an_example_of_the_explorer_answers_with_something(name: str, ask: Ask) -> None:
    text = (resources.files("isthmus.graph") / "examples" / name).read_text("utf-8")
    data = await ask(text)
    assert next(iter(data.values()))["nodes"]
