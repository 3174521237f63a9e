"""Anchors: heads of the audit log kept outside the database, so that a cut-off end is found.

Each anchor is a line of a file, keyed and chained as the log is, and a line of the log itself: so
neither can lose its end without the other. Whoever can take the same end off both is found only
by a copy of the file kept elsewhere.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import msgspec
import orjson

from isthmus.store.people import audit
from isthmus.store.people.audit import Entry, Line
from isthmus.store.people.vault import Vault
from isthmus.store.sealing import keyed_hash

FILE = "audit.anchors"
KIND = "ANCHOR"
MOST_FINDINGS = 1_000
EVERY = 600.0
"""Seconds between anchors that a running hub makes by itself."""
_PAUSE = 0.02


class Tampering(StrEnum):
    """What is wrong with the log."""

    ALTERED = "ALTERED"
    MISSING = "MISSING"
    TRUNCATED = "TRUNCATED"
    ANCHOR_ALTERED = "ANCHOR_ALTERED"
    ANCHOR_MISSING = "ANCHOR_MISSING"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, at a line of the log, or of the file of anchors."""

    kind: Tampering
    line: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head of the log; `series` names the file that it is in."""

    series: str
    number: int
    id: int
    digest: str
    at: str
    mac: str


async def anchor(vault: Vault, file: Path) -> Anchor:
    """Anchor the log as it stands: a line in it, and one in the file once that is committed."""
    async with _held(file, fcntl.LOCK_EX) as held:
        return await _anchored(vault, held, _last(held))


async def anchor_when_due(vault: Vault, file: Path, every: float = EVERY) -> Anchor | None:
    """Anchor the log where it grew and was not anchored for so many seconds; else do nothing."""
    async with _held(file, fcntl.LOCK_EX) as held:
        last = _last(held)
        async with vault.on_errand() as connection:
            is_due = await connection.fetchval(
                "SELECT kind NOT LIKE $1 AND ($2::timestamptz IS NULL"
                " OR $2 + make_interval(secs => $3) <= clock_timestamp())"
                " FROM audit_event ORDER BY id DESC LIMIT 1",
                f"{KIND}/%",
                _moment(last.at),
                every,
            )
        return await _anchored(vault, held, last) if is_due else None


def _last(held: BinaryIO) -> Anchor:
    """Give the last anchor of a file; what comes before the first, where there is none."""
    before = [one for one in _read(held.read()) if one is not None]
    return before[-1] if before else Anchor(secrets.token_hex(8), 0, 0, "", "", "")


async def _anchored(vault: Vault, held: BinaryIO, last: Anchor) -> Anchor:
    secret = audit.secret_of(vault)
    async with vault.on_errand() as connection:
        line = await audit.append(vault, connection, [Entry(f"{KIND}/{last.series}")])
    made = _anchor(secret, last, line)
    held.write(orjson.dumps(made) + b"\n")
    held.flush()
    os.fsync(held.fileno())
    return made


async def check(vault: Vault, file: Path) -> list[Finding]:
    """Check every line of the log and every anchor; gives what is wrong, nothing where all holds.

    Learners who were erased make no difference: their lines still stand, and tell nothing.
    """
    secret = audit.secret_of(vault)
    async with _held(file, fcntl.LOCK_SH) as held:
        anchors = list(_read(held.read()))
        findings = list(_faults_of_anchors(secret, anchors))
        by_line = {one.id: one for one in anchors if one is not None}
        async with vault.on_errand() as connection:
            async for finding in _faults_of_lines(secret, audit.all_lines(connection), by_line):
                if len(findings) < MOST_FINDINGS:
                    findings.append(finding)
    return findings


async def _faults_of_lines(
    secret: bytes, lines: AsyncIterator[Line], anchors: dict[int, Anchor]
) -> AsyncIterator[Finding]:
    series = {one.series for one in anchors.values()}
    before, expected, anchored = audit.BEFORE_ALL, 1, set()
    async for line in lines:
        if line.id > expected:
            yield Finding(Tampering.MISSING, expected)
        elif not _follows(secret, before, expected, line):
            yield Finding(Tampering.ALTERED, line.id)
        anchor, name = anchors.get(line.id), line.kind.removeprefix(f"{KIND}/")
        if anchor is not None and anchor.digest != line.digest.hex():
            yield Finding(Tampering.ALTERED, line.id)
        elif anchor is None and name != line.kind and (name in series or not series):
            yield Finding(Tampering.ANCHOR_MISSING, line.id)
        anchored.add(line.id if anchor else 0)
        before, expected = line.digest, line.id + 1
    for one in anchors.keys() - anchored:
        yield Finding(Tampering.TRUNCATED if one >= expected else Tampering.MISSING, one)


def _follows(secret: bytes, before: bytes, expected: int, line: Line) -> bool:
    made = audit.digest_of(
        secret, before, line.id, line.at, line.kind, line.learner_mac, line.sealed
    )
    return line.id == expected and made == line.digest


def _faults_of_anchors(secret: bytes, anchors: list[Anchor | None]) -> Iterator[Finding]:
    before = Anchor("", 0, 0, "", "", "")
    for number, one in enumerate(anchors, start=1):
        if one is None or one.number != number or one.mac != _mac(secret, before, one):
            yield Finding(Tampering.ANCHOR_ALTERED, number)
        before = one or before


def _anchor(secret: bytes, before: Anchor, line: Line) -> Anchor:
    bare = Anchor(
        before.series, before.number + 1, line.id, line.digest.hex(), line.at.isoformat(), ""
    )
    return Anchor(*_parts(bare), mac=_mac(secret, before, bare))


def _mac(secret: bytes, before: Anchor, one: Anchor) -> str:
    parts = (str(part) for part in _parts(one))
    return keyed_hash(secret, KIND, before.mac, *parts).hex()


def _parts(one: Anchor) -> tuple[str, int, int, str, str]:
    return one.series, one.number, one.id, one.digest, one.at


def _read(text: bytes) -> Iterator[Anchor | None]:
    """Read anchors line by line; None for what no anchor was ever written as."""
    *lines, rest = text.split(b"\n")
    for line in lines:
        try:
            found = msgspec.json.decode(line, type=Anchor)
        except msgspec.DecodeError:
            yield None
        else:
            yield found if orjson.dumps(found) == line else None
    if rest:
        yield None


@asynccontextmanager
async def _held(file: Path, how: int) -> AsyncIterator[BinaryIO]:
    """Give the file of anchors, at its beginning, held against who would write meanwhile."""
    with _opened(file) as held:
        while not _taken(held, how):  # noqa: ASYNC110 - another process tells no event
            await asyncio.sleep(_PAUSE)
        held.seek(0)
        yield held


def _opened(file: Path) -> BinaryIO:
    file.parent.mkdir(parents=True, exist_ok=True)
    return os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b")


def _taken(held: BinaryIO, how: int) -> bool:
    try:
        fcntl.flock(held, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _moment(at: str) -> datetime | None:
    """Read when an anchor was made; None where that does not read."""
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return found if found.tzinfo else None
