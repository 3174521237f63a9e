"""The keys the hub signs its tokens with: secrets of the hub, their public halves beside them.

A new key takes over at once; the one before stays published until no token of it can be valid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from isthmus.store.database import Connection
from isthmus.store.people.vault import Vault, secret_place
from isthmus.store.sealing import seal, unseal

PREFIX = "signing/"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key: its public half as a JWK, and its secret half where the caller may sign."""

    kid: str
    public: Mapping[str, Any]
    created_at: datetime
    retired_at: datetime | None
    secret: bytes


async def signing_keys(
    vault: Vault, connection: Connection, overlap: timedelta
) -> Sequence[SigningKey]:
    """Give the keys whose tokens may still be valid, the current one first."""
    rows = await connection.fetch(
        "SELECT name, key_id, sealed, public, created_at, retired_at FROM hub_secret"
        " WHERE starts_with(name, $1) AND (retired_at IS NULL OR retired_at + $2 > now())"
        " ORDER BY retired_at IS NOT NULL, created_at DESC, name",
        PREFIX,
        overlap,
    )
    return [_key(vault, row) for row in rows]


async def add_signing_key(
    vault: Vault, connection: Connection, kid: str, secret: bytes, public: Mapping[str, Any]
) -> None:
    """Let a key take over from those before it."""
    name = f"{PREFIX}{kid}"
    key_id, master = await vault.current_key(connection)
    await connection.execute(
        "UPDATE hub_secret SET retired_at = clock_timestamp()"
        " WHERE starts_with(name, $1) AND retired_at IS NULL",
        PREFIX,
    )
    await connection.execute(
        "INSERT INTO hub_secret (name, key_id, sealed, public) VALUES ($1, $2, $3, $4)",
        name,
        key_id,
        seal(master, secret, secret_place(name)),
        orjson.dumps(dict(public)).decode(),
    )


def _key(vault: Vault, row: Any) -> SigningKey:
    secret = unseal(vault.master_key(row["key_id"]), row["sealed"], secret_place(row["name"]))
    held = row["public"]
    return SigningKey(
        row["name"].removeprefix(PREFIX),
        orjson.loads(held),
        row["created_at"],
        row["retired_at"],
        secret,
    )
