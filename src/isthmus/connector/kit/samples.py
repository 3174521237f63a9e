"""The samples of a connector: answers of its system, and the records expected of them.

A sample is `<situation>.json` (or .xml, .csv, .html, ...), the body that answers every call, or a
folder `<situation>/` whose parts stand at their own paths (a folder `<name>.zip/` is packed
first). Of a live connector it maps paths to answers; of one that is called back too, with what
follows as `callbacks`. Beside it, `<situation>.expected.json` says with which config, and what each
stream must come to.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from isthmus.connector.kit.replies import Asked, Reply
from isthmus.connector.manifest import Finding, ManifestInvalid

SUFFIX = ".expected.json"
BASE = "{base}"
"""What stands in a live sample for the store's own address."""
_KINDS = {
    ".json": "application/json",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".csv": "text/csv",
    ".html": "text/html",
    ".jsonl": "application/x-ndjson",
    ".zip": "application/zip",
}
_MISSING = Reply(b'{"error": "not found"}', 404, {"content-type": "application/json"})

Answers = Mapping[str, Reply]


@dataclass(frozen=True, slots=True)
class Sample:
    """One situation of one connector."""

    folder: Path
    situation: str
    is_live: bool = False
    is_called_back: bool = False

    @property
    def file(self) -> Path:
        """The file of what is expected."""
        return self.folder / "samples" / f"{self.situation}{SUFFIX}"

    @property
    def connector(self) -> str:
        """The connector it is of, by its folder."""
        return self.folder.name

    @property
    def config(self) -> dict[str, Any]:
        """The config of a source that would answer so."""
        found: dict[str, Any] = self.expected().get("config", {})
        return found

    @property
    def name(self) -> str:
        """Its file, as the author knows it."""
        return f"samples/{self.situation}{SUFFIX}"

    def expected(self) -> dict[str, Any]:
        """Read what is expected; raise naming the file and line where it does not read."""
        found = _json(self.file, self.name)
        if not isinstance(found, dict) or not isinstance(found.get("streams"), dict):
            message = "holds `config`, and `streams` with the records of each"
            raise ManifestInvalid([Finding(self.name, 1, message)])
        return found

    def bodies(self) -> list[Path]:
        """Give the body that answers every call, where there is one."""
        found = sorted(self.file.parent.glob(f"{self.situation}.*"))
        return [file for file in found if not file.name.endswith(SUFFIX) and file.is_file()]

    def answers(self, base: str = "") -> Answers:
        """Give the answers of the system by path; `/` for all."""
        if self.is_live or self.is_called_back:
            return self._stated(base)
        for body in self.bodies():
            kind = _KINDS.get(body.suffix, "application/octet-stream")
            return {"/": Reply(body.read_bytes(), headers={"content-type": kind})}
        folder = self.file.with_name(self.situation)
        if folder.is_dir():
            return {f"/{part.name}": _part(part) for part in sorted(folder.iterdir())}
        return {}

    def said_back(self) -> list[tuple[str, dict[str, Any]]]:
        """List the callbacks of the sample, each with the path after whose answer it comes."""
        if not self.is_called_back:
            return []
        stated = self._paths("")
        return [(path, one) for path, a in stated.items() for one in a.get("callbacks", ())]

    def _stated(self, base: str) -> Answers:
        return {path: _reply(answer) for path, answer in self._paths(base).items()}

    def _paths(self, base: str) -> dict[str, dict[str, Any]]:
        file = self.file.with_name(f"{self.situation}.json")
        found: dict[str, dict[str, Any]] = _json(file, f"samples/{file.name}", base)
        return found


def samples_of(
    folder: Path, *, is_live: bool = False, is_called_back: bool = False
) -> list[Sample]:
    """List the samples of a connector's folder."""
    files = sorted((folder / "samples").glob(f"*{SUFFIX}"))
    names = [file.name.removesuffix(SUFFIX) for file in files]
    return [Sample(folder, name, is_live, is_called_back) for name in names]


def situations(folder: Path) -> list[Sample]:
    """List what has a body or parts in a connector's `samples/`, expected or not."""
    place = folder / "samples"
    names = {entry.name.split(".")[0] for entry in place.glob("*") if entry.name[0] != "."}
    return [Sample(folder, name) for name in sorted(names)]


def reply_of(answers: Answers, asked: Asked) -> Reply:
    """Find the answer to a call; the longest known beginning of its path counts."""
    known = [path for path in answers if asked.path.startswith(path)]
    return answers[max(known, key=len)] if known else _MISSING


def _json(file: Path, name: str, base: str | None = None) -> Any:
    try:
        text = file.read_text("utf-8")
        return orjson.loads(text if base is None else text.replace(BASE, base))
    except orjson.JSONDecodeError as error:
        said = Finding(name, error.lineno, "does not read as JSON")
    except (OSError, UnicodeDecodeError) as error:
        said = Finding(name, 1, f"does not read as UTF-8 text ({type(error).__name__})")
    raise ManifestInvalid([said])


def _reply(stated: dict[str, Any]) -> Reply:
    kind = {"content-type": "application/json"} if "json" in stated else {}
    body = orjson.dumps(stated["json"]) if "json" in stated else stated.get("text", "").encode()
    body = base64.b64decode(stated["base64"]) if "base64" in stated else body
    return Reply(body, stated.get("status", 200), kind | stated.get("headers", {}))


def _part(part: Path) -> Reply:
    kind = {"content-type": _KINDS.get(part.suffix, "application/octet-stream")}
    if part.is_file():
        return Reply(part.read_bytes(), headers=kind)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(part.iterdir()):
            archive.write(file, file.name)
    return Reply(packed.getvalue(), headers=kind)
