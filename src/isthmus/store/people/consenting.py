"""What becomes of consents: asked for, given, refused, confirmed, ended, each told at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from isthmus.model.consent import Consent, DataScope
from isthmus.store.changes import CHANNEL, Op, note
from isthmus.store.database import Connection
from isthmus.store.people.credentials import forget_copies

NOUN = "CONSENT"
_CAN_BE_REVOKED = "(status = 'ACTIVE' OR (status = 'PENDING' AND awaits_guardian))"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many requests of one body wait for one learner, and the one that asks for the same."""

    count: int
    same: int | None


async def find_waiting(connection: Connection, wanted: Consent) -> Waiting:
    """Find what a body has asked of a learner and is not answered; one asks at a time."""
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
        f"{NOUN}/{wanted.recipient_id}/{wanted.learner_id}",
    )
    row = await connection.fetchrow(
        "SELECT count(*) AS waiting, min(id) FILTER (WHERE purpose = $3 AND scopes = $4"
        " AND mode = $5) AS same FROM consent WHERE recipient_id = $1 AND learner_id = $2"
        " AND status = 'PENDING' AND granted_at IS NULL AND expires_at > clock_timestamp()",
        wanted.recipient_id,
        wanted.learner_id,
        wanted.purpose,
        _named(wanted.scopes),
        wanted.mode,
    )
    return Waiting(row["waiting"], row["same"])


async def next_id(connection: Connection) -> int:
    """Draw the id of a consent to be."""
    id_: int = await connection.fetchval("SELECT nextval(pg_get_serial_sequence('consent', 'id'))")
    return id_


async def add_consent(connection: Connection, new: Consent, artefact: bytes | None = None) -> int:
    """Write a new consent down, asked for or given; gives its id.

    With an artefact the id is drawn before: the artefact is sealed for its place already.
    """
    id_ = new.id or await next_id(connection)
    await connection.execute(
        "INSERT INTO consent (id, learner_id, recipient_id, purpose, scopes, sources, data_from,"
        " data_to, mode, status, requested_at, granted_at, expires_at, awaits_guardian, upstream,"
        " artefact) VALUES"
        " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        id_,
        new.learner_id,
        new.recipient_id,
        new.purpose,
        _named(new.scopes),
        list(new.sources),
        new.data_from,
        new.data_to,
        new.mode,
        new.status,
        new.requested_at,
        new.granted_at,
        new.expires_at,
        new.awaits_guardian,
        new.upstream,
        artefact,
    )
    await _tell(connection, Op.ADDED, id_)
    return id_


async def grant_request(
    connection: Connection, granted: Consent, artefact: bytes | None = None
) -> None:
    """Let what was asked for be given as it now reads; it is locked already."""
    await connection.execute(
        "UPDATE consent SET scopes = $2, sources = $3, data_from = $4, data_to = $5, mode = $6,"
        " status = $7, granted_at = $8, expires_at = $9, awaits_guardian = $10, upstream = $11,"
        " artefact = $12 WHERE id = $1",
        granted.id,
        _named(granted.scopes),
        list(granted.sources),
        granted.data_from,
        granted.data_to,
        granted.mode,
        granted.status,
        granted.granted_at,
        granted.expires_at,
        granted.awaits_guardian,
        granted.upstream,
        artefact,
    )
    await _tell(connection, Op.UPDATED, granted.id)


async def refuse(connection: Connection, consent_id: int) -> None:
    """Let what was asked for, or waits for a guardian, be refused; it is locked already."""
    await connection.execute("UPDATE consent SET status = 'REFUSED' WHERE id = $1", consent_id)
    await _tell(connection, Op.UPDATED, consent_id)


async def confirm(connection: Connection, consent_id: int) -> None:
    """Let what waited for a guardian take effect; it is locked already."""
    await connection.execute(
        "UPDATE consent SET status = 'ACTIVE', awaits_guardian = false,"
        " confirmed_at = clock_timestamp() WHERE id = $1",
        consent_id,
    )
    await _tell(connection, Op.UPDATED, consent_id)


async def revoke(connection: Connection, consent_id: int, learner_id: int) -> bool:
    """End a consent and forget what was kept under it; tell whether there was one to end."""
    done = await connection.execute(
        "UPDATE consent SET status = 'REVOKED', revoked_at = clock_timestamp()"
        f" WHERE id = $1 AND learner_id = $2 AND {_CAN_BE_REVOKED}"
        " AND expires_at > clock_timestamp()",
        consent_id,
        learner_id,
    )
    if done == "UPDATE 0":
        return False
    await forget_copies(connection, consent_id)
    await _tell(connection, Op.UPDATED, consent_id)
    return True


async def _tell(connection: Connection, op: Op, consent_id: int) -> None:
    """Note a change, and wake whoever waits for one; no generation of public records moves."""
    await note(connection, NOUN, op, [consent_id])
    await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, f"consents:{consent_id}")


def _named(scopes: Iterable[DataScope]) -> list[str]:
    given = set(scopes)
    return [scope.value for scope in DataScope if scope in given]
