"""Memory of reading the French register from an XML export of a few and of 570 megabytes.

    python -m tests.bench rncp_export [--long]

Each export is read by a process of its own, through the connector and up to entities, without a
store. The figure is the peak of its resident memory, and how much more it is for the longer one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.rncp_export import write

SHORT, LONG = (10, 60), (10, 570)


def peak(megabytes: int) -> tuple[str, float]:
    """Give what reading an export said of itself, and its seconds."""
    with tempfile.TemporaryDirectory(prefix="isthmus-bench-") as folder:
        write(Path(folder), megabytes)
        began = time.monotonic()
        run = [sys.executable, "-m", "tests.support.rncp_export", folder]
        said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
        return said.strip(), time.monotonic() - began


def peak_mb(said: str) -> float:
    """Read the peak of memory out of it, in megabytes."""
    return int(said.rpartition("=")[2]) / 1024


def main(arguments: list[str]) -> None:
    sizes = LONG if "--long" in arguments else SHORT
    peaks = []
    for size in sizes:
        said, seconds = peak(size)
        peaks.append(peak_mb(said))
        print(f"{size} MB of XML: {said}; peak {peaks[-1]:.0f} MiB; {seconds:.0f} s")
    print(f"the longer one takes {peaks[-1] - peaks[0]:+.1f} MiB")
