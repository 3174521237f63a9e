"""Runs `isthmus` as its own process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

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
    surroundings: Mapping[str, str], *arguments: str, cwd: Path = ROOT
) -> subprocess.Popen[bytes]:
    """Begin a command whose end is somebody else's business."""
    return subprocess.Popen(
        [sys.executable, "-m", "isthmus", *arguments],
        env=dict(surroundings), cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
