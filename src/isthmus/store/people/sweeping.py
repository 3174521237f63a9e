"""Sweeping: what has run out is gone after the next sweep, whoever asked for it or not."""

from __future__ import annotations

from dataclasses import dataclass

from isthmus.store.database import Connection
from isthmus.store.people.erasing import scrub
from isthmus.store.people.idempotency import HOURS
from isthmus.store.people.vault import Vault

_LOCK = 0x69737468_73776565
_BARE = (
    "sealed = NULL, digest_mac = NULL, consent_id = NULL, status = NULL, held_at = NULL,"
    " expires_at = NULL, checked_at = NULL"
)

_STATEMENTS = {
    "consents": (
        "UPDATE consent SET status = 'EXPIRED'"
        " WHERE status IN ('ACTIVE', 'PENDING') AND expires_at <= clock_timestamp()"
    ),
    "copies": (
        f"UPDATE credential SET {_BARE} WHERE consent_id IS NOT NULL"
        " AND (expires_at <= clock_timestamp() OR consent_id IN"
        " (SELECT id FROM consent WHERE status <> 'ACTIVE' OR awaits_guardian))"
    ),
    "links": (
        "UPDATE source_link SET state = 'EXPIRED', sealed = NULL"
        " WHERE state = 'ACTIVE' AND expires_at <= clock_timestamp()"
    ),
    "handshakes": "DELETE FROM handshake WHERE expires_at <= clock_timestamp()",
    "exports": "DELETE FROM export_file WHERE expires_at <= clock_timestamp()",
    "retries": (
        f"DELETE FROM idempotency WHERE at <= clock_timestamp() - make_interval(hours => {HOURS})"
    ),
}
"""In this order: a consent that has just expired takes its copies with it."""


@dataclass(frozen=True, slots=True)
class Swept:
    """How much of each kind was swept away, and how many erased learners' keys left the files."""

    consents: int = 0
    copies: int = 0
    links: int = 0
    handshakes: int = 0
    exports: int = 0
    retries: int = 0
    scrubbed: int = 0


async def sweep(vault: Vault) -> Swept:
    """Sweep once; nothing where another process is at it."""
    async with vault.on_errand() as connection:
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK):
            return Swept()
        done = {name: await _run(connection, text) for name, text in _STATEMENTS.items()}
    return Swept(**done, scrubbed=await scrub(vault))


async def _run(connection: Connection, statement: str) -> int:
    done: str = await connection.execute(statement)
    return int(done.rpartition(" ")[2])
