"""Handshakes: what is begun and must be finished once, soon.

A state is a secret that whoever began carries to the end; kept is its keyed hash, and what
belongs to it is sealed under a key that only the state itself gives.
"""

from __future__ import annotations

from typing import Any

import orjson

from isthmus.store.database import Connection
from isthmus.store.people.vault import Vault
from isthmus.store.sealing import seal, unseal


async def begin(
    vault: Vault,
    connection: Connection,
    kind: str,
    state: str,
    data: dict[str, Any],
    seconds: float,
    learner_id: int | None = None,
) -> None:
    """Keep what was begun under a state nobody can guess."""
    sealed = seal(_key(vault, kind, state), orjson.dumps(data), _place(kind))
    await _keep(vault, connection, kind, state, sealed, seconds, learner_id)


async def finish(
    vault: Vault, connection: Connection, kind: str, state: str
) -> dict[str, Any] | None:
    """Take what was begun, once; None where there is none, or it is over."""
    sealed = await connection.fetchval(
        "UPDATE handshake SET used_at = clock_timestamp() WHERE state_mac = $1 AND kind = $2"
        " AND used_at IS NULL AND expires_at > clock_timestamp() RETURNING sealed",
        _mac(vault, kind, state),
        kind,
    )
    return _opened(vault, kind, state, sealed)


async def look(
    vault: Vault, connection: Connection, kind: str, state: str
) -> dict[str, Any] | None:
    """Read what was begun, and leave it to be finished; None where there is none, or it is over."""
    sealed = await connection.fetchval(
        "SELECT sealed FROM handshake WHERE state_mac = $1 AND kind = $2"
        " AND used_at IS NULL AND expires_at > clock_timestamp()",
        _mac(vault, kind, state),
        kind,
    )
    return _opened(vault, kind, state, sealed)


async def is_spent(vault: Vault, connection: Connection, kind: str, state: str) -> bool:
    """Tell whether what was begun was finished already, as long as that is remembered."""
    used_at = await connection.fetchval(
        "SELECT used_at FROM handshake WHERE state_mac = $1 AND kind = $2",
        _mac(vault, kind, state),
        kind,
    )
    return used_at is not None


async def is_first(
    vault: Vault, connection: Connection, kind: str, name: str, seconds: float
) -> bool:
    """Tell whether a name is seen for the first time, and remember it so long."""
    return await _keep(vault, connection, kind, name, None, seconds, None)


async def _keep(
    vault: Vault,
    connection: Connection,
    kind: str,
    state: str,
    sealed: bytes | None,
    seconds: float,
    learner_id: int | None,
) -> bool:
    done = await connection.execute(
        "INSERT INTO handshake (state_mac, kind, learner_id, sealed, expires_at)"
        " VALUES ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))"
        " ON CONFLICT (state_mac) DO NOTHING",
        _mac(vault, kind, state),
        kind,
        learner_id,
        sealed,
        float(seconds),
    )
    return bool(done == "INSERT 0 1")


def _opened(vault: Vault, kind: str, state: str, sealed: bytes | None) -> dict[str, Any] | None:
    if sealed is None:
        return None
    data: dict[str, Any] = orjson.loads(unseal(_key(vault, kind, state), sealed, _place(kind)))
    return data


def _mac(vault: Vault, kind: str, state: str) -> bytes:
    return vault.mac("handshake", kind, state)


def _key(vault: Vault, kind: str, state: str) -> bytes:
    return vault.mac("handshake-key", kind, state)


def _place(kind: str) -> str:
    return f"handshake/sealed/{kind}"
