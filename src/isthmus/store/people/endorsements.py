"""Endorsements: of a credential, sealed for its learner; of what can be earned, by whoever says it.

What a body says of a qualification is no one's secret and stands in the clear; what a learner
says of one is sealed for that learner.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from isthmus.model.endorsement import Endorsement
from isthmus.store.database import Connection, Row
from isthmus.store.people.vault import LearnerUnknown, Vault, place
from isthmus.store.sealing import seal, unseal

_SAID = ("relationship", "comment", "comment_lang", "signed")
_COLUMNS = (
    "id, credential_id, qualification_id, learner_id, by_learner_id, by_organization_id,"
    " sealed, content, made_at"
)


async def add_endorsement(vault: Vault, connection: Connection, said: Endorsement) -> int:
    """Write an endorsement down; raise `LearnerUnknown` where its credential is not to be seen.

    Of somebody else's credential it is an errand: its endorser has no key to seal it with.
    """
    learner_id = None
    if said.credential_id is not None:
        learner_id = await _learner_of(connection, said.credential_id)
    id_: int = await connection.fetchval(
        "SELECT nextval(pg_get_serial_sequence('endorsement', 'id'))"
    )
    text = orjson.dumps({name: getattr(said, name) for name in _SAID})
    owner = learner_id or said.by_learner_id
    sealed = None
    if owner is not None:
        sealed = seal(await vault.key(connection, owner), text, _place(id_, owner))
    await connection.execute(
        "INSERT INTO endorsement (id, credential_id, qualification_id, learner_id,"
        " by_learner_id, by_organization_id, sealed, content, made_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, now()))",
        id_,
        said.credential_id,
        said.qualification_id,
        learner_id,
        said.by_learner_id,
        said.by_organization_id,
        sealed,
        None if owner is not None else text.decode(),
        said.made_at,
    )
    return id_


async def endorsements_of(
    vault: Vault, connection: Connection, credential_ids: Iterable[int]
) -> dict[int, list[Endorsement]]:
    """Find what was said of credentials, the oldest first."""
    return await _find(vault, connection, "credential_id", credential_ids)


async def endorsements_of_qualifications(
    vault: Vault, connection: Connection, qualification_ids: Iterable[int]
) -> dict[int, list[Endorsement]]:
    """Find what was said of qualifications: all that bodies said, and the caller's own."""
    return await _find(vault, connection, "qualification_id", qualification_ids)


async def _learner_of(connection: Connection, credential_id: int) -> int:
    found: int | None = await connection.fetchval(
        "SELECT learner_id FROM credential WHERE id = $1", credential_id
    )
    if found is None:
        raise LearnerUnknown("there is no such credential")
    return found


async def _find(
    vault: Vault, connection: Connection, column: str, ids: Iterable[int]
) -> dict[int, list[Endorsement]]:
    wanted = list(ids)
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM endorsement WHERE {column} = ANY($1) ORDER BY made_at, id",
        wanted,
    )
    keys = await vault.keys(connection, {_owner(row) for row in rows} - {None})
    found: dict[int, list[Endorsement]] = {id_: [] for id_ in wanted}
    for row in rows:
        if row["content"] is not None or _owner(row) in keys:
            found[row[column]].append(_endorsement(row, keys))
    return found


def _endorsement(row: Row, keys: Mapping[int, bytes]) -> Endorsement:
    said: dict[str, Any]
    if row["content"] is not None:
        said = orjson.loads(row["content"])
    else:
        owner = _owner(row)
        said = orjson.loads(unseal(keys[owner], row["sealed"], _place(row["id"], owner)))
    return Endorsement(
        id=row["id"],
        credential_id=row["credential_id"],
        qualification_id=row["qualification_id"],
        learner_id=row["learner_id"],
        by_learner_id=row["by_learner_id"],
        by_organization_id=row["by_organization_id"],
        made_at=row["made_at"],
        **said,
    )


def _owner(row: Row) -> Any:
    return row["learner_id"] or row["by_learner_id"]


def _place(endorsement_id: int, learner_id: int) -> str:
    return place("endorsement", "sealed", endorsement_id, learner_id)
