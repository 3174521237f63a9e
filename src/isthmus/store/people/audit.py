"""The audit log: what was read of whom and what was agreed to, as a chain that shows tampering.

    line 1 ──digest──> line 2 ──digest──> line 3 ... head ──> an anchor, outside the database

A digest is keyed with a secret of the hub and covers its whole line and the digest before it, so
that a line can be altered, removed or put in only by who has the secret. What a line says is
sealed for its learner, and its name for them is a hash under their own key: when the key goes
nothing tells whose it was, and the chain still holds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from isthmus.store.database import Connection, Row
from isthmus.store.people.vault import LearnerUnknown, Vault, place
from isthmus.store.sealing import keyed_hash, seal, unseal

READ = "READ"
BEFORE_ALL = bytes(32)
"""Stands for the digest before the first line."""
_LOCK = 0x69737468_61756474
_BATCH = 5_000
_COLUMNS = ("id", "kind", "learner_mac", "sealed", "digest")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be logged, of a learner or of the hub itself."""

    kind: str
    learner_id: int | None = None
    content: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log as it rests."""

    id: int
    at: datetime
    kind: str
    learner_mac: bytes | None
    sealed: bytes | None
    digest: bytes


async def append(vault: Vault, connection: Connection, entries: Sequence[Entry]) -> Line:
    """Append lines, all at once; gives the last, or raises `LearnerUnknown`.

    It comes last in a transaction, which from there on is an errand of the hub's: whoever else
    appends waits for its end, so that ids have no gaps and every digest follows the one before.
    """
    secret = secret_of(vault)
    await as_errand(connection)
    keys = await vault.keys(connection, {e.learner_id for e in entries if e.learner_id is not None})
    if any(e.learner_id is not None and e.learner_id not in keys for e in entries):
        raise LearnerUnknown("there is no such learner")
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
    head = await connection.fetchrow(
        "SELECT clock_timestamp() AS now, l.id, l.digest FROM (VALUES (1)) one"
        " LEFT JOIN (SELECT id, digest FROM audit_event ORDER BY id DESC LIMIT 1) l ON true"
    )
    digest, lines = head["digest"] or BEFORE_ALL, []
    for id_, entry in enumerate(entries, start=(head["id"] or 0) + 1):
        mac, sealed = _sealed(keys, entry, id_)
        digest = digest_of(secret, digest, id_, head["now"], entry.kind, mac, sealed)
        lines.append(Line(id_, head["now"], entry.kind, mac, sealed, digest))
    await connection.execute(
        "INSERT INTO audit_event (id, kind, learner_mac, sealed, digest, at)"
        " SELECT *, $6::timestamptz FROM"
        " unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[], $5::bytea[])",
        *([getattr(line, name) for line in lines] for name in _COLUMNS),
        head["now"],
    )
    return lines[-1]


async def as_errand(connection: Connection) -> None:
    """Let the rest of a caller's transaction be an errand of the hub's own."""
    await connection.execute("SELECT set_config('isthmus.errand', 'hub', true)")


async def lines_of(
    vault: Vault,
    connection: Connection,
    learner_id: int,
    kind: str | None = None,
    after: int | None = None,
    first: int = 50,
) -> list[tuple[Line, dict[str, Any]]]:
    """Read lines of a learner, newest first, as that learner or on an errand."""
    key = await vault.key(connection, learner_id)
    mac = pseudonym(key)
    await connection.execute("SELECT set_config('isthmus.learner_mac', $1, true)", mac.hex())
    rows = await connection.fetch(
        "SELECT * FROM audit_event WHERE learner_mac = $1 AND ($2::text IS NULL OR kind = $2)"
        " AND ($3::bigint IS NULL OR id < $3) ORDER BY id DESC LIMIT $4",
        mac,
        kind,
        after,
        first,
    )
    return [(_line(row), _content(key, row, learner_id)) for row in rows]


async def all_lines(connection: Connection) -> AsyncIterator[Line]:
    """Read the whole log from its beginning; an errand."""
    reached = None
    while rows := await connection.fetch(
        "SELECT * FROM audit_event WHERE $1::bigint IS NULL OR id > $1 ORDER BY id LIMIT $2",
        reached,
        _BATCH,
    ):
        for row in rows:
            yield _line(row)
        reached = rows[-1]["id"]


def secret_of(vault: Vault) -> bytes:
    """Give the secret that digests are keyed with."""
    return vault.mac("audit-digests")


def pseudonym(key: bytes) -> bytes:
    """Give what the log calls the learner who has a key."""
    return keyed_hash(key, "audit")


def digest_of(
    secret: bytes,
    before: bytes,
    id_: int,
    at: datetime,
    kind: str,
    mac: bytes | None,
    sealed: bytes | None,
) -> bytes:
    """Give the digest of a line: over each of its columns, and the digest before it."""
    moment = str((at - _EPOCH) // timedelta(microseconds=1))
    return keyed_hash(secret, before.hex(), str(id_), moment, kind, _hex(mac), _hex(sealed))


def _hex(value: bytes | None) -> str:
    return "-" if value is None else value.hex()


def _sealed(keys: Mapping[int, bytes], entry: Entry, id_: int) -> tuple[bytes | None, bytes | None]:
    if entry.learner_id is None:
        return None, None
    key = keys[entry.learner_id]
    text = orjson.dumps(entry.content or {})
    return pseudonym(key), seal(key, text, _place(id_, entry.learner_id))


def _content(key: bytes, row: Row, learner_id: int) -> dict[str, Any]:
    content: dict[str, Any] = orjson.loads(
        unseal(key, row["sealed"], _place(row["id"], learner_id))
    )
    return content


def _line(row: Row) -> Line:
    return Line(**{name: row[name] for name in Line.__slots__})


def _place(id_: int, learner_id: int) -> str:
    return place("audit_event", "sealed", id_, learner_id)
