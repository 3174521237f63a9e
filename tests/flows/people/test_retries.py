"""The same key by the same caller within a day gives the first answer again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

import asyncpg
import pytest

from isthmus.model.viewer import Viewer
from isthmus.store.people.idempotency import Conflict, remember, remembered
from isthmus.store.people.vault import Vault, caller_of
from tests.support import people

INPUT, OTHER = sha256(b"input").digest(), sha256(b"other").digest()


async def _write_once(vault: Vault, viewer: Viewer, key: str, digest: bytes = INPUT) -> int:
    """Do what a mutation does: look, write a credential, remember it."""
    learner = viewer.learner_id or 0
    caller = caller_of(viewer)
    async with vault.viewing(viewer) as connection:
        found = await remembered(vault, connection, caller, key, "present", digest)
        if found is not None:
            return found
        await asyncio.sleep(0.01)
        number = await people.count(vault, "credential")
        id_: int = await people.insert(
            connection, "credential", {"learner_id": learner, "key_mac": str(number).encode()}
        )
        await remember(vault, connection, caller, key, "present", digest, id_, learner)
        return id_


async def test_eight_retries_at_once_write_once(vault: Vault) -> None:
    viewer = people.a_learner(await people.add_learner(vault))
    found = await asyncio.gather(*(_write_once(vault, viewer, "key") for _ in range(8)))
    assert len(set(found)) == 1
    assert await people.count(vault, "credential") == 1


async def test_another_key_writes_again(vault: Vault) -> None:
    viewer = people.a_learner(await people.add_learner(vault))
    assert await _write_once(vault, viewer, "one") != await _write_once(vault, viewer, "two")


async def test_another_callers_key_is_not_mine(vault: Vault) -> None:
    one, two = [people.a_learner(await people.add_learner(vault)) for _ in range(2)]
    assert await _write_once(vault, one, "key") != await _write_once(vault, two, "key")


async def test_the_same_key_with_another_input_or_mutation_is_a_conflict(vault: Vault) -> None:
    viewer = people.a_learner(await people.add_learner(vault))
    await _write_once(vault, viewer, "key")
    with pytest.raises(Conflict):
        await _write_once(vault, viewer, "key", OTHER)
    async with vault.viewing(viewer) as connection:
        with pytest.raises(Conflict):
            await remembered(vault, connection, caller_of(viewer), "key", "state", INPUT)


async def test_what_failed_is_not_remembered(vault: Vault) -> None:
    viewer = people.a_learner(await people.add_learner(vault))
    with suppress(RuntimeError):
        async with vault.viewing(viewer) as connection:
            caller = caller_of(viewer)
            await remember(vault, connection, caller, "key", "present", INPUT, 1, None)
            raise RuntimeError
    async with vault.viewing(viewer) as connection:
        assert await remembered(vault, connection, caller, "key", "present", OTHER) is None


async def test_after_a_day_a_key_stands_for_nothing(vault: Vault) -> None:
    viewer = people.a_learner(await people.add_learner(vault))
    first = await _write_once(vault, viewer, "key")
    async with vault.on_errand() as connection:
        await connection.execute("UPDATE idempotency SET at = at - $1::interval", timedelta(days=1))
    assert await _write_once(vault, viewer, "key", OTHER) != first


async def test_no_one_looks_up_a_key_in_anothers_name(vault: Vault) -> None:
    one, two = [people.a_learner(await people.add_learner(vault)) for _ in range(2)]
    await _write_once(vault, one, "key")
    async with vault.viewing(two) as connection:
        found = await remembered(vault, connection, caller_of(one), "key", "present", INPUT)
        assert found is None
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await remember(vault, connection, caller_of(one), "other", "present", INPUT, 1)
