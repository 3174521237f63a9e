"""`isthmus audit`: the head of the log written down, and the whole checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.flows.commands import isthmus

pytestmark = pytest.mark.mission("M64")


def test_the_log_is_anchored_checked_and_an_altered_anchor_is_told(
    surroundings: Mapping[str, str], a_home: Path
) -> None:
    whole = isthmus(surroundings, "audit", "check")
    assert whole.stdout == "every line and every anchor is as it was written\n", whole.stderr
    assert whole.returncode == 0
    anchored = isthmus(surroundings, "audit", "anchor")
    assert anchored.returncode == 0, anchored.stderr
    assert anchored.stdout.startswith("1 ")
    file = a_home / "audit.anchors"
    assert file.stat().st_mode & 0o777 == 0o600
    assert isthmus(surroundings, "audit", "check").returncode == 0
    file.write_bytes(file.read_bytes().replace(b'"number":1', b'"number":2'))
    told = isthmus(surroundings, "audit", "check")
    assert told.returncode == 1
    assert "line 1 of the file of anchors is not as it was written" in told.stdout
