"""Rotating: what old master keys seal is sealed anew under the current one, readers on.

Only the learners' keys and the hub's secrets are touched, a few hundred in a transaction; what
they in turn seal stays as it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from isthmus.errors import Misconfigured
from isthmus.store.database import Connection
from isthmus.store.people.vault import KEYS_LOCK, Vault, key_place, secret_place
from isthmus.store.sealing import seal, unseal

BATCH = 500


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many keys of learners and secrets of the hub were sealed anew."""

    learners: int
    secrets: int


async def rotate(vault: Vault, *, batch: int = BATCH) -> Rotated:
    """Seal everything anew that is not under the current master key."""
    learners = secrets = 0
    while count := await _rotate_learners(vault, batch):
        learners += count
    while count := await _rotate_secrets(vault, batch):
        secrets += count
    return Rotated(learners, secrets)


@asynccontextmanager
async def alone_with_keys(vault: Vault) -> AsyncIterator[Connection]:
    """Give an errand during which nobody seals under a master key, or changes which there are."""
    async with vault.on_errand() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", KEYS_LOCK)
        yield connection


async def take_away(vault: Vault, name: str, write: Callable[[], None]) -> None:
    """Let `write` take a master key away, while nobody seals; refused while it is needed."""
    async with alone_with_keys(vault) as connection:
        sealed = (await vault.keys_in_use(connection)).get(name, 0)
        if sealed:
            message = f"The master key {name!r} still seals {sealed:,} things; rotate first."
            raise Misconfigured("KEY_IN_USE", message)
        write()


async def _rotate_learners(vault: Vault, batch: int) -> int:
    async with vault.on_errand() as connection:
        name, master = await vault.current_key(connection)
        rows = await connection.fetch(
            "SELECT learner_id, key_id, sealed FROM learner_key WHERE key_id <> $1"
            " ORDER BY learner_id LIMIT $2 FOR UPDATE",
            name,
            batch,
        )
        anew = []
        for row in rows:
            where = key_place(row["learner_id"])
            key = unseal(vault.master_key(row["key_id"]), row["sealed"], where)
            anew.append(seal(master, key, where))
        await connection.execute(
            "UPDATE learner_key k SET key_id = $1, sealed = n.sealed"
            " FROM unnest($2::bigint[], $3::bytea[]) AS n (learner_id, sealed)"
            " WHERE k.learner_id = n.learner_id",
            name,
            [row["learner_id"] for row in rows],
            anew,
        )
        return len(rows)


async def _rotate_secrets(vault: Vault, batch: int) -> int:
    async with vault.on_errand() as connection:
        name, _ = await vault.current_key(connection)
        rows = await connection.fetch(
            "SELECT name, key_id, sealed FROM hub_secret WHERE key_id <> $1"
            " ORDER BY name LIMIT $2 FOR UPDATE",
            name,
            batch,
        )
        for row in rows:
            await _rotate_secret(vault, connection, row["name"], row["key_id"], row["sealed"])
        return len(rows)


async def _rotate_secret(
    vault: Vault, connection: Connection, name: str, key_id: str, sealed: bytes
) -> None:
    where, current = secret_place(name), vault.keyring.current
    secret = unseal(vault.master_key(key_id), sealed, where)
    await connection.execute(
        "UPDATE hub_secret SET key_id = $2, sealed = $3 WHERE name = $1",
        name,
        current,
        seal(vault.keyring.key(current), secret, where),
    )
