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
    surroundings: Mapping[str, str], *arguments: str, cwd: Path = ROOT, keep: bool = False
) -> subprocess.Popen[bytes]:
    """Begin a command; `keep` what it says."""
    said = subprocess.PIPE if keep else subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-m", "isthmus", *arguments],
        env=dict(surroundings), cwd=cwd, stdout=said, stderr=said,
    )  # fmt: skip
