"""The shared harness beside the checkout: its data set, its operations, its peers.

`BENCH` names its folder. Without it, a copy is made for the run, so that nothing is written
beside the checkout; peers then run as far as this project's own environment carries them.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
BESIDE = ROOT.parent / "shared" / "bench"


def folder() -> Path:
    """Give the folder of the harness; it is read, never written."""
    return Path(os.environ.get("BENCH") or BESIDE)


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


def python() -> str:
    """Give the Python that has the peers' libraries: the harness's own, where it has one."""
    own = folder() / ".venv" / "bin" / "python"
    return str(own) if own.is_file() else sys.executable


def node_modules() -> Path | None:
    """Give the folder in which Mercurius and its drivers are installed, where they are."""
    found = folder() / "peers" / "node"
    return found if (found / "node_modules" / "mercurius").is_dir() else None
