"""Endorsements: sealed for whom they are about; in the clear where a body speaks of a course."""

from __future__ import annotations

import pytest

from isthmus.model.endorsement import Endorsement
from isthmus.model.viewer import ANONYMOUS
from isthmus.store.database import Database
from isthmus.store.people import endorsements
from isthmus.store.people.vault import LearnerUnknown, Vault
from tests.support import people


async def test_a_learner_reads_what_a_friend_said_of_their_credential(vault: Vault) -> None:
    learner, friend = await people.add_learner(vault), await people.add_learner(vault)
    credential = await people.hold(vault, learner, "a")
    said = {"relationship": "a colleague", "comment": "carefully done", "comment_lang": "en"}
    await people.endorse(vault, credential_id=credential, by_learner_id=friend, **said)
    async with vault.viewing(people.a_learner(learner)) as connection:
        found = await endorsements.endorsements_of(vault, connection, [credential])
    (one,) = found[credential]
    assert (one.relationship, one.comment, one.comment_lang) == tuple(said.values())
    assert (one.by_learner_id, one.learner_id, one.signed) == (friend, learner, False)
    assert one.made_at is not None


async def test_what_is_said_of_a_learner_goes_with_either_of_the_two(vault: Vault) -> None:
    learner, friend = await people.add_learner(vault), await people.add_learner(vault)
    credential = await people.hold(vault, learner, "a")
    await people.endorse(vault, credential_id=credential, by_learner_id=friend, comment="x")
    async with vault.viewing(people.a_learner(friend)) as connection:
        found = await endorsements.endorsements_of(vault, connection, [credential])
        assert found == {credential: []}, "its seal is the other's"
        await connection.execute("DELETE FROM endorsement")
    assert await people.count(vault, "endorsement") == 0


async def test_anyone_reads_what_a_body_says_of_a_qualification(
    vault: Vault, database: Database
) -> None:
    body, course = await people.add_body(database), await people.add_qualification(database)
    learner = await people.add_learner(vault)
    await people.endorse(vault, qualification_id=course, by_organization_id=body, comment="good")
    await people.endorse(vault, qualification_id=course, by_learner_id=learner, comment="mine")
    for viewer, expected in ((ANONYMOUS, ["good"]), (people.a_learner(learner), ["good", "mine"])):
        async with vault.viewing(viewer) as connection:
            found = await endorsements.endorsements_of_qualifications(vault, connection, [course])
        assert [one.comment for one in found[course]] == expected


async def test_a_credential_that_is_not_to_be_seen_is_not_endorsed(vault: Vault) -> None:
    learner, friend = await people.add_learner(vault), await people.add_learner(vault)
    credential = await people.hold(vault, learner, "a")
    said = Endorsement(credential_id=credential, by_learner_id=friend)
    async with vault.viewing(people.a_learner(friend)) as connection:
        with pytest.raises(LearnerUnknown):
            await endorsements.add_endorsement(vault, connection, said)
