"""Idempotency: the same key by the same caller within a day gives the first answer again.

`remembered`, the work and `remember` belong in one transaction: whoever comes with the same key
meanwhile waits for its end, and then finds what came of it.
"""

from __future__ import annotations

from isthmus.errors import ErrorCode, Refused
from isthmus.store.database import Connection
from isthmus.store.people.vault import Vault

HOURS = 24


class Conflict(Refused):
    """A key that stood for something else came again."""

    def __init__(self) -> None:
        super().__init__(
            ErrorCode.ARGUMENT_INVALID,
            "This idempotencyKey was used within 24 hours for another input; draw a new one.",
        )


async def remembered(
    vault: Vault, connection: Connection, caller: str, key: str, mutation: str, input_digest: bytes
) -> int | None:
    """Give what a key stood for; raise `Conflict` where it stood for something else.

    `caller` is that of `vault.caller_of`; in a viewer's transaction it can be no other.
    """
    mac = vault.mac("idempotency", caller, key)
    await connection.execute(
        "SELECT pg_advisory_xact_lock($1)", int.from_bytes(mac[:8], signed=True)
    )
    row = await connection.fetchrow(
        "SELECT mutation, input_mac, record_id FROM idempotency"
        " WHERE caller_mac = $1 AND key_mac = $2"
        " AND at > clock_timestamp() - make_interval(hours => $3)",
        vault.mac("caller", caller),
        mac,
        HOURS,
    )
    if row is None:
        return None
    if (row["mutation"], row["input_mac"]) != (mutation, _input_mac(vault, input_digest)):
        raise Conflict
    found: int | None = row["record_id"]
    return found


async def remember(
    vault: Vault,
    connection: Connection,
    caller: str,
    key: str,
    mutation: str,
    input_digest: bytes,
    record_id: int | None,
    learner_id: int | None = None,
) -> None:
    """Remember what a key stands for from now on; it goes with the learner it is about."""
    await connection.execute(
        "INSERT INTO idempotency"
        " (caller_mac, key_mac, mutation, input_mac, record_id, learner_id, at)"
        " VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp())"
        " ON CONFLICT (caller_mac, key_mac) DO UPDATE SET mutation = excluded.mutation,"
        " input_mac = excluded.input_mac, record_id = excluded.record_id,"
        " learner_id = excluded.learner_id, at = excluded.at",
        vault.mac("caller", caller),
        vault.mac("idempotency", caller, key),
        mutation,
        _input_mac(vault, input_digest),
        record_id,
        learner_id,
    )


def _input_mac(vault: Vault, digest: bytes) -> bytes:
    return vault.mac("input", digest.hex())
