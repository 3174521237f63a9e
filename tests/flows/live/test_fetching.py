"""What a learner's stores give, each through its own connector, verified from original bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from isthmus.credentials.registries import load_registry
from isthmus.credentials.verifier import Verifier
from isthmus.live.fetched import Fetched, LiveDocument
from isthmus.model.credential import Credential, CredentialFormat
from isthmus.model.verification import CheckKind, CheckResult, Verification, VerificationLevel
from isthmus.playground.people import trusted_issuers
from tests.support.stores import Linked


async def verified(linked: Linked, one: LiveDocument) -> tuple[Credential, Verification]:
    verifier = linked.hub.verifier()
    trusting = Verifier(
        verifier.contexts, verifier.fetcher, (load_registry(str(trusted_issuers())),)
    )
    reading, verification = await trusting.verify(one.document, now=datetime.now(UTC))
    assert reading is not None
    return reading.credential, verification


def by_key(fetched: Fetched, part: str) -> LiveDocument:
    return next(one for one in fetched.documents if part in one.key)


async def test_a_course_of_a_locker_is_vouched_for_with_its_level_and_outcomes(
    linked: Linked,
) -> None:
    viewer = await linked.linked("locker", "tara")
    fetched = await linked.fetch(viewer)
    assert fetched.shortfalls == ()
    credential, verification = await verified(linked, by_key(fetched, "SKCER"))
    assert verification.level is VerificationLevel.INDEPENDENT, verification.reason
    assert credential.level is not None
    assert (credential.level.framework, credential.level.notation) == ("NSQF-2023", "4")
    assert "install photovoltaic systems" in [o.text.value for o in credential.outcomes]
    assert credential.issuer is not None
    assert credential.issuer.identifiers[0].value == "in.gov.skillcouncil"


async def test_a_board_and_a_university_stand_beside_it(linked: Linked) -> None:
    fetched = await linked.fetch(await linked.linked("locker", "tara"))
    school, _ = await verified(linked, by_key(fetched, "HSCER"))
    paper, verification = await verified(linked, by_key(fetched, "DGCER"))
    assert school.format is CredentialFormat.DIGILOCKER_XML
    assert school.assessment is not None
    assert paper.format is CredentialFormat.PDF
    rows = {row.kind: row.result for row in verification.checks}
    assert rows[CheckKind.REGISTER_LOOKUP] is CheckResult.PASS
    assert paper.title is None  # what stands in a PDF is not read; the store's list names it
    assert by_key(fetched, "DGCER").title == "Degree Certificate"


async def test_the_other_form_of_the_hmac_is_as_good(linked: Linked) -> None:
    linked.simulated.locker.hex_hmac = True
    fetched = await linked.fetch(await linked.linked("locker", "tara"))
    assert len(fetched.documents) == 3
    assert fetched.shortfalls == ()


async def test_a_backpack_tells_its_owners_badges_from_a_strangers(linked: Linked) -> None:
    viewer = await linked.linked("backpack", "noor")
    fetched = await linked.fetch(viewer)
    assert fetched.shortfalls == ()
    assert len(fetched.documents) == 4
    holders, expiries = {}, {}
    for one in fetched.documents:
        credential, verification = await verified(linked, one)
        rows = {row.kind: row.result for row in verification.checks}
        holders[one.key.rpartition("/")[2]] = rows[CheckKind.HOLDER_BINDING]
        expiries[one.key.rpartition("/")[2]] = rows[CheckKind.EXPIRY]
        assert credential.title is not None
        assert credential.title.value.startswith("Harbourlight Certified")
    assert holders["data-associate"] is CheckResult.FAIL
    assert {holders[key] for key in ("cloud-operator", "web-associate")} == {CheckResult.PASS}
    assert expiries["web-associate"] is CheckResult.FAIL
    assert expiries["cloud-operator"] in {CheckResult.PASS, CheckResult.WARN}


async def test_badges_come_from_the_addresses_a_learner_gave(linked: Linked) -> None:
    viewer = await linked.learner()
    at = f"{linked.base}/backpack/badges"
    source = linked.sources["badges"]
    address, state = await linked.stores.start_link(viewer, source, "https://app.example/back")
    assert address == f"https://app.example/back?state={state}"
    given = f"{at}/assertions/cloud-operator {at}/images/support-fundamentals.png"
    await linked.stores.finish_link(viewer, state, given)
    fetched = await linked.fetch(viewer)
    assert [one.document.media_type for one in fetched.documents] == [
        "application/json",
        "image/png",
    ]
    for one in fetched.documents:
        _, verification = await verified(linked, one)
        rows = {row.kind: row.result for row in verification.checks}
        assert rows[CheckKind.REGISTER_LOOKUP] is CheckResult.PASS


@pytest.mark.mission("S31")
async def test_a_credit_bank_gives_its_rows_and_the_balance(linked: Linked) -> None:
    fetched = await linked.fetch(await linked.linked("bank", "tara"))
    assert fetched.shortfalls == ()
    points = {}
    for one in fetched.documents:
        credential, verification = await verified(linked, one)
        rows = {row.kind: row.result for row in verification.checks}
        assert rows[CheckKind.REGISTER_LOOKUP] is CheckResult.PASS
        points[one.title] = credential.credits[0].points
        assert b"ABC-" not in one.document.body
    assert points == {
        "Computer programming": 4,
        "Electricity": 3,
        "Renewable energy technologies": 3,
        "Academic Bank of Credits: credits earned": 10,
    }


async def test_nothing_of_what_was_fetched_is_kept(linked: Linked, tmp_path: Path) -> None:
    viewer = await linked.linked("locker", "tara")
    await linked.fetch(viewer)
    tables = await linked.vault.database.fetch(
        "SELECT relid::regclass::text FROM pg_stat_user_tables"
    )
    for (name,) in tables:
        held = await linked.vault.database.value(
            f"SELECT count(*) FROM {name} AS t WHERE t::text ILIKE '%lokhande%'"
            " OR t::text ILIKE '%SK77120459%'"
        )
        assert held == 0, name
    assert await linked.vault.database.value("SELECT count(*) FROM credential") == 0


async def test_an_award_asked_for_at_its_address_stays_in_no_cache(linked: Linked) -> None:
    fetched = await linked.fetch(await linked.linked("backpack", "noor"))
    for one in fetched.documents:
        await verified(linked, one)
    kept = linked.hub.verifier().fetcher._kept  # type: ignore[attr-defined]
    assert any("/badges/classes/" in url for url in kept)
    assert not [url for url in kept if "/assertions/" in url]
    assert not any(b"sha256$" in (each.body or b"") for each in kept.values())
