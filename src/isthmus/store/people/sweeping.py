"""Sweeping: what has run out is gone after the next sweep, whoever asked for it or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from isthmus.errors import IsthmusError
from isthmus.store.database import FAILURES, Connection
from isthmus.store.people.anchoring import anchor_when_due
from isthmus.store.people.erasing import scrub
from isthmus.store.people.idempotency import HOURS
from isthmus.store.people.vault import Vault

log = logging.getLogger(__name__)

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


class Sweeper:
    """Sweeps again and again beside whatever else a process does, and anchors the audit log."""

    def __init__(
        self,
        vault: Callable[[], Awaitable[Vault]],
        every: float,
        anchors: Path | None = None,
        further: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """Sweep every so many seconds; `further` is done each time too, whatever became of it."""
        self._vault = vault
        self._every = every
        self._anchors = anchors
        self._further = further
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, the first time at once: much may have run out while nothing ran."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; a sweep under way is taken back whole."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            for work in (self._sweep, self._further):
                try:
                    if work is not None:
                        await work()
                except (IsthmusError, *FAILURES) as error:  # the next one may do better
                    code = getattr(error, "code", None) or type(error).__name__
                    log.warning("what has run out could not be swept away: %s", code)
            await asyncio.sleep(self._every)

    async def _sweep(self) -> None:
        vault = await self._vault()
        await sweep(vault)
        if self._anchors is not None:
            await anchor_when_due(vault, self._anchors)
