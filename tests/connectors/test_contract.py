"""What every connector keeps to: a sound manifest, and imports of the contract alone."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from isthmus.connector import manifest
from isthmus.connector.check import check
from tests.connectors.samples import CONNECTORS, NAMES, load

ROOT = CONNECTORS.parent
ALLOWED = ("isthmus.connector", "isthmus.model", "isthmus.errors")
each_connector = pytest.mark.parametrize("name", NAMES)
CODE = sorted(CONNECTORS.glob("*/*.py"))


def imported(file: Path) -> Iterator[str]:
    """Name what a file imports; a relative import keeps its dots."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def is_of_the_contract(module: str) -> bool:
    """Tell whether a connector may import `module`: the contract, or the standard library."""
    if module.startswith("."):
        return not module.startswith("..")
    if module.partition(".")[0] in sys.stdlib_module_names:
        return True
    return any(module == part or module.startswith(f"{part}.") for part in ALLOWED)


@each_connector
def test_a_manifest_has_no_findings(name: str) -> None:
    text = (CONNECTORS / name / "connector.yaml").read_text("utf-8")
    assert check(manifest.load(text), text) == []


@each_connector
def test_a_connector_loads_and_bears_the_name_of_its_folder(name: str) -> None:
    assert load(name).manifest.id == name


@pytest.mark.parametrize("file", CODE, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_connector_imports_the_contract_and_the_standard_library_only(file: Path) -> None:
    assert [module for module in imported(file) if not is_of_the_contract(module)] == []


@pytest.mark.parametrize(
    "module", ["isthmus.store", "isthmus.outbound", "isthmus.connectors", "httpx", "..esco.client"]
)
def test_the_check_of_imports_refuses_what_is_not_of_the_contract(module: str) -> None:
    assert not is_of_the_contract(module)


def test_no_connector_names_another() -> None:
    for file in CODE:
        others = {name for name in NAMES if name != file.parent.name}
        own = [m for m in imported(file) if m.partition(".")[0] not in sys.stdlib_module_names]
        assert [m for m in own if others & set(m.split("."))] == []


def test_the_hub_never_imports_a_connector() -> None:
    files = sorted((ROOT / "src").rglob("*.py"))
    assert len(files) > 100
    assert [
        f.name for f in files if any(m.split(".")[0] == "connectors" for m in imported(f))
    ] == []
