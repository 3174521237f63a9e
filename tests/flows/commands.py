"""Runs `isthmus` as its own process."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from tests.conftest import ROOT

PATIENCE = 90


def isthmus(
    surroundings: Mapping[str, str], *arguments: str, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "isthmus", *arguments],
        env=dict(surroundings), cwd=cwd, capture_output=True, text=True, check=False,
        timeout=PATIENCE,
    )  # fmt: skip


def begin(
    surroundings: Mapping[str, str], *arguments: str, cwd: Path = ROOT, keep: bool = False
) -> subprocess.Popen[bytes]:
    """Begin a command; `keep` what it says."""
    said = subprocess.PIPE if keep else subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-m", "isthmus", *arguments],
        env=dict(surroundings), cwd=cwd, stdout=said, stderr=said,
    )  # fmt: skip


def add_numbered(surroundings: Mapping[str, str], name: str, url: str, *more: str) -> None:
    """Add a source of the connector that reads numbered pages."""
    words = ("--connector", "numbered", "--base-url", f"{url}/{name}", *more)
    added = isthmus(surroundings, "source", "add", name, *words)
    assert added.returncode == 0, added.stderr


def until(condition: Callable[[], object], pause: float = 0.01) -> None:
    """Wait until something is so."""
    given_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < given_up, "nothing came of it"
        time.sleep(pause)


def postmaster(surroundings: Mapping[str, str]) -> psutil.Process:
    """Give the process of a home's database."""
    file = Path(surroundings["ISTHMUS_HOME"]) / "postgres" / "postmaster.pid"
    return psutil.Process(int(file.read_text().splitlines()[0]))
