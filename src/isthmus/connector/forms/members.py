"""Files that come in a zip: found by a pattern, read in pieces, never past a limit."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO, cast

from isthmus.errors import SourceGarbled

MOST_UNPACKED = 8 * 1024 * 1024 * 1024
MOST_TIMES = 1000
"""How many times its packed size a file may unpack to: text seldom passes fifty."""
PIECE = 1 << 16
BROKEN = (zipfile.BadZipFile, EOFError, OSError, zlib.error, NotImplementedError, RuntimeError)
"""What `zipfile` raises; the last two where the packing is unknown, or needs a password."""


@contextmanager
def opened(file: Path, member: str | None) -> Iterator[BinaryIO]:
    """Open a file, or the one member of a zip that fits a pattern."""
    if member is None:
        with file.open("rb") as plain:
            yield plain
        return
    try:
        with zipfile.ZipFile(file) as archive:
            found = _find(archive, member)
            with archive.open(found) as raw:
                yield cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", raw), PIECE))
    except BROKEN:
        raise SourceGarbled("is not a whole zip file, or does not unpack") from None


def _find(archive: zipfile.ZipFile, pattern: str) -> zipfile.ZipInfo:
    found = [m for m in archive.infolist() if fnmatchcase(Path(m.filename).name, pattern)]
    if len(found) != 1:
        names = ", ".join(sorted(Path(m.filename).name for m in archive.infolist())[:8])
        count = len(found) or "no"
        raise SourceGarbled(f"holds {count} files like {pattern}; it has {names or 'nothing'}")
    one = found[0]
    if one.file_size > MOST_UNPACKED or one.file_size > max(one.compress_size, 1024) * MOST_TIMES:
        raise SourceGarbled(f"{Path(one.filename).name} unpacks to {one.file_size} bytes")
    return one
