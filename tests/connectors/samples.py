"""The samples of every connector: an answer of its system, and the records expected of it.

A sample is `<situation>.json` (or .xml, .csv, .html, ...), the body that answers every call, or a
folder `<situation>/` whose parts stand at their own paths (a folder `<name>.zip/` is packed
first). Beside it, `<situation>.expected.json` says with which config, and what each stream must
come to.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from isthmus.connector import installed
from isthmus.connector.installed import InstalledConnector
from tests.support.replay import Reply

CONNECTORS = Path(__file__).resolve().parents[2] / "connectors"
NAMES = installed.names([CONNECTORS])
SUFFIX = ".expected.json"
_KINDS = {
    ".json": "application/json",
    ".xml": "application/xml",
    ".csv": "text/csv",
    ".html": "text/html",
    ".jsonl": "application/x-ndjson",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One situation of one connector."""

    connector: str
    situation: str
    file: Path

    @property
    def expected(self) -> dict[str, Any]:
        """What is expected of it."""
        found: dict[str, Any] = orjson.loads(self.file.read_bytes())
        return found

    @property
    def config(self) -> dict[str, Any]:
        """The config of a source that would answer so."""
        found: dict[str, Any] = self.expected.get("config", {})
        return found

    def bodies(self) -> list[Path]:
        """Give the body that answers every call, where there is one."""
        found = sorted(self.file.parent.glob(f"{self.situation}.*"))
        return [file for file in found if not file.name.endswith(SUFFIX) and file.is_file()]

    def answers(self) -> Mapping[str, Reply]:
        """Give the answers of the system, by path."""
        folder = self.file.with_name(self.situation)
        for body in self.bodies():
            kind = _KINDS.get(body.suffix, "application/octet-stream")
            return {"/": Reply(body.read_bytes(), headers={"content-type": kind})}
        if folder.is_dir():
            return {f"/{part.name}": _part(part) for part in sorted(folder.iterdir())}
        return {}


def _part(part: Path) -> Reply:
    if part.is_file():
        return Reply(part.read_bytes())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(part.iterdir()):
            archive.write(file, file.name)
    return Reply(packed.getvalue(), headers={"content-type": "application/zip"})


@cache
def load(name: str) -> InstalledConnector:
    """Get a connector of this checkout ready."""
    return installed.load(name, [CONNECTORS])


def samples() -> list[Sample]:
    """List the samples of every connector."""
    files = sorted(CONNECTORS.glob(f"*/samples/*{SUFFIX}"))
    return [Sample(f.parents[1].name, f.name.removesuffix(SUFFIX), f) for f in files]


def sample_id(sample: Sample) -> str:
    """Name a sample in a test's id."""
    return f"{sample.connector}-{sample.situation}"
