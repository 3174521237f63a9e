"""Clients: who may ask for tokens, and for which; a secret is kept as its keyed hash only."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any

import orjson

from isthmus.errors import IsthmusError
from isthmus.model.client import Client
from isthmus.model.viewer import Role
from isthmus.store import changes
from isthmus.store.database import Connection, Database
from isthmus.store.people.vault import Vault

_COLUMNS = "id, name, role, organization_id, scopes, jwks, created_at, revoked_at"


class ClientUnknown(IsthmusError):
    """There is no such client, or there is one already."""

    code = "CLIENT_UNKNOWN"


async def organization_of(database: Database, name: str, uri: str | None) -> int:
    """Give the body a client acts for: the one of that URI, else a new one of the hub's own."""
    async with database.transaction() as connection:
        found: int | None = await connection.fetchval(
            "SELECT id FROM organization WHERE uri = $1 ORDER BY id LIMIT 1", uri
        )
        if found is not None:
            return found
        made: int = await connection.fetchval(
            "INSERT INTO organization (uri, name, name_lang) VALUES ($1, $2, 'und') RETURNING id",
            uri,
            name,
        )
        await changes.note(connection, "ORGANIZATION", changes.Op.ADDED, [made])
        await changes.settle(connection)
    return made


async def add_client(
    vault: Vault, connection: Connection, client: Client, *, secret: str | None = None
) -> None:
    """Write a client down; raise `ClientUnknown` where its id is taken."""
    done = await connection.execute(
        "INSERT INTO client (id, name, role, organization_id, scopes, secret_mac, jwks)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
        client.id,
        client.name,
        client.role.value,
        client.organization_id,
        sorted(client.scopes),
        None if secret is None else _secret_mac(vault, client.id, secret),
        None if client.jwks is None else orjson.dumps(dict(client.jwks)).decode(),
    )
    if done != "INSERT 0 1":
        raise ClientUnknown("there is a client of that id already")


async def find_client(connection: Connection, id_: str) -> Client | None:
    """Find a client, revoked ones included."""
    row = await connection.fetchrow(f"SELECT {_COLUMNS} FROM client WHERE id = $1", id_)
    return None if row is None else _client(row)


async def list_clients(connection: Connection) -> Sequence[Client]:
    """List all clients, the newest last."""
    rows = await connection.fetch(f"SELECT {_COLUMNS} FROM client ORDER BY created_at, id")
    return [_client(row) for row in rows]


async def is_secret(vault: Vault, connection: Connection, id_: str, secret: str) -> bool:
    """Tell whether a secret is the client's; the same work is done for a client there is not."""
    held = await connection.fetchval("SELECT secret_mac FROM client WHERE id = $1", id_)
    return hmac.compare_digest(_secret_mac(vault, id_, secret), held or b"")


async def revoke_client(connection: Connection, id_: str) -> None:
    """End a client and every token it has; raise `ClientUnknown`."""
    done = await connection.execute(
        "UPDATE client SET revoked_at = coalesce(revoked_at, clock_timestamp()) WHERE id = $1", id_
    )
    if done != "UPDATE 1":
        raise ClientUnknown("there is no such client")


def _secret_mac(vault: Vault, id_: str, secret: str) -> bytes:
    return vault.mac("client", id_, secret)


def _client(row: Any) -> Client:
    held = row["jwks"]
    return Client(
        id=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        organization_id=row["organization_id"],
        scopes=frozenset(row["scopes"]),
        jwks=None if held is None else orjson.loads(held),
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
    )
