"""Where a pass over a source keeps what it downloads, and who clears up after a killed one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def work_folder(work: Path, source: str) -> Iterator[Path]:
    """Give a folder for one pass; those that dead processes left behind are removed."""
    work.mkdir(parents=True, exist_ok=True)
    for left in work.glob("*.pass-*"):
        pid = left.suffix.removeprefix(".pass-").partition("-")[0]
        if pid.isdigit() and not _is_alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=work, prefix=f"{source}.pass-{os.getpid()}-") as folder:
        yield Path(folder)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another user's, so it is
        pass
    return True
