"""What a new version of a connector changes, word by word, and which of it is breaking.

Breaking is whatever makes records other records, lets data come from elsewhere, asks more of a
source's config, or changes what a learner agreed to: such a version needs a higher first number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec
import orjson

from isthmus.connector.manifest import Manifest, Stream

LONGEST = 300
"""Of a value that is shown."""
_BREAKING = frozenset({"host", "auth", "personal", "modes"})
_BREAKING_OF_STREAM = frozenset({"produces", "id", "page", "changed", "deletes"})
_EXPRESSIONS = ("where", "uri", "removed", "records", "changed")


@dataclass(frozen=True, slots=True)
class Difference:
    """One word that is not as it was; None where it was not there, or is no more."""

    word: str
    before: str | None
    after: str | None
    is_breaking: bool

    def __str__(self) -> str:
        mark = "BREAKING " if self.is_breaking else ""
        if self.before is None:
            return f"{mark}{self.word}: {self.after}"
        return f"{mark}{self.word}: {self.before} -> {self.after or 'gone'}"


def differences(before: Manifest | None, after: Manifest) -> list[Difference]:
    """List what is different; all there is to see where nothing was before."""
    old, new = dict(_words(before)) if before else {}, dict(_words(after))
    found = []
    for word in dict.fromkeys((*new, *old)):
        was, now = old.get(word), new.get(word)
        if was != now:
            is_breaking = before is not None and _is_breaking(word, was, now)
            found.append(Difference(word, _short(was), _short(now), is_breaking))
    return sorted(found, key=lambda one: not one.is_breaking)


def version_fault(before: Manifest, after: Manifest) -> str | None:
    """Say why a version's number is not right for what it changes, or None."""
    was, now = _numbers(before.version), _numbers(after.version)
    if now <= was:
        return f"version: {before.version} is in force, and a new one has a higher number"
    breaking = [one.word for one in differences(before, after) if one.is_breaking]
    if breaking and now[0] <= was[0]:
        said = ", ".join(breaking[:5])
        return f"version: a breaking change ({said}) makes it {was[0] + 1}.0.0 or higher"
    return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _is_breaking(word: str, was: str | None, now: str | None) -> bool:
    if word in _BREAKING or word.startswith("consent."):
        return True
    if word == "config.required":
        return bool(set((now or "").split()) - set((was or "").split()))
    if word.startswith("config."):
        return now is None
    if word.startswith("streams."):
        *_, last = word.split(".")
        return (last in _BREAKING_OF_STREAM and ".map." not in word) and was is not None
    return False


def _words(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Give what an approver looks at, each word with its value."""
    http = manifest.http
    yield "host", urlsplit(http.base_url or "").hostname or "given by each source"
    if http.base_url:
        yield "address", http.base_url
    yield "auth", _auth(manifest)
    yield "rate", http.rate or "as the hub's settings say"
    yield "modes", " ".join(manifest.modes)
    yield "personal", "yes" if manifest.personal else "no"
    if manifest.consent is not None:
        for name, value in msgspec.to_builtins(manifest.consent).items():
            yield f"consent.{name}", _text(value)
    yield from _of_config(manifest.config)
    yield "schedule", manifest.schedule.every
    yield "licence", manifest.licence or "not stated"
    yield "redistributable", "yes" if manifest.redistributable else "no"
    for name, stream in manifest.streams.items():
        for word, value in _of_stream(stream):
            yield f"streams.{name}.{word}", value


def _auth(manifest: Manifest) -> str:
    stated = msgspec.to_builtins(manifest.auth)
    named = {name: words for name, words in stated.items() if words is not None}
    return _text(named) if named else "none"


def _of_config(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    required = schema.get("required")
    yield "config.required", " ".join(map(str, required if isinstance(required, list) else ()))
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        for name, words in properties.items():
            yield f"config.{name}", _text(words)


def _of_stream(stream: Stream) -> Iterator[tuple[str, str]]:
    yield "produces", stream.produces
    yield "id", stream.id
    yield "deletes", stream.deletes
    yield "page", _text(msgspec.to_builtins(stream.page))
    if stream.request is not None:
        yield "request", _text(msgspec.to_builtins(stream.request))
    for word in _EXPRESSIONS:
        if (said := getattr(stream, word)) is not None:
            yield word, said
    yield from _of_map(stream.map or {}, "map")


def _of_map(mapping: Mapping[str, Any], at: str) -> Iterator[tuple[str, str]]:
    for field, said in mapping.items():
        if isinstance(said, Mapping):
            yield from _of_map(said, f"{at}.{field}")
        else:
            yield f"{at}.{field}", str(said)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()


def _short(value: str | None) -> str | None:
    if value is None or len(value) <= LONGEST:
        return value
    return f"{value[:LONGEST]}..."
