"""Consents as they stand: what is in force is told by the database's own clock.

Whoever ends one changes its row, and whoever shows something by one holds that row until what was
shown is logged: so each read comes wholly before a revocation, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from isthmus.model.consent import Consent, ConsentMode, ConsentStatus, DataScope, Purpose
from isthmus.store.database import Connection, Row

_STATUS = (
    "CASE WHEN status IN ('PENDING', 'ACTIVE') AND expires_at <= clock_timestamp()"
    " THEN 'EXPIRED' ELSE status END"
)
_IN_FORCE = "status = 'ACTIVE' AND NOT awaits_guardian AND expires_at > clock_timestamp()"
_COLUMNS = (
    f"id, learner_id, recipient_id, purpose, scopes, mode, {_STATUS} AS status, requested_at,"
    " expires_at, granted_at, revoked_at, sources, data_from, data_to, upstream, awaits_guardian,"
    " confirmed_at"
)


async def find_consent(
    connection: Connection, consent_id: int, *, locked: bool = False
) -> Consent | None:
    """Find a consent that the transaction may see; `locked` holds it until that ends."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM consent WHERE id = $1{' FOR UPDATE' if locked else ''}",
        consent_id,
    )
    return None if row is None else _consent(row)


async def consents_between(
    connection: Connection, recipient_id: int, learner_ids: Iterable[int]
) -> list[Consent]:
    """Read what those learners ever granted a body, oldest first; what is only asked is none."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM consent WHERE recipient_id = $1 AND learner_id = ANY($2)"
        " AND granted_at IS NOT NULL AND NOT awaits_guardian ORDER BY id",
        recipient_id,
        list(learner_ids),
    )
    return [_consent(row) for row in rows]


async def page_of_consents(
    connection: Connection,
    learner_id: int,
    status: ConsentStatus | None,
    after: int | None,
    first: int,
    recipient_id: int | None = None,
) -> list[Consent]:
    """Read a learner's consents, newest first, of one status and to one body where that is said."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM consent WHERE learner_id = $1"
        f" AND ($2::text IS NULL OR {_STATUS} = $2) AND ($3::bigint IS NULL OR id < $3)"
        " AND ($4::bigint IS NULL OR recipient_id = $4) ORDER BY id DESC LIMIT $5",
        learner_id,
        status,
        after,
        recipient_id,
        first,
    )
    return [_consent(row) for row in rows]


async def learners_consenting(
    connection: Connection,
    recipient_id: int,
    purpose: Purpose | None,
    after: int | None,
    first: int,
) -> list[int]:
    """Name the learners who have a consent in force with a body, by their keys, downwards."""
    rows = await connection.fetch(
        f"SELECT DISTINCT learner_id FROM consent WHERE recipient_id = $1 AND {_IN_FORCE}"
        " AND ($2::text IS NULL OR purpose = $2) AND ($3::bigint IS NULL OR learner_id < $3)"
        " ORDER BY learner_id DESC LIMIT $4",
        recipient_id,
        purpose,
        after,
        first,
    )
    return [row["learner_id"] for row in rows]


async def in_force(
    connection: Connection, recipient_id: int, consent_ids: Iterable[int]
) -> set[int]:
    """Name those of a body's consents that are in force at this moment."""
    rows = await connection.fetch(
        f"SELECT id FROM consent WHERE id = ANY($1) AND recipient_id = $2 AND {_IN_FORCE}",
        list(consent_ids),
        recipient_id,
    )
    return {row["id"] for row in rows}


async def held_in_force(
    connection: Connection, consent_ids: Iterable[int], *, waits: bool
) -> dict[int, Consent]:
    """Give those consents that are in force, and let none of them end meanwhile; an errand.

    Without waiting those are left out that somebody is just changing.
    """
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM consent WHERE id = ANY($1) AND {_IN_FORCE}"
        f" ORDER BY id FOR SHARE{'' if waits else ' SKIP LOCKED'}",
        sorted(set(consent_ids)),
    )
    return {row["id"]: _consent(row) for row in rows}


async def moment(connection: Connection) -> datetime:
    """Read the database's clock."""
    now: datetime = await connection.fetchval("SELECT clock_timestamp()")
    return now


async def known_recipient(connection: Connection, organization_id: int) -> bool:
    """Tell whether there is such a body."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM organization WHERE id = $1)", organization_id
    )
    return found


async def known_learner(connection: Connection, learner_id: int) -> bool:
    """Tell whether there is such a learner; an errand."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM learner WHERE id = $1)", learner_id
    )
    return found


async def unknown_sources(connection: Connection, source_ids: Sequence[int]) -> set[int]:
    """Name those of the sources that are none."""
    rows = await connection.fetch("SELECT id FROM source WHERE id = ANY($1)", list(source_ids))
    return set(source_ids) - {row["id"] for row in rows}


async def artefact_of(connection: Connection, consent_id: int) -> bytes | None:
    """Give the artefact that came with a consent, sealed."""
    found: bytes | None = await connection.fetchval(
        "SELECT artefact FROM consent WHERE id = $1", consent_id
    )
    return found


def _consent(row: Row) -> Consent:
    return Consent(
        **{
            **dict(row),
            "purpose": Purpose(row["purpose"]),
            "scopes": frozenset(map(DataScope, row["scopes"])),
            "mode": ConsentMode(row["mode"]),
            "status": ConsentStatus(row["status"]),
            "sources": tuple(row["sources"]),
        }
    )
