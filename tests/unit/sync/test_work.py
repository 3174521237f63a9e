"""The folder of a pass is cleared up after it, and after one that was killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from isthmus.sync.work import work_folder


def test_a_pass_has_a_folder_of_its_own_that_goes_with_it(tmp_path: Path) -> None:
    with work_folder(tmp_path, "esco") as one, work_folder(tmp_path, "esco") as other:
        assert one != other
        (one / "download").write_bytes(b"x")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_cleared_up(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / f"esco.1.pass-{ended.pid}-x7"
    left.mkdir()
    (left / "download").write_bytes(b"x" * 1000)
    with work_folder(tmp_path, "board"):
        assert not left.exists()


def test_what_a_living_process_works_on_stays(tmp_path: Path) -> None:
    living = tmp_path / f"esco.pass-{os.getppid()}-x7"
    living.mkdir()
    with work_folder(tmp_path, "board"):
        assert living.exists()
