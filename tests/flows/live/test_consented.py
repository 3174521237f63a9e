"""What a permit bounds: the stores that are asked, the days of what is shown, what may be kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from isthmus.model.consent import Consent, ConsentMode, DataScope, Permit
from isthmus.model.viewer import Role, Viewer
from isthmus.playground.simulators.faults import Fault
from isthmus.store.people.credentials import credentials_of
from tests.support.stores import Linked, a_consent, a_permit


async def an_organization(linked: Linked) -> int:
    found: int = await linked.vault.database.value(
        "INSERT INTO organization (name, name_lang, roles) VALUES ('Sunrise Works', 'en', '{}')"
        " RETURNING id"
    )
    return found


async def granted(linked: Linked, viewer: Viewer, body: int, **given: object) -> Consent:
    """Write a consent in force, as `grantConsent` does."""
    consent = a_consent(viewer, recipient_id=body, **given)
    async with linked.vault.on_errand() as connection:
        id_ = await connection.fetchval(
            "INSERT INTO consent (learner_id, recipient_id, purpose, scopes, sources, mode, status,"
            " requested_at, granted_at, expires_at, awaits_guardian)"
            " VALUES ($1, $2, $3, $4, $5, $6, 'ACTIVE', $7, $7, $8, false) RETURNING id",
            viewer.learner_id,
            body,
            consent.purpose.value,
            [scope.value for scope in consent.scopes],
            list(consent.sources),
            consent.mode.value,
            consent.requested_at,
            consent.expires_at,
        )
    return a_consent(viewer, recipient_id=body, **given, id=id_)


def platform(body: int) -> Viewer:
    return Viewer(
        role=Role.PLATFORM, organization_id=body, client="c", scopes=frozenset({"learners:read"})
    )


async def ask(linked: Linked, asking: Viewer, permit: Permit):
    found = await linked.stores.fetch(asking, {permit.learner_id: permit}, deadline=5.0)
    return found[permit.learner_id]


async def test_a_store_that_no_consent_names_is_not_asked(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    await linked.link(viewer, "bank", "tara")
    body = await an_organization(linked)
    consent = await granted(linked, viewer, body, sources=(linked.sources["bank"],))
    found = await ask(linked, platform(body), a_permit(viewer, consent))
    assert {one.source_id for one in found.documents} == {linked.sources["bank"]}
    assert {one.consents for one in found.documents} == {(consent.id,)}
    (shortfall,) = found.shortfalls
    assert shortfall.outcome == "SKIPPED_NO_CONSENT"
    assert shortfall.code == "CONSENT_REQUIRED"
    assert linked.simulated.locker.calls == []


async def test_a_consent_to_a_name_alone_asks_no_store(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    body = await an_organization(linked)
    consent = await granted(linked, viewer, body, scopes=frozenset({DataScope.IDENTITY}))
    found = await ask(linked, platform(body), a_permit(viewer, consent))
    assert found.documents == ()
    assert linked.simulated.locker.calls == []


async def test_a_body_without_a_consent_in_force_sees_no_link(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    body = await an_organization(linked)
    invented = a_permit(viewer, a_consent(viewer, recipient_id=body))
    found = await ask(linked, platform(body), invented)
    assert found.documents == ()
    assert linked.simulated.locker.calls == []


async def test_awards_of_other_days_are_held_back(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    body = await an_organization(linked)
    bounds = {"data_from": date(2025, 1, 1), "data_to": date(2025, 12, 31)}
    consent = await granted(linked, viewer, body, **bounds)
    found = await ask(linked, platform(body), a_permit(viewer, consent))
    assert sorted(one.key.split("-")[1] for one in found.documents) == ["DGCER", "SKCER"]


async def test_a_copy_is_kept_sealed_where_the_consent_says_so(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    body = await an_organization(linked)
    consent = await granted(linked, viewer, body, mode=ConsentMode.STORE)
    found = await ask(linked, platform(body), a_permit(viewer, consent))
    async with linked.vault.on_errand() as connection:
        held = (await credentials_of(linked.vault, connection, [viewer.learner_id or 0]))[
            viewer.learner_id or 0
        ]
    assert {one.document for one in held} == {one.document.body for one in found.documents}
    assert {one.consent_id for one in held} == {consent.id}
    assert {one.expires_at for one in held} == {consent.expires_at}
    for row in await linked.vault.database.fetch("SELECT sealed FROM credential"):
        assert b"Lokhande" not in row["sealed"]


async def test_a_store_that_is_down_is_stale_where_a_copy_is_held(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    body = await an_organization(linked)
    consent = await granted(linked, viewer, body, mode=ConsentMode.STORE)
    permit = a_permit(viewer, consent)
    await ask(linked, platform(body), permit)
    linked.simulated.locker.faults.switch_on(Fault("down"))
    found = await ask(linked, platform(body), permit)
    assert found.documents == ()
    (short,) = found.shortfalls
    assert (short.outcome, short.code, short.retryable) == ("STALE", "STALE_ONLY", True)
    assert short.age is not None
    assert 0 <= short.age < 60
    other = await granted(linked, viewer, body)  # under another consent nothing was kept
    found = await ask(linked, platform(body), a_permit(viewer, other))
    assert [one.code for one in found.shortfalls] == ["SOURCE_DOWN"]


async def test_nothing_is_kept_under_a_consent_that_ended_meanwhile(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    body = await an_organization(linked)
    consent = await granted(linked, viewer, body, mode=ConsentMode.STORE)
    other = await granted(linked, viewer, body)  # lets the body see the link still
    async with linked.vault.on_errand() as connection:
        await connection.execute(
            "UPDATE consent SET status = 'REVOKED', revoked_at = now() WHERE id = $1", consent.id
        )
    await ask(linked, platform(body), a_permit(viewer, consent, other))
    assert await linked.vault.database.value("SELECT count(*) FROM credential") == 0


async def test_a_link_older_than_its_terms_gives_nothing(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    async with linked.vault.on_errand() as connection:
        await connection.execute(
            "UPDATE source_link SET expires_at = $1", datetime.now(UTC) - timedelta(days=1)
        )
    found = await linked.fetch(viewer)
    assert found.documents == ()
    assert [one.code for one in found.shortfalls] == ["SOURCE_REFUSED"]
