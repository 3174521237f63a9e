"""What is sealed opens where it was sealed and nowhere else."""

from __future__ import annotations

import itertools

import pytest

from isthmus.model.learner import Person
from isthmus.store.database import Database
from isthmus.store.people import credentials, endorsements, learners
from isthmus.store.people.vault import Vault
from isthmus.store.sealing import SealBroken
from tests.support import people


async def _open_all(vault: Vault, ids: list[int]) -> None:
    """Open everything that is sealed of some learners."""
    async with vault.on_errand() as connection:
        await learners.find_learners(vault, connection, ids)
        held = await credentials.credentials_of(vault, connection, ids)
        numbers = [one.id for of_one in held.values() for one in of_one]
        await endorsements.endorsements_of(vault, connection, numbers)


async def _places(vault: Vault, database: Database) -> tuple[list[int], list[tuple[str, str]]]:
    """Fill two learners; gives them, and every place where something of theirs is sealed."""
    ids = [await people.add_learner(vault, Person(name=name)) for name in ("A", "B")]
    for learner, name in itertools.product(ids, ("x", "y")):
        id_ = await people.hold(vault, learner, name)
        await people.endorse(vault, credential_id=id_, by_learner_id=ids[0])
    places = []
    keys = {"learner": "id", "learner_key": "learner_id", "credential": "id", "endorsement": "id"}
    async with vault.on_errand() as connection:
        for table, key in keys.items():
            rows = await connection.fetch(f"SELECT {key} AS key FROM {table}")
            places += [(table, f"{key} = {row['key']}") for row in rows]
    return ids, places


async def test_nothing_opens_in_another_row_column_or_table(
    vault: Vault, database: Database
) -> None:
    ids, places = await _places(vault, database)
    assert len(places) == 12
    await _open_all(vault, ids)
    for (from_table, from_row), (table, row) in itertools.permutations(places, 2):
        undo = f"SELECT sealed FROM {table} WHERE {row}"
        async with vault.on_errand() as connection:
            before = await connection.fetchval(undo)
            await connection.execute(
                f"UPDATE {table} SET sealed ="
                f" (SELECT sealed FROM {from_table} WHERE {from_row}) WHERE {row}"
            )
        with pytest.raises(SealBroken):
            await _open_all(vault, ids)
        async with vault.on_errand() as connection:
            await connection.execute(f"UPDATE {table} SET sealed = $1 WHERE {row}", before)
    await _open_all(vault, ids)


async def test_a_row_handed_to_another_learner_does_not_open(
    vault: Vault, database: Database
) -> None:
    ids, _ = await _places(vault, database)
    moves = {"endorsement": "learner_id = $2", "credential": "learner_id = $2, key_mac = 'moved'"}
    for table, move in moves.items():
        async with vault.on_errand() as connection:
            await connection.execute(
                f"UPDATE {table} SET {move}"
                f" WHERE id = (SELECT min(id) FROM {table} WHERE learner_id = $1)",
                *ids,
            )
        with pytest.raises(SealBroken):
            await _open_all(vault, ids)


async def test_swapped_keys_of_learners_do_not_open(vault: Vault, database: Database) -> None:
    ids, _ = await _places(vault, database)
    async with vault.on_errand() as connection:
        await connection.execute(
            "UPDATE learner_key k SET sealed = o.sealed, key_id = o.key_id"
            " FROM learner_key o WHERE o.learner_id <> k.learner_id"
        )
    with pytest.raises(SealBroken):
        await _open_all(vault, ids)


async def test_every_altered_byte_is_noticed(vault: Vault) -> None:
    learner = await people.add_learner(vault, Person(name="A"))
    async with vault.on_errand() as connection:
        sealed = await connection.fetchval("SELECT sealed FROM learner")
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        async with vault.on_errand() as connection:
            await connection.execute("UPDATE learner SET sealed = $1", bytes(altered))
            with pytest.raises(SealBroken):
                await learners.find_learners(vault, connection, [learner])


async def test_a_broken_seal_tells_nothing_of_what_it_sealed(vault: Vault) -> None:
    learner = await people.add_learner(vault, Person(name="Asha"))
    async with vault.on_errand() as connection:
        await connection.execute("UPDATE learner SET sealed = 'x'")
        with pytest.raises(SealBroken) as said:
            await learners.find_learners(vault, connection, [learner])
    assert said.value.code == "SEAL_BROKEN"
    assert str(said.value) == "what is sealed for learner does not open"
    assert said.value.__cause__ is None
