"""Learners under age: what they grant waits for a guardian, who must be known to be grown up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from isthmus.consent.consents import Consents, Use
from isthmus.consent.rules import Reason
from isthmus.model.consent import Consent, ConsentStatus
from isthmus.model.guardianship import Guardianship, GuardianshipState
from isthmus.model.learner import Person
from isthmus.model.viewer import Viewer
from isthmus.store.database import Database
from isthmus.store.people.learners import update_person
from isthmus.store.people.vault import Vault
from tests.flows.people.test_consents import codes_of, consent_of
from tests.support import people
from tests.support.consenting import GROWN, SKILLS, YOUNG, a_granting, an_asker

pytestmark = pytest.mark.mission("M61")


@dataclass
class Family:
    """A learner under age, a parent, a body and a stranger."""

    consents: Consents
    vault: Vault
    child: Viewer
    parent: Viewer
    stranger: Viewer
    platform: Viewer
    body: int

    async def guarded(self) -> Guardianship:
        invited = await self.consents.guardians.invite(self.child)
        assert isinstance(invited, tuple)
        accepted = await self.consents.guardians.accept(self.parent, invited[1])
        assert isinstance(accepted, Guardianship), accepted
        return accepted

    async def granted(self) -> Consent:
        return consent_of(await self.consents.grant(self.child, a_granting(self.body)))

    async def sees(self) -> bool:
        child = self.child.learner_id or 0
        return (await self.consents.permits(self.platform, [child]))[child].scopes == SKILLS


@pytest.fixture
async def family(vault: Vault, database: Database) -> Family:
    async def learner(person: Person) -> Viewer:
        return people.a_learner(await people.add_learner(vault, person))

    body = await people.add_body(database)
    child, parent, stranger = await learner(YOUNG), await learner(GROWN), await learner(GROWN)
    return Family(Consents(vault), vault, child, parent, stranger, an_asker(body), body)


async def test_a_grant_under_age_is_not_in_force_until_a_guardian_confirms(family: Family) -> None:
    consent = await family.granted()
    assert (consent.status, consent.awaits_guardian) == (ConsentStatus.PENDING, True)
    assert not await family.sees()
    use = Use(consent.learner_id, consent.id, SKILLS)
    assert not await family.consents.release(family.platform, [use], "q")
    await family.guarded()
    assert not await family.sees()
    done = consent_of(await family.consents.confirm(family.parent, consent.id, agrees=True))
    assert (done.status, done.awaits_guardian) == (ConsentStatus.ACTIVE, False)
    assert done.confirmed_at is not None
    assert await family.sees()


@pytest.mark.parametrize("person", [Person(), Person(country="SE"), Person(born_on=None)])
async def test_an_unknown_age_counts_as_under_it(family: Family, person: Person) -> None:
    unknown = people.a_learner(await people.add_learner(family.vault, person))
    granted = consent_of(await family.consents.grant(unknown, a_granting(family.body)))
    assert granted.awaits_guardian


async def test_the_country_decides_from_which_age_a_learner_agrees_alone(family: Family) -> None:
    for country, waits in {"IN": True, "DE": True, "SE": False, "XX": True, "": True}.items():
        person = Person(born_on=date(2012, 6, 1), country=country)  # 14 by now
        learner = people.a_learner(await people.add_learner(family.vault, person))
        granted = consent_of(await family.consents.grant(learner, a_granting(family.body)))
        assert granted.awaits_guardian is waits, country


async def test_a_guardian_sees_the_wards_consents_and_may_refuse(family: Family) -> None:
    consent = await family.granted()
    child = family.child.learner_id or 0
    assert await family.consents.consents_of(family.parent, child) == []
    await family.guarded()
    assert [c.id for c in await family.consents.consents_of(family.parent, child)] == [consent.id]
    refused = consent_of(await family.consents.confirm(family.parent, consent.id, agrees=False))
    assert refused.status is ConsentStatus.REFUSED
    again = await family.consents.confirm(family.parent, consent.id, agrees=True)
    assert codes_of(again) == [(Reason.CONFLICT, ("consent",))]
    assert not await family.sees()


async def test_no_stranger_confirms_nor_does_the_child(family: Family) -> None:
    consent = await family.granted()
    await family.guarded()
    for viewer in (family.stranger, family.child):
        answer = await family.consents.confirm(viewer, consent.id, agrees=True)
        assert codes_of(answer) == [(Reason.NOT_FOUND, ("consent",))]
    assert not await family.sees()


async def test_a_code_is_good_once(family: Family) -> None:
    invited = await family.consents.guardians.invite(family.child)
    assert isinstance(invited, tuple)
    accept = family.consents.guardians.accept
    assert isinstance(await accept(family.parent, invited[1]), Guardianship)
    for code in (invited[1], "guessed"):
        assert codes_of(await accept(family.stranger, code)) == [(Reason.NOT_FOUND, ("code",))]  # type: ignore[arg-type]


async def test_a_code_is_good_for_a_week(family: Family) -> None:
    invited = await family.consents.guardians.invite(family.child)
    assert isinstance(invited, tuple)
    async with family.vault.on_errand() as connection:
        await connection.execute("UPDATE guardianship SET expires_at = clock_timestamp()")
    answer = await family.consents.guardians.accept(family.parent, invited[1])
    assert codes_of(answer) == [(Reason.NOT_FOUND, ("code",))]  # type: ignore[arg-type]
    [over] = await family.consents.guardians.of(family.child)
    assert over.state is GuardianshipState.EXPIRED


@pytest.mark.parametrize(
    "person",
    [YOUNG, Person(), replace(GROWN, born_on=None), Person(born_on=date(2010, 6, 1), country="SE")],
)
async def test_only_who_is_known_to_be_grown_up_guards(family: Family, person: Person) -> None:
    invited = await family.consents.guardians.invite(family.child)
    assert isinstance(invited, tuple)
    other = people.a_learner(await people.add_learner(family.vault, person))
    answer = await family.consents.guardians.accept(other, invited[1])
    assert codes_of(answer) == [(Reason.INVALID, ())]  # type: ignore[arg-type]


async def test_nobody_guards_themselves_nor_while_under_a_guardian(family: Family) -> None:
    guardians = family.consents.guardians
    own = await guardians.invite(family.parent)
    assert isinstance(own, tuple)
    answer = await guardians.accept(family.parent, own[1])
    assert codes_of(answer) == [(Reason.INVALID, ("code",))]  # type: ignore[arg-type]
    assert isinstance(await guardians.accept(family.stranger, own[1]), Guardianship)
    invited = await guardians.invite(family.child)
    assert isinstance(invited, tuple)
    answer = await guardians.accept(family.parent, invited[1])
    assert codes_of(answer) == [(Reason.INVALID, ())]  # type: ignore[arg-type]


@pytest.mark.parametrize("by", ["child", "parent"])
async def test_either_ends_it_and_what_was_confirmed_stays(family: Family, by: str) -> None:
    consent = await family.granted()
    held = await family.guarded()
    await family.consents.confirm(family.parent, consent.id, agrees=True)
    waiting = await family.granted()
    stranger_ends = await family.consents.guardians.end(family.stranger, held.id)
    assert codes_of(stranger_ends) == [(Reason.NOT_FOUND, ("guardianship",))]  # type: ignore[arg-type]
    ended = await family.consents.guardians.end(getattr(family, by), held.id)
    assert isinstance(ended, Guardianship)
    assert ended.state is GuardianshipState.ENDED
    assert await family.sees()
    answer = await family.consents.confirm(family.parent, waiting.id, agrees=True)
    assert codes_of(answer) == [(Reason.NOT_FOUND, ("consent",))]
    assert await family.consents.consents_of(family.parent, consent.learner_id) == []


async def test_invitations_are_few_and_an_ended_one_is_worth_nothing(family: Family) -> None:
    guardians = family.consents.guardians
    made = [await guardians.invite(family.child) for _ in range(3)]
    assert codes_of(await guardians.invite(family.child)) == [(Reason.QUOTA_EXCEEDED, ())]  # type: ignore[arg-type]
    assert isinstance(made[0], tuple)
    await guardians.end(family.child, made[0][0].id)
    answer = await guardians.accept(family.parent, made[0][1])
    assert codes_of(answer) == [(Reason.NOT_FOUND, ("code",))]  # type: ignore[arg-type]
    assert isinstance(await guardians.invite(family.child), tuple)


async def test_both_see_their_guardianship(family: Family) -> None:
    held = await family.guarded()
    assert await family.consents.guardians.of(family.child) == [held]
    assert await family.consents.guardians.wards_of(family.parent) == [held]
    assert await family.consents.guardians.wards_of(family.stranger) == []


async def test_reaching_the_age_lifts_the_need_at_the_next_grant(family: Family) -> None:
    before = await family.granted()
    async with family.vault.on_errand() as connection:
        await update_person(family.vault, connection, family.child.learner_id or 0, GROWN)
    assert (await family.granted()).status is ConsentStatus.ACTIVE
    still = await family.consents.find(family.child, before.id)
    assert still is not None
    assert still.awaits_guardian


async def test_what_waits_for_a_guardian_can_be_withdrawn(family: Family) -> None:
    consent = await family.granted()
    revoked = consent_of(await family.consents.revoke(family.child, consent.id))
    assert revoked.status is ConsentStatus.REVOKED
    await family.guarded()
    answer = await family.consents.confirm(family.parent, consent.id, agrees=True)
    assert codes_of(answer) == [(Reason.CONFLICT, ("consent",))]
