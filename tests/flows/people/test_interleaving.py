"""Two learners at once through one vault and two connections never meet each other's data."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.model.learner import HeldCredential, Person
from isthmus.store.database import Connection, Database
from isthmus.store.embedded import EmbeddedServer
from isthmus.store.people import credentials, endorsements, learners
from isthmus.store.people.idempotency import remember, remembered
from isthmus.store.people.vault import LearnerUnknown, Vault, caller_of
from isthmus.store.sealing import Keyring, new_key
from tests.support import people

pytestmark = pytest.mark.mission("M68")

DEEDS = ("read", "hold", "see", "rename", "retry", "pry", "fail")
PLANS = st.lists(st.sampled_from(DEEDS), min_size=1, max_size=6)


class Someone:
    """One of the two, and what they must always find."""

    def __init__(self, vault: Vault, word: str) -> None:
        self.vault = vault
        self.word = word
        self.id = 0
        self.other = 0

    async def come(self) -> None:
        """Become a learner, with one credential."""
        self.id = await people.add_learner(self.vault, Person(name=self.word))
        await people.hold(self.vault, self.id, "urn:same", self.word.encode())

    async def live(self, plan: Sequence[str]) -> None:
        """Do one thing after the other, each in a transaction of their own."""
        for deed in plan:
            await asyncio.sleep(0)
            try:
                async with self.vault.viewing(people.a_learner(self.id)) as connection:
                    await getattr(self, f"_{deed}")(connection)
            except ZeroDivisionError:
                assert deed == "fail"

    async def _read(self, connection: Connection) -> None:
        both = [self.id, self.other]
        found = await learners.find_learners(self.vault, connection, both)
        assert {one.person.name for one in found.values()} == {self.word}
        held = await credentials.credentials_of(self.vault, connection, both)
        assert {one.document for all_ in held.values() for one in all_} == {self.word.encode()}
        numbers = [one.id for all_ in held.values() for one in all_]
        said = await endorsements.endorsements_of(self.vault, connection, numbers)
        assert not any(said.values())

    async def _hold(self, connection: Connection) -> None:
        held = HeldCredential(0, self.id, None, "urn:same", self.word.encode())
        id_ = await credentials.hold_credential(self.vault, connection, held)
        found = await credentials.find_credentials(self.vault, connection, [id_])
        assert found[id_].learner_id == self.id

    async def _see(self, connection: Connection) -> None:
        seen = await credentials.note_seen(self.vault, connection, self.id, None, ["x", "y"])
        rows = await connection.fetch(
            "SELECT learner_id FROM credential WHERE id = ANY($1)", list(seen.values())
        )
        assert [row["learner_id"] for row in rows] == [self.id, self.id]

    async def _rename(self, connection: Connection) -> None:
        await learners.update_person(self.vault, connection, self.id, Person(name=self.word))

    async def _retry(self, connection: Connection) -> None:
        caller, digest = caller_of(people.a_learner(self.id)), b"same"
        known = await remembered(self.vault, connection, caller, "key", "m", digest)
        assert known in {None, self.id}
        await remember(self.vault, connection, caller, "key", "m", digest, self.id, self.id)

    async def _pry(self, connection: Connection) -> None:
        with pytest.raises(LearnerUnknown):
            await learners.update_person(self.vault, connection, self.other, Person())
        with pytest.raises(LearnerUnknown):
            await self.vault.key(connection, self.other)

    async def _fail(self, connection: Connection) -> None:
        await learners.update_person(self.vault, connection, self.id, Person(name="undone"))
        raise ZeroDivisionError


async def _run(vault: Vault, plans: tuple[Sequence[str], Sequence[str]]) -> None:
    two = [Someone(vault, "ONE"), Someone(vault, "TWO")]
    for one in two:
        await one.come()
    two[0].other, two[1].other = two[1].id, two[0].id
    await asyncio.gather(*(one.live(plan) for one, plan in zip(two * 2, plans * 2, strict=True)))
    for one in two:
        await one.live(["read"])


def _campaign(server: EmbeddedServer, url: str, examples: int) -> None:
    """Try many pairs of plans over one small pool."""
    with asyncio.Runner() as runner:
        database = runner.run(Database.open(url=url, home=server.home, size=2))
        vault = runner.run(Vault.open(database, Keyring("k1", {"k1": new_key()})))

        @settings(
            max_examples=examples, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(st.tuples(PLANS, PLANS))
        def never_meet(plans: tuple[list[str], list[str]]) -> None:
            runner.run(_run(vault, plans))

        try:
            never_meet()
        finally:
            runner.run(database.close())


def test_two_learners_never_meet(server: EmbeddedServer, empty_url: str) -> None:
    _campaign(server, empty_url, 25)


@pytest.mark.slow
def test_two_learners_never_meet_in_a_thousand_interleavings(
    server: EmbeddedServer, empty_url: str
) -> None:
    _campaign(server, empty_url, 1000)
