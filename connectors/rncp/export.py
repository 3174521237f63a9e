"""The two forms of the daily export, each as a run of certifications and one of blocks."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from isthmus.errors import SourceGarbled

from .table_set import TableSet
from .xml_export import XmlExport


class Export(Protocol):
    """An export, read from its start each time."""

    def certifications(self) -> Iterator[Any]:
        """Yield certifications, and rejections of what is none."""
        ...

    def blocks(self) -> Iterator[Any]:
        """Yield blocks of competences, likewise."""
        ...


def opened(file: Path, folder: Path) -> Export:
    """Tell which form an archive holds; `folder` is for what is too much for memory."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = [Path(name).name for name in archive.namelist()]
    except (zipfile.BadZipFile, OSError, EOFError):
        raise SourceGarbled("is not a whole zip file") from None
    if any(name.lower().endswith(".xml") for name in names):
        return XmlExport(file)
    return TableSet(file, folder)
