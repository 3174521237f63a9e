"""Copies under consents: held only while their consent is in force, as the database has it.

The consents are locked while the copies are written, so that a revocation comes wholly before
them, and nothing is kept, or wholly after, and forgets them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from isthmus.model.learner import HeldCredential
from isthmus.store.database import Connection
from isthmus.store.people.credentials import hold_credential
from isthmus.store.people.vault import Vault


async def hold_copies(
    vault: Vault, connection: Connection, copies: Sequence[HeldCredential]
) -> int:
    """Hold those of the copies whose consent is of mode STORE and in force; an errand."""
    rows = await connection.fetch(
        "SELECT id, learner_id FROM consent WHERE id = ANY($1) AND status = 'ACTIVE'"
        " AND mode = 'STORE' AND NOT awaits_guardian AND expires_at > clock_timestamp()"
        " ORDER BY id FOR SHARE",
        sorted({copy.consent_id for copy in copies if copy.consent_id is not None}),
    )
    in_force = {(row["id"], row["learner_id"]) for row in rows}
    held = [copy for copy in copies if (copy.consent_id, copy.learner_id) in in_force]
    for copy in held:
        await hold_credential(vault, connection, copy)
    return len(held)


async def newest_copy(
    connection: Connection, learner_id: int, source_id: int, consents: Sequence[int] | None
) -> datetime | None:
    """Tell when the newest copy of a source's documents was made; of any consent where None."""
    found: datetime | None = await connection.fetchval(
        "SELECT max(held_at) FROM credential WHERE learner_id = $1 AND source_id = $2"
        " AND sealed IS NOT NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())"
        " AND ($3::bigint[] IS NULL OR consent_id = ANY($3))",
        learner_id,
        source_id,
        None if consents is None else list(consents),
    )
    return found
