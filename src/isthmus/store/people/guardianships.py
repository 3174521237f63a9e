"""Guardianships: begun by a learner with a code, accepted by who has it, once and soon."""

from __future__ import annotations

from isthmus.model.guardianship import Guardianship, GuardianshipState
from isthmus.store.database import Connection, Row
from isthmus.store.people.vault import Vault

_STATE = (
    "CASE WHEN ended_at IS NOT NULL THEN 'ENDED' WHEN accepted_at IS NOT NULL THEN 'ACTIVE'"
    " WHEN expires_at <= clock_timestamp() THEN 'EXPIRED' ELSE 'INVITED' END"
)
_COLUMNS = (
    f"id, learner_id, guardian_id, {_STATE} AS state, created_at, expires_at, accepted_at, ended_at"
)
_HOLDS = "accepted_at IS NOT NULL AND ended_at IS NULL"


async def invite(
    vault: Vault, connection: Connection, learner_id: int, code: str, days: int
) -> Guardianship:
    """Begin a guardianship that whoever has the code may accept."""
    row = await connection.fetchrow(
        "INSERT INTO guardianship (learner_id, code_mac, expires_at)"
        f" VALUES ($1, $2, clock_timestamp() + make_interval(days => $3)) RETURNING {_COLUMNS}",
        learner_id,
        _mac(vault, code),
        days,
    )
    return _guardianship(row)


async def count_invitations(connection: Connection, learner_id: int) -> int:
    """Count the invitations of a learner that are open; one draws them at a time."""
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"GUARDIANSHIP/{learner_id}"
    )
    found: int = await connection.fetchval(
        f"SELECT count(*) FROM guardianship WHERE learner_id = $1 AND {_STATE} = 'INVITED'",
        learner_id,
    )
    return found


async def find_invitation(vault: Vault, connection: Connection, code: str) -> Guardianship | None:
    """Find an open invitation by its code and hold it; an errand."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM guardianship WHERE code_mac = $1 AND {_STATE} = 'INVITED'"
        " FOR UPDATE",
        _mac(vault, code),
    )
    return None if row is None else _guardianship(row)


async def accept(connection: Connection, guardianship_id: int, guardian_id: int) -> Guardianship:
    """Let a guardianship hold; its code is spent. An errand, and it is locked already."""
    row = await connection.fetchrow(
        "UPDATE guardianship SET guardian_id = $2, code_mac = NULL, accepted_at = clock_timestamp()"
        f" WHERE id = $1 RETURNING {_COLUMNS}",
        guardianship_id,
        guardian_id,
    )
    return _guardianship(row)


async def end(connection: Connection, guardianship_id: int, party_id: int) -> Guardianship | None:
    """End a guardianship, or its invitation, for one of its two; once ended it stays so."""
    row = await connection.fetchrow(
        "UPDATE guardianship SET ended_at = coalesce(ended_at, clock_timestamp()), code_mac = NULL"
        f" WHERE id = $1 AND $2 IN (learner_id, guardian_id) RETURNING {_COLUMNS}",
        guardianship_id,
        party_id,
    )
    return None if row is None else _guardianship(row)


async def guardianships_over(connection: Connection, learner_id: int) -> list[Guardianship]:
    """Read those of a learner as the ward, newest first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM guardianship WHERE learner_id = $1 ORDER BY id DESC LIMIT 100",
        learner_id,
    )
    return [_guardianship(row) for row in rows]


async def guardianships_by(connection: Connection, guardian_id: int) -> list[Guardianship]:
    """Read those of a learner as the guardian, newest first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM guardianship WHERE guardian_id = $1 ORDER BY id DESC LIMIT 100",
        guardian_id,
    )
    return [_guardianship(row) for row in rows]


async def has_guardian(connection: Connection, learner_id: int) -> bool:
    """Tell whether a learner is under a guardianship that holds."""
    found: bool = await connection.fetchval(
        f"SELECT EXISTS (SELECT FROM guardianship WHERE learner_id = $1 AND {_HOLDS})", learner_id
    )
    return found


async def hold_guardianship(connection: Connection, learner_id: int, guardian_id: int) -> bool:
    """Tell whether one is the other's guardian, and let that not end meanwhile; an errand."""
    row = await connection.fetchrow(
        f"SELECT id FROM guardianship WHERE learner_id = $1 AND guardian_id = $2 AND {_HOLDS}"
        " LIMIT 1 FOR SHARE",
        learner_id,
        guardian_id,
    )
    return row is not None


def _mac(vault: Vault, code: str) -> bytes:
    return vault.mac("guardianship", code)


def _guardianship(row: Row) -> Guardianship:
    return Guardianship(**{**dict(row), "state": GuardianshipState(row["state"])})
