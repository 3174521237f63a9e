"""Master keys are replaced under readers and writers, and none is let go of while it is needed."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from pathlib import Path

import pytest

from isthmus.errors import Misconfigured
from isthmus.hub import KEYS, Hub
from isthmus.model.learner import HeldCredential, Person
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.store.people import credentials, learners
from isthmus.store.people.rotating import alone_with_keys, rotate, take_away
from isthmus.store.people.vault import HASHES, Vault
from isthmus.store.sealing import Keyring, new_key
from tests.conftest import ROOT
from tests.support import people

AT_ONCE = 8


class Crowd:
    """Readers and writers who never stop, and what they met."""

    def __init__(self, vaults: list[Vault], known: dict[int, str]) -> None:
        self.vaults = vaults
        self.known = known
        self.done = 0
        self.stopping = asyncio.Event()

    async def run(self, seed: int) -> None:
        """Read, write and come in, until told to stop; anything unexpected ends the test."""
        chance = random.Random(seed)
        while not self.stopping.is_set():
            vault = chance.choice(self.vaults)
            await chance.choice((self._read, self._read, self._hold, self._come))(vault, chance)
            self.done += 1

    async def _read(self, vault: Vault, chance: random.Random) -> None:
        learner_id = chance.choice(list(self.known))
        async with vault.viewing(people.a_learner(learner_id)) as connection:
            found = await learners.find_learners(vault, connection, [learner_id])
            held = await credentials.credentials_of(vault, connection, [learner_id])
        assert found[learner_id].person.name == self.known[learner_id]
        assert {one.document for one in held[learner_id]} <= {str(learner_id).encode()}

    async def _hold(self, vault: Vault, chance: random.Random) -> None:
        learner_id = chance.choice(list(self.known))
        document = str(learner_id).encode()
        async with vault.viewing(people.a_learner(learner_id)) as connection:
            held = HeldCredential(0, learner_id, None, f"urn:{chance.random()}", document)
            await credentials.hold_credential(vault, connection, held)

    async def _come(self, vault: Vault, chance: random.Random) -> None:
        name = f"name {chance.random()}"
        self.known[await people.add_learner(vault, Person(name=name))] = name


async def _rotate_under_a_crowd(database: Database, home: Path, rounds: int, batch: int) -> int:
    """Rotate again and again, dropping each old key; gives how much was done meanwhile."""
    Keyring("k1", {"k1": new_key()}).keep(home)

    async def opened() -> Vault:
        ring = Keyring.of_home(home)
        return await Vault.open(database, ring, reread=lambda: Keyring.of_home(home))

    vaults = [await opened() for _ in range(3)]  # three processes of one hub
    known = {}
    for number in range(40):
        known[await people.add_learner(vaults[0], Person(name=f"n{number}"))] = f"n{number}"
    crowd = Crowd(vaults[1:], known)
    running = [asyncio.create_task(crowd.run(seed)) for seed in range(AT_ONCE)]
    vault = vaults[0]
    for _ in range(rounds):
        old = Keyring.of_home(home).current
        async with alone_with_keys(vault):
            Keyring.of_home(home).with_new().keep(home)
        await rotate(vault, batch=batch)
        await take_away(vault, old, partial(_leave_out, old, home))
        await asyncio.sleep(0.05)
    crowd.stopping.set()
    await asyncio.gather(*running)
    async with vault.on_errand() as connection:
        assert list(await vault.keys_in_use(connection)) == [f"k{rounds + 1}"]
    assert list(Keyring.of_home(home).keys) == [f"k{rounds + 1}"]
    return crowd.done


def _leave_out(name: str, home: Path) -> None:
    Keyring.of_home(home).without(name).keep(home)


async def test_keys_are_rotated_and_dropped_under_eight_readers_and_writers(
    database: Database, tmp_path: Path
) -> None:
    assert await _rotate_under_a_crowd(database, tmp_path, rounds=4, batch=7) > 50


@pytest.mark.slow
async def test_keys_are_rotated_thirty_times_under_readers_and_writers(
    database: Database, tmp_path: Path
) -> None:
    assert await _rotate_under_a_crowd(database, tmp_path, rounds=30, batch=50) > 500


async def test_what_was_sealed_before_opens_under_the_new_key_alone(database: Database) -> None:
    old, new = new_key(), new_key()
    vault = await Vault.open(database, Keyring("old", {"old": old}))
    secret, mac = await vault.hub_secret(HASHES), vault.mac("x")
    learner = await people.add_learner(vault, Person(name="Asha"))
    both = await Vault.open(database, Keyring("new", {"new": new, "old": old}))
    done = await rotate(both)
    assert (done.learners, done.secrets) == (1, 1)
    after = await Vault.open(database, Keyring("new", {"new": new}))
    async with after.viewing(people.a_learner(learner)) as connection:
        found = await learners.find_learners(after, connection, [learner])
    assert found[learner].person.name == "Asha"
    assert (await after.hub_secret(HASHES), after.mac("x")) == (secret, mac)


async def test_a_process_with_the_old_keys_says_which_it_lacks(database: Database) -> None:
    old, new = new_key(), new_key()
    stale = await Vault.open(database, Keyring("old", {"old": old}))
    learner = await people.add_learner(stale)
    await rotate(await Vault.open(database, Keyring("new", {"new": new, "old": old})))
    async with stale.viewing(people.a_learner(learner)) as connection:
        with pytest.raises(Misconfigured, match="'new'") as said:
            await learners.find_learners(stale, connection, [learner])
    assert said.value.code == "KEY_MISSING"


async def test_the_vault_does_not_open_without_a_key_it_needs(database: Database) -> None:
    old = new_key()
    vault = await Vault.open(database, Keyring("old", {"old": old}))
    await rotate(await Vault.open(database, Keyring("new", {"new": new_key(), "old": old})))
    await people.add_learner(vault)  # a process that was not started anew
    with pytest.raises(Misconfigured) as said:
        await Vault.open(database, Keyring("old", {"old": old}))
    assert said.value.code == "KEY_MISSING"


async def test_a_key_of_the_same_name_and_other_bytes_opens_nothing(database: Database) -> None:
    await Vault.open(database, Keyring("k1", {"k1": new_key()}))
    with pytest.raises(Exception, match="does not open") as said:
        await Vault.open(database, Keyring("k1", {"k1": new_key()}))
    assert said.value.code == "SEAL_BROKEN"  # type: ignore[attr-defined]


async def test_a_key_in_use_is_not_taken_away(database: Database) -> None:
    vault = await Vault.open(database, Keyring("k1", {"k1": new_key()}))
    taken = []
    with pytest.raises(Misconfigured) as said:
        await take_away(vault, "k1", lambda: taken.append("k1"))
    assert said.value.code == "KEY_IN_USE"
    assert not taken


async def test_the_hub_takes_its_keys_from_the_environment_first(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEYS, "mine:" + "A" * 43 + "=")
    hub = Hub(Settings(home=tmp_path), database, ROOT)
    assert (await hub.vault()).keyring.current == "mine"
    assert not (tmp_path / "keys").exists()


async def test_without_them_the_home_keeps_keys_that_only_its_owner_reads(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEYS, raising=False)
    hub = Hub(Settings(home=tmp_path), database, ROOT)
    vault = await hub.vault()
    assert vault is await hub.vault()
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
    assert Keyring.of_home(tmp_path).keys == vault.keyring.keys
