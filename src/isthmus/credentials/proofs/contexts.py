"""Pinned JSON-LD contexts: by address and sha256, from a folder, never from the network.

A publisher serves different bytes at one address over time, so an address may have several
pins. Pins come from the list shipped here and from an `INDEX.tsv` in the operator's own folder
(address, file, sha256); a file is what its hash says, whatever its name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urldefrag

from isthmus.errors import IsthmusError, SourceFault

INDEX = "INDEX.tsv"
LARGEST = 4 * 1024 * 1024

Pins = Mapping[str, Sequence[str]]


class ContextUnknown(IsthmusError):
    """A context that is not at hand; `url` says which."""

    code = "CONTEXT_UNKNOWN"

    def __init__(self, url: str) -> None:
        super().__init__(f"the context {url} is not among the pinned contexts at hand")
        self.url = url


class Contexts:
    """The contexts at hand; what no pin covers is refused."""

    def __init__(self, bodies: Iterable[bytes], pins: Pins) -> None:
        by_hash = {hashlib.sha256(body).hexdigest(): body for body in bodies}
        self.pins = pins
        self._editions = {
            url: found
            for url, hashes in pins.items()
            if (found := _distinct(by_hash[digest] for digest in hashes if digest in by_hash))
        }
        self.version = _version(self._editions)
        """Names these contexts: two sets with the same bytes at the same addresses have one."""
        self._read: dict[str, Mapping[str, Any]] = {}
        self.processed: dict[Any, Any] = {}
        """Contexts worked out so far; they live as long as the documents they came from."""

    @classmethod
    def of_folder(cls, folder: Path) -> Contexts:
        """Read a folder; a missing folder gives no contexts."""
        if not folder.is_dir():
            return cls([], shipped_pins())
        bodies = [
            path.read_bytes()
            for path in sorted(folder.iterdir())
            if path.is_file() and path.stat().st_size <= LARGEST
        ]
        index = folder / INDEX
        own = _index_pins(index.read_text("utf-8")) if index.is_file() else {}
        return cls(bodies, _joined(shipped_pins(), own))

    def document(self, url: str) -> Mapping[str, Any]:
        """Give a context document; raise `ContextUnknown` where it is not at hand."""
        url = urldefrag(url).url
        found = self._read.get(url)
        if found is None:
            editions = self._editions.get(url)
            if not editions:
                raise ContextUnknown(url)
            found = self._read[url] = _decoded(editions[0], url)
        return found

    def missing(self) -> list[str]:
        """Name the pinned addresses without a document at hand."""
        return sorted(set(self.pins) - set(self._editions))

    def with_edition(self, url: str, number: int) -> Contexts | None:
        """Give the same contexts with another edition at an address; None where there is none."""
        editions = self._editions.get(url, ())
        if number >= len(editions):
            return None
        other = Contexts([], self.pins)
        other._editions = self._editions | {url: [editions[number]]}
        other.version = f"{self.version} {number} {url}"
        return other


class Gets(Protocol):
    """What fetching needs: the bytes at an address, or a `SourceFault`."""

    async def __call__(self, url: str) -> bytes:
        """Get one address."""
        ...


@dataclass(frozen=True, slots=True)
class ContextsFetched:
    """What came of fetching: addresses kept, and addresses refused with the reason."""

    kept: tuple[str, ...]
    refused: Mapping[str, str]


async def fetch_contexts(
    get: Gets, folder: Path, *, urls: Sequence[str] | None = None
) -> ContextsFetched:
    """Bring the pinned contexts missing in a folder; bytes that no pin knows are refused."""
    kept, refused = [], {}
    for url in Contexts.of_folder(folder).missing() if urls is None else urls:
        fault = await _fetch_one(get, folder, url)
        if fault is None:
            kept.append(url)
        else:
            refused[url] = fault
    return ContextsFetched(tuple(kept), refused)


async def _fetch_one(get: Gets, folder: Path, url: str) -> str | None:
    pins = shipped_pins().get(url)
    if pins is None:
        return "no pin is known for it"
    try:
        body = await get(url)
    except SourceFault as fault:
        return str(fault)
    digest = hashlib.sha256(body).hexdigest()
    if digest not in pins:
        return f"its bytes have sha256 {digest}, which no pin knows"
    _write(folder, digest, body)
    return None


def _write(folder: Path, digest: str, body: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{digest}.jsonld").write_bytes(body)


@cache
def shipped_pins() -> Pins:
    """Give the pins that come with isthmus."""
    text = files(__package__).joinpath("context_pins.tsv").read_text("utf-8")
    pins: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            url, digest = line.split("\t")
            pins.setdefault(url, []).append(digest)
    return pins


def _index_pins(text: str) -> Pins:
    pins: dict[str, list[str]] = {}
    for line in text.splitlines():
        match line.split("\t"):
            case [url, _, digest] if not url.startswith("#"):
                pins.setdefault(url, []).append(digest.strip().lower())
    return pins


def _joined(first: Pins, second: Pins) -> Pins:
    """Join two lists of pins; the operator's own come first."""
    return {
        url: tuple(dict.fromkeys([*second.get(url, ()), *first.get(url, ())]))
        for url in [*first, *second]
    }


def _version(editions: Mapping[str, Sequence[bytes]]) -> str:
    made = hashlib.sha256()
    for url, bodies in sorted(editions.items()):
        for part in (url.encode(), *bodies):
            made.update(hashlib.sha256(part).digest())
        made.update(b"\0")
    return made.hexdigest()


def _distinct(bodies: Iterable[bytes]) -> list[bytes]:
    """Leave out bodies that differ from an earlier one in white space only."""
    found = list(bodies)
    if len(found) < 2:  # noqa: PLR2004 - the common case, without reading anything
        return found
    read: dict[str, bytes] = {}
    for body in found:
        try:
            read.setdefault(json.dumps(json.loads(body), sort_keys=True), body)
        except ValueError:
            continue
    return list(read.values())


def _decoded(body: bytes, url: str) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        raise ContextUnknown(url) from None
    if not isinstance(found, dict):
        raise ContextUnknown(url)
    return found
