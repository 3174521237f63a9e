"""`make mission`: every row of the mission, with the tests that show it."""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROWS: Mapping[str, str] = json.loads((TESTS / "mission.json").read_text("utf-8"))


def shown() -> dict[str, list[str]]:
    """Map each row to the tests that name it."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in (TESTS, TESTS.parent / "connectors"):
        for file in sorted(folder.rglob("test_*.py")):
            for function, row in _marks(ast.parse(file.read_text("utf-8"))):
                found[row].append(f"{file.relative_to(TESTS.parent)}::{function}")
    return dict(found)


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for mark in node.decorator_list:
                yield from ((node.name, row) for row in _rows(mark))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            whole = node.value.elts if isinstance(node.value, ast.List) else [node.value]
            yield from (("every test", row) for mark in whole for row in _rows(mark))


def _rows(mark: ast.expr) -> list[str]:
    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.mission":
        return [ast.literal_eval(row) for row in mark.args]
    return []


def main() -> None:
    """Print the rows."""
    found = shown()
    for row, title in ROWS.items():
        state = "shown  " if row in found else "not yet"
        print(f"{row:5} {state}  {title}")
        for test in found.get(row, []):
            print(f"               {test}")
    print(f"\n{len(found)} of {len(ROWS)} rows are shown.")


if __name__ == "__main__":
    main()
