"""The layers hold, and the check of them can fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).parent / "lint-imports"

FAULTS = {
    "layers": ("model/text.py", "import isthmus.store"),
    "settings": ("store/labels.py", "from isthmus.settings import Settings"),
    "pure": ("normalise/words.py", "import time"),
    "door-httpx": ("sync/advice.py", "import httpx"),
    "door-strawberry": ("query/ids.py", "import strawberry"),
    "door-starlette": ("graph/context.py", "import starlette"),
    "door-database": ("query/ids.py", "import asyncpg"),
    "door-playground": ("web/decoding.py", "import isthmus.playground"),
}


def lint(folder: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    chosen = ["--contract", contract] if contract else []
    return subprocess.run(
        [str(LINT), "--config", str(ROOT / "pyproject.toml"), "--no-cache", *chosen],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_kept() -> None:
    done = lint(ROOT / "src")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("contract", sorted(FAULTS))
def test_a_planted_fault_breaks_its_contract(contract: str, tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "src" / "isthmus",
        tmp_path / "isthmus",
        ignore=shutil.ignore_patterns("__pycache__", "static", "data"),
    )
    name, line = FAULTS[contract]
    file = tmp_path / "isthmus" / name
    file.write_text(file.read_text("utf-8") + f"\n{line}\n")
    done = lint(tmp_path, contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout
