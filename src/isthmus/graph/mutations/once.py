"""Doing something once, however often a caller asks for it under the same key."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import orjson

from isthmus.model.viewer import Viewer
from isthmus.store.database import Connection
from isthmus.store.people.idempotency import remember, remembered
from isthmus.store.people.vault import Vault, caller_of

Work = Callable[[Connection], Awaitable[int]]


async def once(
    vault: Vault,
    connection: Connection,
    viewer: Viewer,
    mutation: str,
    input: Any,
    work: Work,
) -> int:
    """Do the work in this transaction, or give what it came to under the same key before.

    Raises `Conflict` where the key stood for another input.
    """
    key = input.idempotency_key
    if not key:
        return await work(connection)
    caller, digest = caller_of(viewer), _digest(input)
    before = await remembered(vault, connection, caller, key, mutation, digest)
    if before is not None:
        return before
    made = await work(connection)
    await remember(
        vault, connection, caller, key, mutation, digest, made, learner_id=viewer.learner_id
    )
    return made


def _digest(input: Any) -> bytes:
    """Hash an input, so that the same one is known again and nothing of it is kept."""
    told = {name: str(value) for name, value in asdict(input).items()}
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).digest()
