"""Learners: a key of the hub's own, and the person behind it, sealed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

import orjson

from isthmus.model.learner import Learner, Person
from isthmus.store.database import Connection
from isthmus.store.people.vault import LearnerUnknown, Vault, place
from isthmus.store.sealing import new_key, seal, unseal

KEY_BITS = 59
"""Of a learner's key: it stays within what every reader of numbers here takes, 18 digits."""


async def create_learner(vault: Vault, connection: Connection, person: Person) -> int:
    """Write down a learner, under a key of their own; an errand, since nobody is them yet."""
    # drawn, not counted: nobody can go through the learners by trying one id after the other
    learner_id = secrets.randbits(KEY_BITS) | 1
    key = new_key()
    await connection.execute(
        "INSERT INTO learner (id, sealed) VALUES ($1, $2)",
        learner_id,
        seal(key, _text(person), _place(learner_id)),
    )
    await vault.keep_key(connection, learner_id, key)
    return learner_id


async def find_learners(
    vault: Vault, connection: Connection, ids: Iterable[int]
) -> dict[int, Learner]:
    """Find those of the learners that the transaction may see."""
    keys = await vault.keys(connection, ids)
    rows = await connection.fetch(
        "SELECT id, created_at, sealed FROM learner WHERE id = ANY($1)", list(keys)
    )
    found = {}
    for row in rows:
        text = unseal(keys[row["id"]], row["sealed"], _place(row["id"]))
        found[row["id"]] = Learner(row["id"], _person(orjson.loads(text)), row["created_at"])
    return found


async def update_person(
    vault: Vault, connection: Connection, learner_id: int, person: Person
) -> None:
    """Replace what is known of a person; raise `LearnerUnknown`."""
    key = await vault.key(connection, learner_id)
    done = await connection.execute(
        "UPDATE learner SET sealed = $2 WHERE id = $1",
        learner_id,
        seal(key, _text(person), _place(learner_id)),
    )
    if done == "UPDATE 0":  # seen by consent, which is no leave to write
        raise LearnerUnknown("there is no such learner")


def _text(person: Person) -> bytes:
    return orjson.dumps(asdict(person))


def _person(held: dict[str, Any]) -> Person:
    born = held.pop("born_on")
    languages = tuple(held.pop("languages"))
    return Person(
        **held, born_on=None if born is None else date.fromisoformat(born), languages=languages
    )


def _place(learner_id: int) -> str:
    return place("learner", "sealed", learner_id, learner_id)
