"""The static stage: what a connector's folder says, before anything is run."""

from __future__ import annotations

import ast
import ipaddress
import re
import sys
from collections.abc import Iterator
from pathlib import Path as Folder
from typing import Any
from urllib.parse import urlsplit

from isthmus.connector import installed
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.kit.samples import Sample, samples_of
from isthmus.connector.kit.verdicts import Report
from isthmus.connector.manifest import Finding, Manifest, ManifestInvalid, line_of
from isthmus.connector.yaml_lines import Path, read_yaml
from isthmus.errors import Misconfigured

HEADINGS = ("What it brings", "Limits", "What it rests on", "Ask it")
_CONTRACT = ("isthmus.connector", "isthmus.model", "isthmus.errors")
_SECRET_NAME = re.compile(
    r"authori[sz]ation|api[-_]?key|secret|password|passwd|(?:access|auth)[-_]?token", re.IGNORECASE
)
_SECRET = re.compile(
    r"\b(?:Bearer|Basic)\s+[A-Za-z0-9+/._~-]{8,}|\beyJ[A-Za-z0-9_-]{16,}|-----BEGIN [A-Z ]*PRIVATE"
    r"|\b(?:sk|pk|ghp|glpat|xox[bp])[-_][A-Za-z0-9-]{16,}|\b[0-9a-fA-F]{32,}\b"
)
_INNER_NAMES = (".local", ".internal", ".localhost", ".lan", ".home.arpa")


def static_stage(
    folder: Folder, report: Report, *, is_data: bool = False, allow_private: bool = False
) -> InstalledConnector | None:
    """Check a folder; give its connector where it is sound enough to be run.

    `is_data`: it was sent to a running hub, so that nothing of it may be code or a file of the
    hub's machine, and it needs no README. `allow_private`: its host may be any.
    """
    report.connector = folder.name
    try:
        connector = installed.load_folder(folder)
    except Misconfigured as refused:
        report.judge("static", "manifest", str(refused).splitlines())
        return None
    manifest = report.manifest = connector.manifest
    said = f"{len(manifest.streams)} streams: {', '.join(manifest.streams)}"
    report.judge("static", "manifest", _misnamed(folder, manifest), said)
    data, lines = read_yaml((folder / installed.FILE).read_text("utf-8"), installed.FILE)
    hosts = [] if allow_private else _found(_hosts(data), lines)
    hosts += _found(_files(manifest), lines) if is_data else []
    report.judge("static", "hosts", hosts, "constant and public")
    report.judge("static", "secrets", _found(_secrets(data), lines), "none is written down")
    if not is_data:
        imports = list(_imports(folder))
        report.judge("static", "imports", imports, "the contract and the library only")
        report.judge("static", "readme", list(_readme(folder, manifest)), "has its headings")
    _samples(folder, manifest, report)
    return connector


def _found(faults: Iterator[tuple[Path, str]], lines: dict[Path, int]) -> list[str]:
    return [str(Finding(installed.FILE, line_of(path, lines), said)) for path, said in faults]


def _misnamed(folder: Folder, manifest: Manifest) -> list[str]:
    if manifest.id == folder.name:
        return []
    text = (folder / installed.FILE).read_text("utf-8")
    _, lines = read_yaml(text, installed.FILE)
    said = f"id: the folder bears it too, and is called {folder.name}"
    return [str(Finding(installed.FILE, line_of(("id",), lines), said))]


def _leaves(value: Any, at: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*at, str(name)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, (*at, str(number)))
    elif isinstance(value, str):
        yield at, value


def _hosts(data: Any) -> Iterator[tuple[Path, str]]:
    """Find addresses that are called and stand on no public host."""
    for path, text in _leaves(data.get("http", {}), ("http",)):
        if text.startswith(("http://", "https://")) and "headers" not in path:
            host = urlsplit(text).hostname or ""
            if not is_public_name(host):
                yield path, f"{host or 'the address'} is no public host"


def _files(manifest: Manifest) -> Iterator[tuple[Path, str]]:
    """Refuse an address on the hub's own disk: those are its operator's to give."""
    if (manifest.http.base_url or "").lower().startswith("file:"):
        yield ("http", "base_url"), "http.base_url: names a file of the hub's own machine"


def is_public_name(host: str) -> bool:
    """Tell whether a host may be one of the open internet, by its name alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        is_named = "." in host and not host.replace(".", "").isdigit()
        return is_named and not host.lower().endswith(_INNER_NAMES)


def _secrets(data: Any) -> Iterator[tuple[Path, str]]:
    """Find what looks like a secret that was written down."""
    for path, text in _leaves({k: v for k, v in data.items() if k != "config"}, ()):
        is_sent = {"headers", "query", "body", "variables"} & set(path[:-1])
        is_stated = bool(is_sent and _SECRET_NAME.search(path[-1]) and text and "{" not in text)
        if is_stated or _SECRET.search(text):
            yield path, f"{path[-1]}: looks like a secret; make it a word of config"
    for path, text in _leaves(data.get("config", {}), ("config",)):
        is_kept = path[-1] in {"default", "const", "examples"} and _SECRET_NAME.search(path[-2])
        if is_kept or _SECRET.search(text):
            yield path, f"{path[-1]}: looks like a secret, and config holds none"


def _imports(folder: Folder) -> Iterator[str]:
    for file in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            for module in _imported(node):
                if not _is_allowed(module):
                    line = getattr(node, "lineno", 1)
                    yield str(Finding(file.name, line, f"imports {module}; see connectors.md"))


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["." * node.level + (node.module or "")]
    return []


def _is_allowed(module: str) -> bool:
    if module.startswith("."):
        return not module.startswith("..")
    is_contract = any(module == part or module.startswith(f"{part}.") for part in _CONTRACT)
    return is_contract or module.partition(".")[0] in sys.stdlib_module_names


def _readme(folder: Folder, manifest: Manifest) -> Iterator[str]:
    file = folder / "README.md"
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        yield str(Finding(file.name, 1, "there is none, or it is no UTF-8 text"))
        return
    lines = text.splitlines()
    if not lines or lines[0] != f"# {manifest.id}":
        yield str(Finding(file.name, 1, f"begins with `# {manifest.id}`"))
    found = [(line[3:].strip(), n) for n, line in enumerate(lines, 1) if line.startswith("## ")]
    for heading in HEADINGS:
        if heading not in [name for name, _ in found]:
            yield str(Finding(file.name, len(lines) or 1, f"has no heading `## {heading}`"))
    for name, number in found:
        if name not in HEADINGS:
            yield str(Finding(file.name, number, f"has a heading of its own: {name}"))


def _samples(folder: Folder, manifest: Manifest, report: Report) -> None:
    found = samples_of(folder, is_live=manifest.personal, is_called_back=manifest.is_called_back)
    faults = [] if found else [str(Finding("samples", 1, "there is no sample"))]
    shown: set[str] = set()
    for sample in found:
        try:
            shown |= set(sample.expected()["streams"])
        except ManifestInvalid as invalid:
            faults += [str(finding) for finding in invalid.findings]
    _, lines = read_yaml((folder / installed.FILE).read_text("utf-8"), installed.FILE)
    faults += [
        str(Finding(installed.FILE, line_of(("streams", name), lines), f"{name}: is in no sample"))
        for name in manifest.streams
        if name not in shown and found
    ]
    faults += _orphans(folder, found)
    report.judge("static", "samples", faults, f"{len(found)}, with every stream in one")


def _orphans(folder: Folder, samples: list[Sample]) -> list[str]:
    known = {sample.situation for sample in samples}
    parts = [p for p in sorted((folder / "samples").glob("*")) if p.stem not in known]
    names = [p.name for p in parts if p.name.removesuffix(".expected.json") not in known]
    return [str(Finding(f"samples/{name}", 1, "has no expectation beside it")) for name in names]


def static_tier(folder: Folder) -> Report:
    """Run the static stage alone."""
    report = Report(folder.name)
    static_stage(folder, report)
    return report
