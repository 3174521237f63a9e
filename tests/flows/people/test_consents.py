"""The life of a consent: asked for, granted, narrowed, refused, withdrawn, run out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import pytest

from isthmus.consent.artefacts import read_artefact
from isthmus.consent.consents import Consents, Use
from isthmus.consent.rules import MOST_WAITING, Reason
from isthmus.errors import ErrorCode, Refused
from isthmus.graph.types.change import nouns_of
from isthmus.model.consent import (
    EVERYTHING,
    Consent,
    ConsentMode,
    ConsentStatus,
    DataScope,
    Permit,
    Purpose,
)
from isthmus.model.viewer import ANONYMOUS, Role, Viewer
from isthmus.normalise.aadhaar import holds_aadhaar
from isthmus.store.database import Database
from isthmus.store.feed import Feed
from isthmus.store.people.consents import artefact_of
from isthmus.store.people.vault import Vault, place
from isthmus.store.sealing import unseal
from tests.support import people
from tests.support.consenting import (
    GROWN,
    SKILLS,
    a_granting,
    an_asker,
    an_asking,
    in_days,
)

pytestmark = pytest.mark.mission("M61", "M62", "M63", "M64")
TITLES = frozenset({DataScope.CREDENTIAL_TITLES})


@dataclass
class Parties:
    """A learner, and a platform that asks."""

    consents: Consents
    learner_id: int
    learner: Viewer
    body: int
    platform: Viewer

    async def permit(self) -> Permit:
        return (await self.consents.permits(self.platform, [self.learner_id]))[self.learner_id]

    async def granted(self, **said: Any) -> Consent:
        return consent_of(await self.consents.grant(self.learner, a_granting(self.body, **said)))

    async def asked(self, **said: Any) -> Consent:
        asking = an_asking(self.learner_id, **said)
        return consent_of(await self.consents.request(self.platform, asking))


@pytest.fixture
async def parties(vault: Vault, database: Database) -> Parties:
    learner, body = await people.add_learner(vault, GROWN), await people.add_body(database)
    consents = Consents(vault, public_url="https://hub.example")
    return Parties(consents, learner, people.a_learner(learner), body, an_asker(body))


def consent_of(answer: Consent | list[Any]) -> Consent:
    assert isinstance(answer, Consent), answer
    return answer


def codes_of(answer: Consent | list[Any]) -> list[tuple[Reason, tuple[str, ...]]]:
    assert isinstance(answer, list), answer
    return [(refusal.code, refusal.path) for refusal in answer]


async def lapse(vault: Vault, consent_id: int) -> None:
    """Let a consent run out by the clock, with no sweep."""
    async with vault.on_errand() as connection:
        await connection.execute(
            "UPDATE consent SET expires_at = clock_timestamp() WHERE id = $1", consent_id
        )


# ---- asking


async def test_a_request_shows_nothing_until_the_learner_grants_it(parties: Parties) -> None:
    asked = await parties.asked()
    assert asked.status is ConsentStatus.PENDING
    assert await parties.permit() == Permit(parties.learner_id, frozenset())
    granted = await parties.granted(request_id=asked.id)
    assert (granted.id, granted.status) == (asked.id, ConsentStatus.ACTIVE)
    assert (await parties.permit()).scopes == SKILLS


async def test_the_same_asked_again_is_the_same_request(parties: Parties) -> None:
    first = await parties.asked()
    assert (await parties.asked(expires_at=in_days(9))).id == first.id
    assert (await parties.asked(scopes=TITLES)).id != first.id


async def test_the_same_asked_at_once_by_many_is_one_request(parties: Parties) -> None:
    asked = await asyncio.gather(*(parties.asked() for _ in range(8)))
    assert len({one.id for one in asked}) == 1


async def test_a_learner_is_not_flooded_with_requests(parties: Parties) -> None:
    purposes = list(Purpose)
    for purpose in purposes[:MOST_WAITING]:
        await parties.asked(purpose=purpose)
    more = an_asking(parties.learner_id, purpose=purposes[MOST_WAITING])
    refused = await parties.consents.request(parties.platform, more)
    assert codes_of(refused) == [(Reason.QUOTA_EXCEEDED, ())]


async def test_nobody_can_be_asked_who_is_not_there(parties: Parties) -> None:
    refused = await parties.consents.request(parties.platform, an_asking(9_999))
    assert codes_of(refused) == [(Reason.NOT_FOUND, ("learner",))]


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.LEARNER, Role.PARTNER, Role.STEWARD])
async def test_only_platforms_and_advisers_may_ask(parties: Parties, role: Role) -> None:
    asker = replace(parties.platform, role=role)
    with pytest.raises(Refused) as refused:
        await parties.consents.request(asker, an_asking(parties.learner_id))
    assert refused.value.code == ErrorCode.FORBIDDEN


async def test_what_is_asked_must_end_within_two_years(parties: Parties) -> None:
    for wrong in (in_days(-1), in_days(800)):
        asking = an_asking(parties.learner_id, expires_at=wrong)
        refused = await parties.consents.request(parties.platform, asking)
        assert codes_of(refused) == [(Reason.INVALID, ("expiresAt",))]


# ---- granting


async def test_a_learner_grants_unasked(parties: Parties) -> None:
    await parties.granted(mode=ConsentMode.STORE, purpose=Purpose.RECOGNITION)
    permit = await parties.permit()
    assert [c.purpose for c in permit.consents] == [Purpose.RECOGNITION]
    assert permit.consents[0].mode is ConsentMode.STORE


async def test_a_learner_may_grant_less_than_was_asked(parties: Parties) -> None:
    asked = await parties.asked(scopes=SKILLS | TITLES, mode=ConsentMode.STORE)
    await parties.granted(request_id=asked.id, scopes=TITLES, mode=ConsentMode.VIEW)
    assert (await parties.permit()).scopes == TITLES


@pytest.mark.parametrize(
    ("wider", "path"),
    [
        ({"scopes": SKILLS | TITLES}, "fields"),
        ({"mode": ConsentMode.STORE}, "mode"),
        ({"expires_at": in_days(30)}, "expiresAt"),
        ({"purpose": Purpose.RESEARCH}, "purpose"),
    ],
)
async def test_a_grant_is_never_wider_than_the_request_it_names(
    parties: Parties, wider: dict[str, Any], path: str
) -> None:
    asked = await parties.asked()
    granting = a_granting(parties.body, request_id=asked.id, **wider)
    refused = await parties.consents.grant(parties.learner, granting)
    assert codes_of(refused) == [(Reason.SCOPE_TOO_WIDE, (path,))]
    assert not (await parties.permit()).scopes


async def test_a_request_is_granted_to_its_own_asker_only(
    parties: Parties, database: Database
) -> None:
    asked, other = await parties.asked(), await people.add_body(database)
    granting = a_granting(other, request_id=asked.id)
    refused = await parties.consents.grant(parties.learner, granting)
    assert codes_of(refused) == [(Reason.SCOPE_TOO_WIDE, ("recipient",))]


async def test_no_one_grants_what_was_asked_of_another(parties: Parties, vault: Vault) -> None:
    asked = await parties.asked()
    stranger = people.a_learner(await people.add_learner(vault, GROWN))
    granting = a_granting(parties.body, request_id=asked.id)
    for answer in (
        await parties.consents.grant(stranger, granting),
        await parties.consents.refuse(stranger, asked.id),
    ):
        assert codes_of(answer) == [(Reason.NOT_FOUND, ("request",))]


async def test_no_platform_grants_for_a_learner(parties: Parties) -> None:
    pretending = replace(parties.platform, learner_id=parties.learner_id)
    for viewer in (parties.platform, pretending, ANONYMOUS):
        with pytest.raises(Refused):
            await parties.consents.grant(viewer, a_granting(parties.body))


async def test_a_grant_names_a_body_and_sources_that_are_there(parties: Parties) -> None:
    refused = await parties.consents.grant(parties.learner, a_granting(9_999))
    assert codes_of(refused) == [(Reason.NOT_FOUND, ("recipient",))]
    refused = await parties.consents.grant(
        parties.learner, a_granting(parties.body, sources=(9_999,))
    )
    assert codes_of(refused) == [(Reason.NOT_FOUND, ("sources",))]


async def test_what_is_refused_cannot_be_granted(parties: Parties) -> None:
    asked = await parties.asked()
    refused = consent_of(await parties.consents.refuse(parties.learner, asked.id))
    assert refused.status is ConsentStatus.REFUSED
    again = consent_of(await parties.consents.refuse(parties.learner, asked.id))
    assert again.status is ConsentStatus.REFUSED
    granting = a_granting(parties.body, request_id=asked.id)
    answer = await parties.consents.grant(parties.learner, granting)
    assert codes_of(answer) == [(Reason.CONFLICT, ("request",))]


async def test_a_request_that_ran_out_cannot_be_granted(parties: Parties, vault: Vault) -> None:
    asked = await parties.asked()
    await lapse(vault, asked.id)
    granting = a_granting(parties.body, request_id=asked.id)
    answer = await parties.consents.grant(parties.learner, granting)
    assert codes_of(answer) == [(Reason.CONSENT_EXPIRED, ("request",))]
    assert (await parties.permit()).lapsed is None  # there never was a consent


# ---- what is in force


async def test_a_permit_joins_consents_and_keeps_each_visible(parties: Parties) -> None:
    one = await parties.granted()
    other = await parties.granted(purpose=Purpose.CAREER_ADVICE, scopes=TITLES)
    permit = await parties.permit()
    assert permit.scopes == SKILLS | TITLES
    assert [(c.id, c.scopes) for c in permit.consents] == [(one.id, SKILLS), (other.id, TITLES)]


async def test_learners_see_everything_of_themselves_only(parties: Parties, vault: Vault) -> None:
    other = await people.add_learner(vault)
    found = await parties.consents.permits(parties.learner, [parties.learner_id, other])
    assert found[parties.learner_id] == Permit(parties.learner_id, EVERYTHING, is_own=True)
    assert found[other] == Permit(other, frozenset())


async def test_consents_open_nothing_to_a_token_without_the_scope(parties: Parties) -> None:
    consent = await parties.granted()
    use = Use(parties.learner_id, consent.id, SKILLS)
    asking_only = replace(parties.platform, scopes=frozenset({"consent:request"}))
    partner = replace(parties.platform, role=Role.PARTNER)
    for viewer in (asking_only, partner, ANONYMOUS):
        found = await parties.consents.permits(viewer, [parties.learner_id])
        assert not found[parties.learner_id].scopes
        assert not await parties.consents.release(viewer, [use], "q")
        assert await parties.consents.learners_for(viewer, None, None, 9) == []


async def test_a_consent_ends_by_the_clock_with_no_sweep(parties: Parties, vault: Vault) -> None:
    consent = await parties.granted()
    permit = await parties.permit()
    await lapse(vault, consent.id)
    assert not await parties.consents.still_hold(parties.platform, [permit])
    permit = await parties.permit()
    assert permit == Permit(parties.learner_id, frozenset(), lapsed=ConsentStatus.EXPIRED)
    error = parties.consents.missing(permit, DataScope.SKILLS)
    assert error.code == ErrorCode.CONSENT_EXPIRED
    answer = await parties.consents.revoke(parties.learner, consent.id)
    assert codes_of(answer) == [(Reason.CONSENT_EXPIRED, ("consent",))]


async def test_without_any_consent_the_error_says_where_to_ask(parties: Parties) -> None:
    error = parties.consents.missing(await parties.permit(), DataScope.SKILLS)
    assert error.code == ErrorCode.CONSENT_REQUIRED
    assert error.request_url == "https://hub.example/graphql"


# ---- withdrawing


async def test_a_revoked_consent_shows_nothing_from_then_on(parties: Parties) -> None:
    consent = await parties.granted()
    permit = await parties.permit()
    assert await parties.consents.still_hold(parties.platform, [permit])
    revoked = consent_of(await parties.consents.revoke(parties.learner, consent.id))
    assert revoked.status is ConsentStatus.REVOKED
    assert revoked.revoked_at is not None
    assert not await parties.consents.still_hold(parties.platform, [permit])
    permit = await parties.permit()
    assert not permit.scopes
    assert parties.consents.missing(permit, DataScope.SKILLS).code == ErrorCode.CONSENT_REVOKED
    use = Use(parties.learner_id, consent.id, SKILLS)
    assert not await parties.consents.release(parties.platform, [use], "q")


async def test_revoking_one_consent_leaves_the_other(parties: Parties) -> None:
    first = await parties.granted()
    await parties.granted(purpose=Purpose.CAREER_ADVICE, scopes=TITLES)
    await parties.consents.revoke(parties.learner, first.id)
    permit = await parties.permit()
    assert (permit.scopes, permit.lapsed) == (TITLES, None)


async def test_revoking_forgets_copies_and_tells_in_one_transaction(
    parties: Parties, vault: Vault, database: Database
) -> None:
    consent = await parties.granted(mode=ConsentMode.STORE)
    copy = await people.hold(
        vault, parties.learner_id, "urn:a", consent_id=consent.id, expires_at=consent.expires_at
    )
    own = await people.hold(vault, parties.learner_id, "urn:own")
    await parties.consents.revoke(parties.learner, consent.id)
    assert await people.count(vault, "credential", "sealed IS NOT NULL AND id = $1", copy) == 0
    assert await people.count(vault, "credential", "sealed IS NOT NULL AND id = $1", own) == 1
    rows = await database.fetch(
        "SELECT op, xid FROM change WHERE noun = 'CONSENT' AND entity_id = $1 ORDER BY id",
        consent.id,
    )
    assert [row["op"] for row in rows] == ["ADDED", "UPDATED"]
    at = await database.value("SELECT xmin::text FROM consent WHERE id = $1", consent.id)
    assert str(rows[1]["xid"]) == at


async def test_listeners_hear_of_a_revocation_at_its_commit(
    parties: Parties, database: Database
) -> None:
    consent = await parties.granted()
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with database.pool.acquire() as connection:
        put = lambda *said: heard.put_nowait(said[-1])  # noqa: E731
        await connection.add_listener("isthmus", put)
        await parties.consents.revoke(parties.learner, consent.id)
        assert await asyncio.wait_for(heard.get(), 5) == f"consents:{consent.id}"
        await connection.remove_listener("isthmus", put)


async def test_nobody_but_the_learner_revokes(parties: Parties, vault: Vault) -> None:
    consent = await parties.granted()
    stranger = people.a_learner(await people.add_learner(vault, GROWN))
    answer = await parties.consents.revoke(stranger, consent.id)
    assert codes_of(answer) == [(Reason.NOT_FOUND, ("consent",))]
    with pytest.raises(Refused):
        await parties.consents.revoke(parties.platform, consent.id)
    assert (await parties.permit()).scopes == SKILLS


async def test_only_what_was_given_can_be_revoked(parties: Parties) -> None:
    asked = await parties.asked()
    answer = await parties.consents.revoke(parties.learner, asked.id)
    assert codes_of(answer) == [(Reason.CONFLICT, ("consent",))]


# ---- who sees what of it


async def test_a_body_sees_its_own_consents_and_no_other(
    parties: Parties, database: Database
) -> None:
    mine = await parties.granted()
    other_body = await people.add_body(database)
    theirs = consent_of(await parties.consents.grant(parties.learner, a_granting(other_body)))
    everything = await parties.consents.consents_of(parties.learner, parties.learner_id)
    assert [c.id for c in everything] == [theirs.id, mine.id]
    seen = await parties.consents.consents_of(parties.platform, parties.learner_id)
    assert [c.id for c in seen] == [mine.id]
    assert await parties.consents.find(parties.platform, theirs.id) is None
    assert await parties.consents.find(parties.platform, mine.id) == mine


async def test_a_learner_sees_nothing_of_anothers_consents(parties: Parties, vault: Vault) -> None:
    consent = await parties.granted()
    stranger = people.a_learner(await people.add_learner(vault, GROWN))
    assert await parties.consents.consents_of(stranger, parties.learner_id) == []
    assert await parties.consents.find(stranger, consent.id) is None
    with pytest.raises(Refused):
        await parties.consents.accesses_of(stranger, parties.learner_id)


async def test_consents_are_paged_newest_first_by_status(parties: Parties) -> None:
    made = [await parties.granted() for _ in range(3)]
    await parties.consents.revoke(parties.learner, made[1].id)
    of = parties.consents.consents_of
    active = await of(parties.learner, parties.learner_id, ConsentStatus.ACTIVE)
    assert [c.id for c in active] == [made[2].id, made[0].id]
    rest = await of(parties.learner, parties.learner_id, None, made[2].id, 1)
    assert [c.id for c in rest] == [made[1].id]


async def test_a_body_finds_learners_who_consent_to_it_now(
    parties: Parties, vault: Vault, database: Database
) -> None:
    consent = await parties.granted()
    other = await people.add_learner(vault, GROWN)
    await parties.consents.grant(people.a_learner(other), a_granting(parties.body))
    await parties.consents.grant(
        people.a_learner(await people.add_learner(vault, GROWN)),
        a_granting(await people.add_body(database)),
    )
    find = parties.consents.learners_for
    both = sorted([other, parties.learner_id], reverse=True)
    assert await find(parties.platform, None, None, 9) == both
    assert await find(parties.platform, None, both[0], 9) == both[1:]
    assert await find(parties.platform, Purpose.RESEARCH, None, 9) == []
    await parties.consents.revoke(parties.learner, consent.id)
    assert await find(parties.platform, None, other + 1, 9) == [other]


async def test_each_read_is_a_line_that_the_learner_sees(parties: Parties) -> None:
    consent = await parties.granted(scopes=SKILLS | TITLES)
    use = Use(parties.learner_id, consent.id, SKILLS)
    assert await parties.consents.release(parties.platform, [use], "Shortlist")
    assert await parties.consents.release(parties.platform, [use, use], "Again")
    lines = await parties.consents.accesses_of(parties.learner, parties.learner_id)
    assert [line.operation for line in lines] == ["Again", "Again", "Shortlist"]
    newest = lines[0]
    assert (newest.recipient_id, newest.consent_id) == (parties.body, consent.id)
    assert (newest.purpose, newest.scopes) == ("JOB_MATCHING", ("SKILLS",))
    older = await parties.consents.accesses_of(parties.learner, parties.learner_id, lines[1].id)
    assert older == [lines[2]]


async def test_nothing_leaves_beyond_the_consent_it_is_released_by(
    parties: Parties, vault: Vault, database: Database
) -> None:
    consent = await parties.granted()
    release = parties.consents.release
    other = await people.add_learner(vault)
    elsewhere = an_asker(await people.add_body(database))
    good = Use(parties.learner_id, consent.id, SKILLS)
    assert not await release(parties.platform, [replace(good, scopes=TITLES)], "q")
    assert not await release(parties.platform, [good, replace(good, learner_id=other)], "q")
    assert not await release(parties.platform, [good, replace(good, consent_id=999)], "q")
    assert not await release(elsewhere, [good], "q")
    assert await parties.consents.accesses_of(parties.learner, parties.learner_id) == []


# ---- what goes with it


async def test_an_artefact_that_a_grant_comes_with_is_kept_sealed_byte_for_byte(
    parties: Parties, vault: Vault, database: Database
) -> None:
    given = await parties.granted(expires_at=in_days(9))
    document = parties.consents.artefact(given, lambda _: "signed-elsewhere")
    artefact = read_artefact(document, in_days(0), holds_aadhaar=holds_aadhaar)
    asked = await parties.asked()
    unasked = await parties.granted(artefact=artefact)
    answered = await parties.granted(artefact=artefact, request_id=asked.id)
    for consent in (unasked, answered):
        assert consent.upstream == artefact.upstream
        async with vault.viewing(parties.learner) as connection:
            sealed = await artefact_of(connection, consent.id)
            key = await vault.key(connection, parties.learner_id)
        assert sealed is not None
        assert b"signed-elsewhere" not in sealed
        where = place("consent", "artefact", consent.id, parties.learner_id)
        assert unseal(key, sealed, where) == document


async def test_a_receipt_holds_the_reads_of_its_own_consent(parties: Parties) -> None:
    first, second = await parties.granted(), await parties.granted()
    for consent in (first, second):
        use = Use(parties.learner_id, consent.id, SKILLS)
        assert await parties.consents.release(parties.platform, [use], f"of{consent.id}")
    reads = await parties.consents.accesses_of(parties.learner, parties.learner_id)
    receipt = parties.consents.receipt(second, reads)
    _, read = receipt["dpv:hasRecordOfActivity"]
    assert read["dpv:hasProcess"]["dct:title"] == f"of{second.id}"


async def test_the_public_feed_tells_nobody_of_consents(
    parties: Parties, database: Database
) -> None:
    await parties.granted()
    assert "CONSENT" not in nouns_of(None)
    page = await Feed(database).read(None, 100, nouns=nouns_of(None))
    assert all(row["noun"] != "CONSENT" for row in page.rows)
