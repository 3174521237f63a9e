"""Trusted documents: operations registered beforehand, found by the hash of their text."""

from __future__ import annotations

import hashlib

from isthmus.store.database import Database

PREFIX = "sha256:"


def id_of(document: str) -> str:
    """Give the id of a document."""
    return PREFIX + hashlib.sha256(document.encode()).hexdigest()


async def add_document(database: Database, document: str) -> tuple[str, bool]:
    """Register a document; give its id and whether it is new."""
    id_ = id_of(document)
    added = await database.value(
        "INSERT INTO trusted_document (id, document) VALUES ($1, $2)"
        " ON CONFLICT (id) DO NOTHING RETURNING id",
        id_,
        document,
    )
    return id_, added is not None


async def find_document(database: Database, id_: str) -> str | None:
    """Find the text of a registered document."""
    rows = await database.read("SELECT document FROM trusted_document WHERE id = $1", id_)
    return rows[0]["document"] if rows else None
