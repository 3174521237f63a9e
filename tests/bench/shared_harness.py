"""The shared harness beside the checkout: its data set, and the libraries of the peers.

Nothing is written beside the checkout: `make bench-peers` copies the harness to
`.isthmus/bench/harness` and installs there what the peers need (a virtual environment, and
Mercurius from npm). `BENCH` names another copy. Without either, the data set is read where it is
and the peers whose libraries are missing are left out.

    python -m tests.bench.shared_harness    # what `make bench-peers` runs
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
BESIDE = ROOT.parent / "shared" / "bench"
COPY = ROOT / ".isthmus" / "bench" / "harness"
DLT = "dlt[postgres]==1.31.0"


def folder() -> Path:
    """Give the folder of the harness; it is read, never written."""
    named = os.environ.get("BENCH")
    if named:
        return Path(named)
    return COPY if COPY.is_dir() else BESIDE


@cache
def module(name: str) -> ModuleType:
    """Import one of its modules."""
    spec = importlib.util.spec_from_file_location(f"shared_{name}", folder() / f"{name}.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(name)
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found


def python() -> Path | None:
    """Give the Python that has the libraries of the Strawberry peer, where there is one."""
    own = folder() / ".venv" / "bin" / "python"
    return own if own.is_file() else None


def dlt_python() -> Path | None:
    """Give the Python that dlt is installed in, where there is one."""
    own = folder() / ".dlt" / "bin" / "python"
    return own if own.is_file() else None


def node_modules() -> Path | None:
    """Give the folder in which Mercurius and its drivers are installed, where they are."""
    found = folder() / "peers" / "node"
    return found if (found / "node_modules" / "mercurius").is_dir() else None


def install() -> None:
    """Copy the harness and install what the peers need."""
    COPY.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(BESIDE, COPY, dirs_exist_ok=True)
    environment, node = COPY / ".venv", COPY / "peers" / "node"
    run = subprocess.check_call
    run([sys.executable, "-m", "venv", str(environment)])
    run([str(environment / "bin" / "pip"), "install", "-q", "-r", str(COPY / "requirements.txt")])
    run([sys.executable, "-m", "venv", str(COPY / ".dlt")])  # apart: what it pins binds nobody else
    run([str(COPY / ".dlt" / "bin" / "pip"), "install", "-q", DLT])
    if shutil.which("npm") is None:
        print("there is no npm here: Mercurius is left out")
        return
    run(["npm", "install", "--no-audit", "--no-fund"], cwd=node)
    loads = ["node", "-e", "new (require('better-sqlite3'))(':memory:')"]
    if subprocess.call(loads, cwd=node, stderr=subprocess.DEVNULL):
        # newer npm holds back the scripts that compile a module
        run(["npm", "install-scripts", "approve", "better-sqlite3"], cwd=node)
        run(["npm", "rebuild", "better-sqlite3"], cwd=node)


if __name__ == "__main__":
    install()
