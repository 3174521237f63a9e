"""Finds connectors by folder and gets them ready: manifest, mapping, Python part, tables."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys
import sysconfig
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson

from isthmus.connector import manifest as manifests
from isthmus.connector.check import check
from isthmus.connector.config import config_validator
from isthmus.connector.manifest import Finding, Manifest, ManifestInvalid
from isthmus.connector.part import Connector, fetchers, readers
from isthmus.connector.yaml_lines import read_yaml
from isthmus.errors import Misconfigured

FILE = "connector.yaml"
PACKAGE = "connectors"
ENTRY_POINTS = "isthmus.connectors"
"""Where packages that an operator installed name their connectors: name -> package."""
NOWHERE = Path()
"""The folder of what stands in none."""


@dataclass(frozen=True, slots=True)
class InstalledConnector:
    """A kind of source, ready for use."""

    folder: Path
    manifest: Manifest
    digest: bytes
    mappings: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    part: type[Connector] | None = None
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def check_config(self, config: Mapping[str, Any], *, without: Collection[str] = ()) -> None:
        """Raise `Misconfigured` where a source's config does not fit the manifest's schema.

        `without` names values that are not looked at, such as secrets that come later. Where the
        schema knows secrets the sentence names no value at all.
        """
        schema = _leaving_out(self.manifest.config, without) if without else self.manifest.config
        held = {name: value for name, value in config.items() if name not in without}
        validator = config_validator(schema, masked=bool(self.manifest.secrets))
        for error in validator.iter_errors(held):
            place = ".".join(str(step) for step in error.instance_path) or "config"
            message = f"{self.manifest.id}: {place}: {error.message}"
            raise Misconfigured("CONFIG_INVALID", message)


def _leaving_out(schema: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Give a schema that neither asks for some values nor knows them."""
    required = [name for name in schema.get("required", ()) if name not in names]
    return {**schema, "required": required}


def folders(configured: str, working: Path) -> list[Path]:
    """List the places connectors may stand in, the operator's own first."""
    if configured:
        return [Path(configured)]
    source_tree = Path(__file__).resolve().parents[3] / PACKAGE
    shared = Path(sysconfig.get_path("data")) / "share" / "isthmus" / PACKAGE
    return [place for place in (working / PACKAGE, source_tree, shared) if place.is_dir()]


def names(places: list[Path]) -> list[str]:
    """Name every connector that stands in `places`, or in a package of its own."""
    standing = {file.parent.name for place in places for file in place.glob(f"*/{FILE}")}
    return sorted(standing | {name for name in _packages() if packaged(name)})


def find_folder(name: str, places: list[Path]) -> Path | None:
    """Find the folder of a connector: in `places` first, then among the installed packages."""
    standing = (place / name for place in places if (place / name / FILE).is_file())
    return next(standing, None) or packaged(name)


def packaged(name: str) -> Path | None:
    """Find the folder of a connector that came as a package; nothing of it is run by this."""
    package = _packages().get(name)
    if package is None:
        return None
    try:
        found = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None
    places = (found.submodule_search_locations if found else None) or ()
    return next((Path(place) for place in places if (Path(place) / FILE).is_file()), None)


def _packages() -> dict[str, str]:
    points = importlib.metadata.entry_points(group=ENTRY_POINTS)
    return {point.name: point.value for point in points}


def load(name: str, places: list[Path]) -> InstalledConnector:
    """Get the connector `name` ready; raise `Misconfigured` when there is none or it is faulty."""
    folder = find_folder(name, places)
    if folder is not None:
        return load_folder(folder)
    known = ", ".join(names(places)) or "none"
    raise Misconfigured("CONNECTOR_UNKNOWN", f"There is no connector {name}; there are: {known}.")


def load_folder(folder: Path) -> InstalledConnector:
    """Get the connector of a folder ready."""
    text, python, tables = _texts(folder)
    part, mapping = _python_part(folder), _module(folder, "mapping")
    return _ready(text, tables, folder=folder, part=part, mapping=mapping, python=python)


def digest_of(folder: Path) -> bytes:
    """Identify the connector of a folder by its content, without getting it ready."""
    return _digest(*_texts(folder))


def _texts(folder: Path) -> tuple[str, list[str], dict[str, str]]:
    tables = {f.stem: _text(f) for f in sorted((folder / "tables").glob("*.json"))}
    return _text(folder / FILE), [_text(f) for f in sorted(folder.glob("*.py"))], tables


def _digest(text: str, python: Sequence[str], tables: Mapping[str, str]) -> bytes:
    # whatever can change what a record comes to: a change of it reads every record anew
    return manifests.digest("\0".join([text, *python, *(tables[n] for n in sorted(tables))]))


def of_data(text: str, tables: Mapping[str, str]) -> InstalledConnector:
    """Get a connector ready that is data alone: a manifest, and tables by their names."""
    return _ready(text, tables)


def _ready(
    text: str,
    tables: Mapping[str, str],
    *,
    folder: Path = NOWHERE,
    part: type[Connector] | None = None,
    mapping: ModuleType | None = None,
    python: Sequence[str] = (),
) -> InstalledConnector:
    manifest = manifests.load(text)
    findings = check(manifest, text)
    if findings:
        raise ManifestInvalid(findings)
    mappings = {
        name: getattr(mapping, name)
        for name, stream in manifest.streams.items()
        if stream.map is None and mapping is not None and hasattr(mapping, name)
    }
    _check_complete(manifest, mappings, part, read_yaml(text, FILE)[1])
    return InstalledConnector(
        folder,
        manifest,
        _digest(text, python, tables),
        mappings,
        part,
        {name: _table(name, held) for name, held in tables.items()},
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file.name}: line 1: does not read as UTF-8 text ({type(error).__name__})"
        raise Misconfigured("MANIFEST_INVALID", message) from None


def _table(name: str, text: str) -> dict[str, Any]:
    try:
        table = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = f"tables/{name}.json: line {error.lineno}: does not read as JSON"
        raise Misconfigured("MANIFEST_INVALID", message) from None
    if not isinstance(table, dict):
        message = f"tables/{name}.json: line 1: a table is one JSON object"
        raise Misconfigured("MANIFEST_INVALID", message)
    return table


def _check_complete(
    manifest: Manifest,
    mappings: Mapping[str, Any],
    part: type[Connector] | None,
    lines: dict[tuple[str, ...], int],
) -> None:
    read_by_part = readers(part) if part else {}
    fetched_by_part = fetchers(part) if part else {}
    findings = []
    for name, stream in manifest.streams.items():
        said = []
        if stream.request is None and name not in read_by_part:
            said.append("has neither `request` nor a method")
        if stream.map is None and name not in mappings:
            said.append("has neither `map` nor a mapping function")
        if manifest.personal and stream.detail is None and name not in fetched_by_part:
            said.append("has documents that nothing fetches")
        line = manifests.line_of(("streams", name), lines)
        findings += [Finding(FILE, line, f"streams.{name}: {one}") for one in said]
    if findings:
        raise ManifestInvalid(findings)


def _python_part(folder: Path) -> type[Connector] | None:
    module = _module(folder, "client")
    if module is None:
        return None
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Connector) and value is not Connector:
            return value
    raise Misconfigured("MANIFEST_INVALID", "client.py: line 1: holds no Connector")


def _module(folder: Path, name: str) -> ModuleType | None:
    """Import a file of a connector's folder, as `connectors.<folder>.<name>`."""
    if not (folder / f"{name}.py").is_file():
        return None
    unique = f"{PACKAGE}_{abs(hash(str(folder.parent))):x}"
    for package, place in ((unique, folder.parent), (f"{unique}.{folder.name}", folder)):
        if package not in sys.modules:
            module = ModuleType(package)
            module.__path__ = [str(place)]
            sys.modules[package] = module
    try:
        return importlib.import_module(f"{unique}.{folder.name}.{name}")
    except Exception as error:
        line = _line_in(error, folder / f"{name}.py")
        message = f"{name}.py: line {line}: does not import: {type(error).__name__}: {error}"
        raise Misconfigured("MANIFEST_INVALID", message) from error


def _line_in(error: Exception, file: Path) -> int:
    """Find the line of a file on which something went wrong."""
    if isinstance(error, SyntaxError):
        return error.lineno or 1
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno or 1 for f in reversed(frames) if f.filename == str(file)), 1)
