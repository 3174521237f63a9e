"""One person is one learner, and what is begun is finished once."""

from __future__ import annotations

import asyncio

import pytest

from isthmus.hub import Hub
from isthmus.identity.enrolling import enrol
from isthmus.model.learner import Person
from isthmus.store.people import handshakes
from isthmus.store.people.identities import DID, OIDC
from isthmus.store.people.vault import Vault


@pytest.fixture
async def vault(identity_hub: Hub) -> Vault:
    return await identity_hub.vault()


async def test_ten_sign_ins_at_once_make_one_learner(vault: Vault) -> None:
    found = await asyncio.gather(
        *(enrol(vault, OIDC, "https://id.example", "a", Person(name="A")) for _ in range(10))
    )
    assert len({viewer.learner_id for viewer in found}) == 1
    assert await vault.database.value("SELECT count(*) FROM learner") == 1


async def test_a_subject_is_someone_else_at_another_issuer(vault: Vault) -> None:
    named = [(OIDC, "https://a.example", "s"), (OIDC, "https://b.example", "s"), (DID, "", "s")]
    found = {(await enrol(vault, *name)).learner_id for name in named}
    assert len(found) == 3


async def test_what_is_begun_is_finished_by_one_of_ten(vault: Vault) -> None:
    async with vault.on_errand() as connection:
        await handshakes.begin(vault, connection, "test", "state", {"a": 1}, 60)

    async def finish() -> object:
        async with vault.on_errand() as connection:
            return await handshakes.finish(vault, connection, "test", "state")

    found = await asyncio.gather(*(finish() for _ in range(10)))
    assert [each for each in found if each is not None] == [{"a": 1}]


async def test_what_is_over_or_of_another_kind_cannot_be_finished(vault: Vault) -> None:
    async with vault.on_errand() as connection:
        await handshakes.begin(vault, connection, "test", "late", {"a": 1}, -1)
        await handshakes.begin(vault, connection, "test", "state", {"a": 1}, 60)
        assert await handshakes.finish(vault, connection, "test", "late") is None
        assert await handshakes.finish(vault, connection, "other", "state") is None
        assert await handshakes.finish(vault, connection, "test", "unknown") is None


async def test_what_is_begun_cannot_be_read_off_the_database(vault: Vault) -> None:
    async with vault.on_errand() as connection:
        await handshakes.begin(vault, connection, "test", "my-state", {"a": "my-word"}, 60)
    row = await vault.database.row("SELECT state_mac, sealed FROM handshake")
    assert row is not None
    held = row["state_mac"] + row["sealed"]
    assert b"my-state" not in held
    assert b"my-word" not in held
