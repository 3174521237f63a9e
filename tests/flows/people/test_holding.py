"""Learners and what they hold, written and read through the vault."""

from __future__ import annotations

import hashlib
import os
from datetime import date

import pytest

from isthmus.errors import Refused
from isthmus.model.learner import HeldCredential, Person
from isthmus.model.viewer import Role, Viewer
from isthmus.store.database import Database
from isthmus.store.people import credentials, learners
from isthmus.store.people.vault import LearnerUnknown, Vault
from isthmus.store.sealing import Keyring, new_key
from tests.support.people import add_learner

ASHA = Person(
    name="Asha Iyer",
    email="asha@example.org",
    phone="+91 90000 00001",
    born_on=date(2010, 5, 1),
    country="IN",
    languages=("ta", "en"),
    low_bandwidth=True,
)


@pytest.fixture
async def vault(database: Database) -> Vault:
    """The people of an empty database."""
    return await Vault.open(database, Keyring("k1", {"k1": new_key()}))


async def _learner(vault: Vault, person: Person = ASHA) -> int:
    async with vault.on_errand() as connection:
        return await learners.create_learner(vault, connection, person)


def _viewer(learner_id: int) -> Viewer:
    return Viewer(role=Role.LEARNER, learner_id=learner_id)


async def test_a_person_comes_back_whole(vault: Vault) -> None:
    learner_id = await _learner(vault)
    async with vault.viewing(_viewer(learner_id)) as connection:
        found = await learners.find_learners(vault, connection, [learner_id])
    assert found[learner_id].person == ASHA


async def test_a_learner_changes_themselves_and_no_one_else(vault: Vault) -> None:
    one, other = await _learner(vault), await _learner(vault)
    async with vault.viewing(_viewer(one)) as connection:
        await learners.update_person(vault, connection, one, Person(name="A. Iyer"))
        with pytest.raises(LearnerUnknown):
            await learners.update_person(vault, connection, other, Person(name="X"))
    async with vault.on_errand() as connection:
        found = await learners.find_learners(vault, connection, [one, other])
    assert found[one].person == Person(name="A. Iyer")
    assert found[other].person == ASHA


async def test_a_document_of_ten_megabytes_is_held_byte_for_byte(vault: Vault) -> None:
    learner_id = await _learner(vault)
    document = os.urandom(credentials.DOCUMENT_BYTES)
    held = HeldCredential(
        0, learner_id, None, "urn:x", document, "application/pdf", presented_by="did:key:z1"
    )
    async with vault.viewing(_viewer(learner_id)) as connection:
        id_ = await credentials.hold_credential(vault, connection, held)
        found = (await credentials.find_credentials(vault, connection, [id_]))[id_]
    assert found.document == document
    assert (found.uri, found.media_type, found.presented_by) == (
        "urn:x", "application/pdf", "did:key:z1",
    )  # fmt: skip
    assert found.held_at is not None


async def test_a_document_too_large_is_refused_before_it_is_sealed(vault: Vault) -> None:
    learner_id = await _learner(vault)
    document = bytes(credentials.DOCUMENT_BYTES + 1)
    async with vault.viewing(_viewer(learner_id)) as connection:
        with pytest.raises(Refused, match="at most"):
            await credentials.hold_credential(
                vault, connection, HeldCredential(0, learner_id, None, "urn:x", document)
            )


async def test_the_same_name_at_the_same_source_is_the_same_credential(vault: Vault) -> None:
    learner_id = await _learner(vault)
    async with vault.viewing(_viewer(learner_id)) as connection:
        seen = await credentials.note_seen(vault, connection, learner_id, None, ["a", "b"])
        again = await credentials.note_seen(vault, connection, learner_id, None, ["b", "c"])
        held = HeldCredential(0, learner_id, None, "b", b"{}")
        id_ = await credentials.hold_credential(vault, connection, held)
        kept = await credentials.credentials_of(vault, connection, [learner_id])
    assert again["b"] == seen["b"] == id_
    assert [one.uri for one in kept[learner_id]] == ["b"], "what is only seen is not held"


async def test_what_is_only_seen_leaves_nothing_of_itself(vault: Vault) -> None:
    learner_id = await _learner(vault)
    async with vault.viewing(_viewer(learner_id)) as connection:
        seen = await credentials.note_seen(vault, connection, learner_id, None, ["urn:secret"])
        row = await connection.fetchrow("SELECT * FROM credential")
        found = await credentials.find_credentials(vault, connection, seen.values())
    assert row["sealed"] is None
    assert row["held_at"] is None
    assert [(one.uri, one.document) for one in found.values()] == [("", None)]


async def test_the_same_bytes_are_found_at_whoever_holds_them(vault: Vault) -> None:
    one, other = await _learner(vault), await _learner(vault)
    async with vault.on_errand() as connection:
        for learner_id, text in ((one, b"same"), (other, b"same"), (other, b"another")):
            await credentials.hold_credential(
                vault, connection, HeldCredential(0, learner_id, None, text.decode(), text)
            )
        digest = hashlib.sha256(b"same").digest()
        assert await credentials.known_elsewhere(vault, connection, digest) == {one, other}
        digest = hashlib.sha256(b"another").digest()
        assert await credentials.known_elsewhere(vault, connection, digest) == {other}


async def test_the_keys_of_learners_tell_nothing_of_each_other(vault: Vault) -> None:
    keys = [await add_learner(vault) for _ in range(20)]
    assert min(abs(a - b) for a in keys for b in keys if a != b) > 1_000_000
    assert len(set(keys)) == 20
