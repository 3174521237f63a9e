"""Identities: how a learner is known again, by a subject at an issuer or by a DID.

Kept is a keyed hash: the hub can find who signs in, and nobody can read off where a learner does.
"""

from __future__ import annotations

from isthmus.store.database import Connection
from isthmus.store.people.vault import Vault

OIDC = "OIDC"
DID = "DID"


async def learner_of(
    vault: Vault, connection: Connection, kind: str, issuer: str, subject: str
) -> int | None:
    """Find the learner of a subject; a DID is its own issuer, which is then empty."""
    found: int | None = await connection.fetchval(
        "SELECT learner_id FROM identity WHERE subject_mac = $1",
        _mac(vault, kind, issuer, subject),
    )
    return found


async def in_turn(
    vault: Vault, connection: Connection, kind: str, issuer: str, subject: str
) -> None:
    """Wait until nobody else is making the learner of a subject, to the end of the transaction."""
    name = int.from_bytes(_mac(vault, kind, issuer, subject)[:8], "big", signed=True)
    await connection.execute("SELECT pg_advisory_xact_lock($1)", name)


async def bind_identity(
    vault: Vault, connection: Connection, kind: str, issuer: str, subject: str, learner_id: int
) -> int:
    """Bind a subject to a learner; gives whose it is, which is another's where it was bound."""
    mac = _mac(vault, kind, issuer, subject)
    await connection.execute(
        "INSERT INTO identity (subject_mac, learner_id, kind) VALUES ($1, $2, $3)"
        " ON CONFLICT (subject_mac) DO NOTHING",
        mac,
        learner_id,
        kind,
    )
    found: int = await connection.fetchval(
        "SELECT learner_id FROM identity WHERE subject_mac = $1", mac
    )
    return found


async def is_learner(connection: Connection, learner_id: int) -> bool:
    """Tell whether there still is such a learner."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM learner WHERE id = $1)", learner_id
    )
    return found


def _mac(vault: Vault, kind: str, issuer: str, subject: str) -> bytes:
    return vault.mac("identity", kind, issuer, subject)
