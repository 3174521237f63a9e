"""The faults of an upstream, each put before a connector's own sample answers."""

from __future__ import annotations

import functools
import gzip
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from isthmus.connector.kit.outcomes import Right
from isthmus.connector.kit.replies import Manner, Reply
from isthmus.connector.kit.shapes import is_packed
from isthmus.connector.manifest import Manifest

FAMILIES = ("json", "xml", "json_ld", "csv", "json_lines", "zip", "python", "live")
"""How a connector reads its answers, as far as it decides what is right under a fault."""

PROMPT = 5.0
"""Seconds within which a run must have ended that is asked to wait for an hour."""

Spoil = Callable[[Reply, Manifest], Reply | None]
"""From a good answer to the bad one; None where there is nothing in it to spoil."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way of misbehaving, and what a run under it should come to.

    `calls` is how many calls meet it before the upstream behaves again (0: all); `patience` the
    seconds one answer is waited for, and `attempts` how often it is asked for. `before` is what the
    good answers are made into first, where a sample is too small to show the fault.
    """

    name: str
    spoil: Spoil
    right: Right
    but: Mapping[str, Right] = field(default_factory=dict)
    calls: int = 0
    patience: float = 10.0
    attempts: int = 1
    within: float | None = None
    before: Spoil | None = None

    def right_for(self, family: str) -> Right:
        """Say what is right for a connector that reads its answers in this way."""
        found = self.but.get(family)
        if found is None and family == "python":
            found = Right.SAFE if self.right in _OF_A_BODY else None
        return found or self.right


_OF_A_BODY = {Right.GARBLED, Right.KEPT, Right.UNCHANGED}
TABLE = {"json_ld": Right.KEPT, "json_lines": Right.KEPT, "csv": Right.SAFE, "live": Right.SAFE}
"""Forms in which a body that is something else altogether may still read as one without records."""


def _as(body: bytes, kind: str = "application/json", **headers: str) -> Spoil:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda *_: Reply(body, headers={"content-type": kind} | named)


def _status(status: int, **headers: str) -> Spoil:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda *_: Reply(b"", status, named)


def _by(manner: Manner) -> Spoil:
    return lambda reply, _: replace(reply, manner=manner)


def _to(address: str) -> Spoil:
    return lambda *_: Reply(b"", 302, {"location": address})


def _body(change: Callable[[bytes], bytes | None]) -> Spoil:
    def spoil(reply: Reply, _: Manifest) -> Reply | None:
        found = change(reply.body)
        return None if found is None else replace(reply, body=found)

    return spoil


def _latin(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + b"\xfc" + body[middle:]


def _marked(body: bytes) -> bytes | None:
    return None if is_packed(body) else b"\xef\xbb\xbf" + body


def _twice(body: bytes) -> bytes | None:
    found, count = re.subn(rb"\{(?=\s*\")", b'{"a-kit": 1, "a-kit": 2, ', body, count=1)
    return found if count and not is_packed(body) else None


_DAY = re.compile(rb"\b(?:19|20)\d\d(?=-[01]\d-[0-3]\d)")


def _dated(year: bytes) -> Callable[[bytes], bytes | None]:
    def change(body: bytes) -> bytes | None:
        found, count = _DAY.subn(year, body)
        return found if count and not is_packed(body) else None

    return change


@functools.cache
def _gzip_bomb() -> bytes:
    return gzip.compress(b"[" + b" " * 200_000_000 + b"]", 1)


def _inflated(_: Reply, __: Manifest) -> Reply:
    kind = {"content-type": "application/json", "content-encoding": "gzip"}
    return Reply(_gzip_bomb(), headers=kind)


@functools.cache
def _zip_bomb(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * 100_000_000)
    return packed.getvalue()


def _unpacked(_: Reply, manifest: Manifest) -> Reply:
    """Send an archive whose one file bears the name that is looked for."""
    patterns = [getattr(stream.read, "member", None) for stream in manifest.streams.values()]
    name = next((p for p in patterns if p), "catalogue.json").replace("*", "all").replace("?", "a")
    return Reply(_zip_bomb(name), headers={"content-type": "application/zip"})


def _laughs() -> bytes:
    names = "abcdefghij"
    more = "".join(
        f'<!ENTITY {after} "{f"&{name};" * 10}">' for name, after in itertools.pairwise(names)
    )
    return f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">{more}]><l>&j;</l>'.encode()


_XXE = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]><l>&x;</l>'
_NOT_A_NUMBER = b'[{"id": "1", "title": NaN, "pay": Infinity, "n": ' + b"9" * 5000 + b"}]"
_PAGE = b"<html><head><title>Sign in</title></head><body><p>Please sign in.<br></body></html>"
_HUGE = {"x-a": "a" * 5_000_000}

FAULTS: tuple[Fault, ...] = (
    Fault("slow-headers", _by(Manner.HANG), Right.TIMEOUT, patience=0.5),
    Fault("hang", _by(Manner.HANG), Right.TIMEOUT, patience=0.8, attempts=2),
    Fault("drip", _by(Manner.DRIP), Right.TIMEOUT, patience=0.5),
    Fault("endless", _by(Manner.ENDLESS), Right.GARBLED, {"python": Right.GARBLED}),
    Fault("oversize", _as(b" " * 9_000_000), Right.GARBLED, {"python": Right.GARBLED}),
    Fault("gzip-bomb", _inflated, Right.GARBLED),
    Fault("zip-bomb", _unpacked, Right.GARBLED, TABLE),
    Fault("xml-laughs", _as(_laughs(), "application/xml"), Right.GARBLED, TABLE),
    Fault("xml-xxe", _as(_XXE, "application/xml"), Right.GARBLED, TABLE),
    Fault("truncated", _by(Manner.TRUNCATED), Right.DOWN),
    Fault("bad-length", lambda reply, _: replace(reply, length=7), Right.GARBLED, TABLE),
    Fault("reset", _by(Manner.RESET), Right.DOWN),
    Fault("empty", _as(b""), Right.GARBLED, TABLE),
    Fault("500", _status(500), Right.DOWN),
    Fault("503-retry-after", _status(503, retry_after="3600"), Right.SPARED, attempts=3,
          within=PROMPT),
    Fault("429", _status(429, retry_after="1"), Right.LIMITED),
    Fault("429-once", _status(429, retry_after="1"), Right.UNCHANGED, calls=1, attempts=3),
    Fault("flap", _status(502), Right.UNCHANGED, calls=1, attempts=3),
    Fault("401", _status(401), Right.REFUSED),
    Fault("404", _status(404), Right.REFUSED),
    Fault("bad-json", _body(lambda body: body.rstrip()[:-3] + b"}"), Right.GARBLED, TABLE),
    Fault("deep-json", _as(b"[" * 200_000 + b"]" * 200_000), Right.GARBLED, TABLE),
    Fault("nan", _as(_NOT_A_NUMBER), Right.GARBLED, TABLE),
    Fault("dup-keys", _body(_twice), Right.UNCHANGED),
    Fault("latin1", _body(_latin), Right.GARBLED, TABLE | {"json_ld": Right.SAFE}),
    Fault("html", _as(_PAGE, "text/html"), Right.GARBLED, TABLE),
    Fault("bom", _body(_marked), Right.UNCHANGED),
    Fault("redirect-loopback", _to("{inward}/admin"), Right.REFUSED),
    Fault("redirect-metadata", _to("http://169.254.169.254/latest/meta-data/"), Right.REFUSED),
    Fault("redirect-loop", _to("/redirect-loop"), Right.REFUSED),
    Fault("redirect-file", _to("file:///etc/hostname"), Right.REFUSED),
    Fault("huge-header", lambda reply, _: replace(reply, headers=_HUGE), Right.DOWN),
    Fault("stale-etag", _status(304), Right.GARBLED),
    Fault("clock-2038", _body(_dated(b"2099")), Right.KEPT),
    Fault("clock-past", _body(_dated(b"1970")), Right.KEPT),
)  # fmt: skip
