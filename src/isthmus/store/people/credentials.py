"""Credentials of learners: sealed where the hub holds them, bare keys where they are only seen.

A row without content is what a live credential leaves behind: its number stays the same from one
reading to the next, and nothing of it is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import orjson

from isthmus.errors import ErrorCode, Refused
from isthmus.model.learner import HeldCredential
from isthmus.store.database import Connection, Row
from isthmus.store.people.vault import LearnerUnknown, Vault, place
from isthmus.store.sealing import seal, unseal

DOCUMENT_BYTES = 10 * 1024 * 1024
"""The largest document held."""

_LENGTH = 4
_COLUMNS = "id, learner_id, source_id, consent_id, sealed, held_at, expires_at, checked_at"
_IN_FORCE = "(consent_id IS NULL OR expires_at IS NULL OR expires_at > clock_timestamp())"


async def hold_credential(vault: Vault, connection: Connection, held: HeldCredential) -> int:
    """Hold a credential, document and all; gives its id.

    With id 0 it is the one of the same name at the same source, new where there is none. What a
    learner holds themselves is left as it is by a copy that comes in under a consent.
    """
    if held.document is not None and len(held.document) > DOCUMENT_BYTES:
        message = f"A document has at most {DOCUMENT_BYTES:,} bytes."
        raise Refused(ErrorCode.BODY_TOO_LARGE, message)
    key = await vault.key(connection, held.learner_id)
    id_, is_own = await _claim(vault, connection, held)
    if is_own and held.consent_id is not None:
        return id_
    await connection.execute(
        "UPDATE credential SET sealed = $2, digest_mac = $3, source_id = $4, consent_id = $5,"
        " expires_at = $6, held_at = coalesce($7, held_at, now()),"
        " checked_at = coalesce($8, checked_at) WHERE id = $1",
        id_,
        seal(key, _text(held), _place(id_, held.learner_id)),
        None if held.document is None else _digest_mac(vault, digest_of(held.document)),
        held.source_id,
        held.consent_id,
        held.expires_at,
        held.held_at,
        held.checked_at,
    )
    return id_


async def note_seen(
    vault: Vault,
    connection: Connection,
    learner_id: int,
    source_id: int | None,
    uris: Iterable[str],
) -> dict[str, int]:
    """Give credentials that are only seen live an id each, the same every time."""
    macs = {_key_mac(vault, learner_id, source_id, uri): uri for uri in uris}
    ordered = sorted(macs)  # two readers of the same ones wait for each other in one order
    await connection.execute(
        "INSERT INTO credential (learner_id, source_id, key_mac)"
        " SELECT $1, $2, mac FROM unnest($3::bytea[]) AS mac"
        " ON CONFLICT (learner_id, key_mac) DO NOTHING",
        learner_id,
        source_id,
        ordered,
    )
    rows = await connection.fetch(
        "SELECT id, key_mac FROM credential WHERE learner_id = $1 AND key_mac = ANY($2)",
        learner_id,
        ordered,
    )
    return {macs[row["key_mac"]]: row["id"] for row in rows}


async def find_credentials(
    vault: Vault, connection: Connection, ids: Iterable[int]
) -> dict[int, HeldCredential]:
    """Find credentials by id; one that is only seen live has neither document nor name."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM credential WHERE id = ANY($1) AND {_IN_FORCE}",
        list(ids),
    )
    return {one.id: one for one in await _opened(vault, connection, rows)}


async def credentials_of(
    vault: Vault, connection: Connection, learner_ids: Iterable[int]
) -> dict[int, list[HeldCredential]]:
    """Find what is held of each learner, the oldest first."""
    wanted = list(learner_ids)
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM credential"
        f" WHERE learner_id = ANY($1) AND sealed IS NOT NULL AND {_IN_FORCE} ORDER BY id",
        wanted,
    )
    found: dict[int, list[HeldCredential]] = {learner_id: [] for learner_id in wanted}
    for one in await _opened(vault, connection, rows):
        found[one.learner_id].append(one)
    return found


async def forget_credential(connection: Connection, credential_id: int) -> bool:
    """Forget a credential altogether; tell whether there was one."""
    done = await connection.execute("DELETE FROM credential WHERE id = $1", credential_id)
    return bool(done != "DELETE 0")


async def forget_copies(connection: Connection, consent_id: int) -> int:
    """Forget what was kept under a consent, in the transaction that ends it; counts the copies.

    Their ids stay, bare. What a learner presented or stated has no consent, and is not touched.
    """
    done: str = await connection.execute(
        "UPDATE credential SET sealed = NULL, digest_mac = NULL, consent_id = NULL, status = NULL,"
        " held_at = NULL, expires_at = NULL, checked_at = NULL WHERE consent_id = $1",
        consent_id,
    )
    return int(done.rpartition(" ")[2])


async def known_elsewhere(vault: Vault, connection: Connection, digest: bytes) -> set[int]:
    """Tell which learners hold the same bytes, by their SHA-256; an errand."""
    rows = await connection.fetch(
        "SELECT DISTINCT learner_id FROM credential WHERE digest_mac = $1",
        _digest_mac(vault, digest),
    )
    return {row["learner_id"] for row in rows}


def digest_of(document: bytes) -> bytes:
    """Give the digest that the same bytes are found by."""
    return hashlib.sha256(document).digest()


async def _claim(vault: Vault, connection: Connection, held: HeldCredential) -> tuple[int, bool]:
    """Give the row of a credential, locked, and whether the learner holds it themselves.

    It comes first, since its id is part of the place that content is sealed for.
    """
    is_own = "sealed IS NOT NULL AND consent_id IS NULL AS is_own"
    if held.id:
        row = await connection.fetchrow(
            f"SELECT id, {is_own} FROM credential WHERE id = $1 AND learner_id = $2 FOR UPDATE",
            held.id,
            held.learner_id,
        )
    else:
        row = await connection.fetchrow(
            "INSERT INTO credential (learner_id, source_id, key_mac) VALUES ($1, $2, $3)"
            " ON CONFLICT (learner_id, key_mac) DO UPDATE SET key_mac = excluded.key_mac"
            f" RETURNING id, {is_own}",
            held.learner_id,
            held.source_id,
            _key_mac(vault, held.learner_id, held.source_id, held.uri),
        )
    if row is None:
        raise LearnerUnknown("there is no such credential")
    return row["id"], row["is_own"]


async def _opened(
    vault: Vault, connection: Connection, rows: Iterable[Row]
) -> list[HeldCredential]:
    rows = list(rows)
    keys = await vault.keys(connection, {row["learner_id"] for row in rows})
    return [_held(row, keys[row["learner_id"]]) for row in rows if row["learner_id"] in keys]


def _held(row: Row, key: bytes) -> HeldCredential:
    bare = HeldCredential(
        id=row["id"],
        learner_id=row["learner_id"],
        source_id=row["source_id"],
        uri="",
        consent_id=row["consent_id"],
        held_at=row["held_at"],
        expires_at=row["expires_at"],
        checked_at=row["checked_at"],
    )
    if row["sealed"] is None:
        return bare
    said, document = _read(unseal(key, row["sealed"], _place(bare.id, bare.learner_id)))
    return replace(bare, document=document, **said)


def _text(held: HeldCredential) -> bytes:
    """Write what is sealed: the length of the names, the names, the document as it came."""
    said = orjson.dumps(
        {
            "uri": held.uri,
            "media_type": held.media_type,
            "presented_by": held.presented_by,
            "has_document": held.document is not None,
        }
    )
    return len(said).to_bytes(_LENGTH) + said + (held.document or b"")


def _read(text: bytes) -> tuple[dict[str, Any], bytes | None]:
    start = _LENGTH + int.from_bytes(text[:_LENGTH])
    said: dict[str, Any] = orjson.loads(text[_LENGTH:start])
    has_document = said.pop("has_document")
    return said, text[start:] if has_document else None


def _key_mac(vault: Vault, learner_id: int, source_id: int | None, uri: str) -> bytes:
    return vault.mac("credential", str(learner_id), str(source_id or ""), uri)


def _digest_mac(vault: Vault, digest: bytes) -> bytes:
    return vault.mac("document", digest.hex())


def _place(credential_id: int, learner_id: int) -> str:
    return place("credential", "sealed", credential_id, learner_id)
