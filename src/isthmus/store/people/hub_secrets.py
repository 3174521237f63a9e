"""Secrets of the hub that others gave it, such as what a store knows it by."""

from __future__ import annotations

from isthmus.store.database import Connection
from isthmus.store.people.vault import Vault, secret_place
from isthmus.store.sealing import seal, unseal


async def find_secret(vault: Vault, connection: Connection, name: str) -> bytes | None:
    """Give a secret by its name; an errand."""
    row = await connection.fetchrow("SELECT key_id, sealed FROM hub_secret WHERE name = $1", name)
    if row is None:
        return None
    return unseal(vault.master_key(row["key_id"]), row["sealed"], secret_place(name))


async def keep_secret(vault: Vault, connection: Connection, name: str, secret: bytes) -> None:
    """Keep a secret, unless one of that name is kept already; an errand."""
    key_id, master = await vault.current_key(connection)
    await connection.execute(
        "INSERT INTO hub_secret (name, key_id, sealed) VALUES ($1, $2, $3)"
        " ON CONFLICT (name) DO NOTHING",
        name,
        key_id,
        seal(master, secret, secret_place(name)),
    )
