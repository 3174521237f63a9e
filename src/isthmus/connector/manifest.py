"""A connector's manifest: what a system looks like, as data.

`load` reads and checks it; every fault is a `Finding` with the line it stands on. The words
are explained in `src/docs/connectors.md`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from isthmus.connector.callback.words import Callback
from isthmus.connector.form_words import Csv, Form, Json, JsonLines, Xml
from isthmus.connector.live_words import Auth, ConsentTerms, Detail, Seconds
from isthmus.connector.paging_words import Paging
from isthmus.connector.question_words import Live
from isthmus.connector.yaml_lines import Path, read_yaml
from isthmus.errors import Misconfigured
from isthmus.model.run import SourceMode

CONTRACT = 1
T = TypeVar("T")
Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]*$", max_length=60)]
StreamName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$", max_length=60)]
Version = Annotated[str, Meta(pattern=r"^\d+\.\d+\.\d+$")]
Expression = Annotated[str, Meta(min_length=1, max_length=2000)]
Expressions = dict[str, Any]
Every = Annotated[str, Meta(pattern=r"^[1-9]\d{0,5}[smhd]$")]
Transport = Literal[
    "rest", "graphql", "sparql", "xml_file", "csv_file", "json_lines", "json_ld", "rss",
    "oai_pmh", "oauth_store", "wallet_presentation", "async_callback",
]  # fmt: skip
Produces = Literal[
    "Vacancy@1", "Qualification@1", "Organization@1", "Skill@1", "Occupation@1",
    "LearningOutcome@1", "Framework@1", "Credential@1",
]  # fmt: skip


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words of the manifest: an unknown one is a finding, never ignored."""


class Http(_Words, frozen=True, kw_only=True):
    """How the system is reached. `base_url` may be left to the source; its host is constant."""

    base_url: str | None = None
    auth: Literal["none"] | Auth = "none"
    rate: Annotated[str, Meta(pattern=r"^[1-9]\d{0,5}/(second|minute|hour)$")] | None = None
    headers: dict[str, str] = {}


class Request(_Words, frozen=True, kw_only=True):
    """One call: the path and query may hold `{config.x}`, percent-encoded when filled in.

    A `body` is sent as JSON; `graphql` is a document with its `variables`; `sparql` a query that
    the page's limit and offset are added to. Where there is a body, the page's parameters stand
    in it, and a dot in a parameter's name leads inside.
    """

    method: Literal["get", "post"] = "get"
    path: str = ""
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    body: dict[str, Any] | None = None
    graphql: Annotated[str, Meta(max_length=20_000)] | None = None
    variables: dict[str, Any] = {}
    sparql: Annotated[str, Meta(max_length=20_000)] | None = None


class Stream(_Words, frozen=True, kw_only=True):
    """One list of records of one canonical type."""

    produces: Produces
    request: Request | None = None
    page: Literal["none"] | Paging = "none"
    read: Form = Json()
    records: Expression = "@"
    where: Expression | None = None
    id: Expression
    uri: Expression | None = None
    changed: Expression | None = None
    removed: Expression | None = None
    deletes: Literal["snapshot", "tombstone", "expiry", "never"]
    expires: Every = "30d"
    deadline: Seconds | None = None
    live: Live | None = None
    detail: Detail | None = None
    callback: Callback | None = None
    map: Expressions | None = None

    @property
    def asking(self) -> Live:
        """How it is asked while a question waits; where nothing is said, its list is read."""
        return self.live or Live()

    @property
    def is_file(self) -> bool:
        """Whether it comes as one file, read from disk one record at a time."""
        is_listed = isinstance(self.read, Csv | JsonLines)
        return is_listed or (isinstance(self.read, Xml) and self.read.each is not None)


class Schedule(_Words, frozen=True, kw_only=True):
    """How often a source of this kind is read, unless it says otherwise."""

    every: Every


class Manifest(_Words, frozen=True, kw_only=True):
    """The whole of `connector.yaml`."""

    isthmus: Literal[1]
    id: Name
    version: Version
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    maintainers: Annotated[list[str], Meta(min_length=1)]
    transport: Transport
    modes: Annotated[list[Literal["synced", "live"]], Meta(min_length=1)]
    personal: bool = False
    licence: str | None = None
    attribution: str | None = None
    redistributable: bool = False
    config: dict[str, Any] = {}
    http: Http = Http()
    consent: ConsentTerms | None = None
    schedule: Schedule = Schedule(every="24h")
    streams: Annotated[dict[StreamName, Stream], Meta(min_length=1)]

    @property
    def mode(self) -> SourceMode:
        """The mode a source of this kind starts in."""
        return SourceMode.SYNCED if "synced" in self.modes else SourceMode.LIVE

    def allowed(self, mode: SourceMode) -> SourceMode:
        """Give a mode that a source of this kind may be in; HYBRID needs both others."""
        needed = {"synced", "live"} if mode is SourceMode.HYBRID else {mode.value.lower()}
        if not needed <= set(self.modes):
            message = f"{self.id} cannot be {mode.value.lower()}: its modes are"
            raise Misconfigured("CONFIG_INVALID", f"{message} {', '.join(self.modes)}.")
        return mode

    def interval(self, mode: SourceMode, every: str | None) -> int | None:
        """Give the seconds between two syncs; none of what is asked live alone."""
        return None if mode is SourceMode.LIVE else seconds(every or self.schedule.every)

    @property
    def auth(self) -> Auth:
        """How the hub, or a learner's link, is let in; empty where all are."""
        return self.http.auth if isinstance(self.http.auth, Auth) else Auth()

    @property
    def is_called_back(self) -> bool:
        """Whether a source of this kind answers later, at an address of the hub's own."""
        return any(stream.callback is not None for stream in self.streams.values())

    @property
    def secrets(self) -> frozenset[str]:
        """Name the words of `config` that are secrets: sealed, and never shown again."""
        known = self.config.get("properties")
        words = known.items() if isinstance(known, dict) else ()
        return frozenset(n for n, w in words if isinstance(w, dict) and w.get("secret") is True)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a manifest, where it stands, and what would be right."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}: line {self.line}: {self.message}"


class ManifestInvalid(Misconfigured):
    """A manifest with findings; the message lists them all."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("MANIFEST_INVALID", "\n".join(str(f) for f in findings))
        self.findings = findings


def load(text: str, name: str = "connector.yaml") -> Manifest:
    """Read a manifest; raise `ManifestInvalid` with the line of what does not read."""
    data, lines = read_yaml(text, name)
    if isinstance(data, dict) and isinstance(data.get("streams"), dict):
        streams = {
            key: _convert(value, Stream, ("streams", str(key)), lines, name)
            for key, value in data["streams"].items()
        }
        data = {**data, "streams": streams}
    return _convert(data, Manifest, (), lines, name)


def read(text: str, kind: type[T], name: str) -> T:
    """Read a text of other words, such as a feed's; raise `ManifestInvalid` likewise."""
    data, lines = read_yaml(text, name)
    return _convert(data, kind, (), lines, name)


def _convert(data: Any, kind: type[T], at: Path, lines: dict[Path, int], name: str) -> T:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        message, path = _split(str(error), at)
        raise ManifestInvalid([Finding(name, line_of(path, lines), message)]) from None


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """Give the line of the innermost part of `path` that the text holds."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def digest(text: str) -> bytes:
    """Identify a version of a manifest by its content."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def seconds(every: str) -> int:
    """Read `90s`, `15m`, `1h`, `7d`."""
    return int(every[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86_400}[every[-1]]


_AT = re.compile(r"^(.*?) - at (?:`key` in )?`\$(.*)`$")
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")
_MISSING = re.compile(r"missing required field `([^`]+)`")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


def _split(message: str, at: Path) -> tuple[str, Path]:
    """Part msgspec's sentence into what is wrong and the path of it."""
    found = _AT.match(message)
    said, where = (found[1], found[2]) if found else (message, "")
    path: Path = (*at, *(name or number for name, number in _STEP.findall(where)))
    if unknown := _UNKNOWN.search(said):
        path, said = (*path, unknown[1]), "is not a word of a manifest"
    elif missing := _MISSING.search(said):
        said = f"{missing[1]} is missing"
    return f"{'.'.join(path) or 'the manifest'}: {said}", path
