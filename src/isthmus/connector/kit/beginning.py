"""Begins a connector: a folder that passes its own tests as it stands."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from isthmus.errors import Misconfigured

FOLDER = Path(__file__).parent / "beginnings"
_NAME = re.compile(r"^[a-z][a-z0-9-]{0,59}$")


class Kind(StrEnum):
    """How a system speaks."""

    REST = "rest"
    GRAPHQL = "graphql"
    SPARQL = "sparql"
    XML = "xml"
    CSV = "csv"
    JSON_LINES = "json-lines"
    JSON_LD = "json-ld"
    RSS = "rss"
    OAI_PMH = "oai-pmh"


_TRANSPORTS = {
    Kind.XML: "xml_file",
    Kind.CSV: "csv_file",
    Kind.JSON_LINES: "json_lines",
    Kind.JSON_LD: "json_ld",
    Kind.OAI_PMH: "oai_pmh",
}
_VACANCIES = {Kind.JSON_LINES, Kind.RSS}


def begin(name: str, kind: Kind, into: Path) -> Path:
    """Write the folder of a new connector; raise `Misconfigured` where there is one already."""
    if not _NAME.match(name):
        message = f"{name!r}: a name is small letters, digits and dashes, and begins with a letter."
        raise Misconfigured("CONFIG_INVALID", message)
    folder = into / name
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        message = f"There is a {folder} already; it was left as it is."
        raise Misconfigured("CONNECTOR_EXISTS", message) from None
    except OSError as error:
        message = f"{folder} cannot be made ({type(error).__name__})."
        raise Misconfigured("FILE_UNWRITABLE", message) from None
    _write(folder, name, kind)
    return folder


def _write(folder: Path, name: str, kind: Kind) -> None:
    head = _text("head.yaml").replace("{transport}", _TRANSPORTS.get(kind, kind.value))
    manifest = head.replace("{name}", name) + _text(f"{kind.value}.yaml")
    (folder / "connector.yaml").write_text(manifest, "utf-8")
    (folder / "README.md").write_text(_readme(name, kind), "utf-8")
    samples = folder / "samples"
    samples.mkdir()
    for file in sorted(FOLDER.glob(f"{kind.value}.*")):
        ending = file.name.removeprefix(kind.value)
        if ending != ".yaml":
            (samples / f"two-records{ending}").write_bytes(file.read_bytes())


def _readme(name: str, kind: Kind) -> str:
    is_vacancy = kind in _VACANCIES
    words = {
        "name": name,
        "options": " --set catalogue=my-catalogue" if kind is Kind.REST else "",
        "stream": "vacancies" if is_vacancy else "courses",
        "noun": "Vacancy" if is_vacancy else "Qualification",
        "field": "vacancies" if is_vacancy else "qualifications",
    }
    text = _text("README.md")
    for word, value in words.items():
        text = text.replace(f"{{{word}}}", value)
    return text


def _text(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")
