"""Names, sizes and what must not stand in the repository."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py")) + sorted((ROOT / "connectors").rglob("*.py"))
TOP = {
    "pyproject.toml", "README.md", "src", "schema.graphql", "connectors", "tests", "docker",
    "Makefile", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", ".ci",
}  # fmt: skip
EMPTY_NAMES = re.compile(r"^(utils?|helpers?|common|managers?|base|misc)$")
OPEN_ENDS = re.compile(r"\b(TODO|FIXME|XXX)\b|pragma: no cover|pytest\.mark\.(skip|xfail)\b")
LONGEST = 400


def tracked() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    return done.stdout.rstrip("\0").split("\0")


def test_the_top_level_holds_what_the_card_names() -> None:
    assert {name.partition("/")[0] for name in tracked()} <= TOP


def test_no_file_has_an_empty_name() -> None:
    assert [f.name for f in SOURCES if EMPTY_NAMES.match(f.stem)] == []


def test_no_file_is_too_long() -> None:
    long = {f.name: len(f.read_text("utf-8").splitlines()) for f in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


def test_nothing_is_left_open() -> None:
    assert [f.name for f in SOURCES if OPEN_ENDS.search(f.read_text("utf-8"))] == []


def test_no_file_names_a_path_of_a_machine() -> None:
    machine = re.compile(r"/(?:work|home|root)/[a-z]")
    texts = [name for name in tracked() if not name.startswith("src/isthmus/web/static/")]
    found = [
        name
        for name in texts
        if (ROOT / name).is_file()
        and machine.search((ROOT / name).read_text("utf-8", errors="ignore"))
        and name != "tests/house/test_tidiness.py"
    ]
    assert found == []


def test_median_function_is_short() -> None:
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[int(len(lengths) * 0.9)] <= 35
