"""What has run out is gone after the next sweep, and what a consent kept goes with the consent."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from isthmus.model.learner import HeldCredential
from isthmus.store.database import Database
from isthmus.store.people import credentials
from isthmus.store.people.sweeping import Sweeper, Swept, sweep
from isthmus.store.people.vault import Vault
from tests.support import people

pytestmark = pytest.mark.mission("M62", "M66")

PAST = datetime(2020, 1, 1, tzinfo=UTC)
SOON = datetime.now(UTC) + timedelta(days=1)


async def _documents(vault: Vault, learner: int) -> list[bytes | None]:
    async with vault.on_errand() as connection:
        held = await credentials.credentials_of(vault, connection, [learner])
    return [one.document for one in held[learner]]


async def test_a_copy_is_not_read_after_its_time_and_gone_after_the_next_sweep(
    vault: Vault, database: Database
) -> None:
    learner, body = await people.add_learner(vault), await people.add_body(database)
    consent = await people.add_consent(vault, learner, body)
    id_ = await people.hold(vault, learner, "a", b"copy", consent_id=consent, expires_at=PAST)
    assert await _documents(vault, learner) == []
    assert await people.count(vault, "credential", "sealed IS NOT NULL") == 1
    assert (await sweep(vault)).copies == 1
    assert await people.count(vault, "credential", "sealed IS NOT NULL") == 0
    assert await people.count(vault, "credential", "id = $1 AND digest_mac IS NULL", id_) == 1


@pytest.mark.parametrize(
    "said", [{"status": "REVOKED"}, {"status": "REFUSED"}, {"expires_at": PAST}]
)
async def test_the_copies_of_a_consent_that_ended_are_swept(
    vault: Vault, database: Database, said: dict[str, object]
) -> None:
    learner, body = await people.add_learner(vault), await people.add_body(database)
    ended = await people.add_consent(vault, learner, body, **said)
    in_force = await people.add_consent(vault, learner, body)
    await people.hold(vault, learner, "a", b"ended", consent_id=ended)
    await people.hold(vault, learner, "b", b"in force", consent_id=in_force)
    await people.hold(vault, learner, "c", b"own")
    await sweep(vault)
    assert await _documents(vault, learner) == [b"in force", b"own"]


async def test_what_a_learner_holds_themselves_stays_whatever_its_date(vault: Vault) -> None:
    learner = await people.add_learner(vault)
    await people.hold(vault, learner, "a", b"own", expires_at=PAST)
    assert (await sweep(vault)).copies == 0
    assert await _documents(vault, learner) == [b"own"]


async def test_a_revocation_takes_its_copies_with_it_or_nothing_happens(
    vault: Vault, database: Database
) -> None:
    learner, body = await people.add_learner(vault), await people.add_body(database)
    consent = await people.add_consent(vault, learner, body)
    await people.hold(vault, learner, "a", b"copy", consent_id=consent, expires_at=SOON)
    await people.hold(vault, learner, "b", b"own")
    with suppress(RuntimeError):
        async with vault.viewing(people.a_learner(learner)) as connection:
            assert await credentials.forget_copies(connection, consent) == 1
            raise RuntimeError
    assert await _documents(vault, learner) == [b"copy", b"own"]
    async with vault.viewing(people.a_learner(learner)) as connection:
        await credentials.forget_copies(connection, consent)
    assert await _documents(vault, learner) == [b"own"]


async def test_a_copy_leaves_what_the_learner_holds_as_it_is(
    vault: Vault, database: Database
) -> None:
    learner, body = await people.add_learner(vault), await people.add_body(database)
    consent = await people.add_consent(vault, learner, body)
    own = await people.hold(vault, learner, "a", b"own")
    copy = await people.hold(vault, learner, "a", b"copy", consent_id=consent, expires_at=SOON)
    assert copy == own
    async with vault.on_errand() as connection:
        await credentials.forget_copies(connection, consent)
    assert await _documents(vault, learner) == [b"own"]


async def test_a_copy_becomes_the_learners_own_when_they_hold_it(
    vault: Vault, database: Database
) -> None:
    learner, body = await people.add_learner(vault), await people.add_body(database)
    consent = await people.add_consent(vault, learner, body)
    id_ = await people.hold(vault, learner, "a", b"copy", consent_id=consent, expires_at=SOON)
    async with vault.viewing(people.a_learner(learner)) as connection:
        held = HeldCredential(0, learner, None, "a", b"own")
        assert await credentials.hold_credential(vault, connection, held) == id_
        await credentials.forget_copies(connection, consent)
    assert await _documents(vault, learner) == [b"own"]


async def test_handshakes_exports_retries_and_links_run_out(
    vault: Vault, database: Database
) -> None:
    learner, mac = await people.add_learner(vault), b"m" * 32
    source, other = await people.add_source(database), await people.add_source(database)
    link = await people.link_store(vault, learner, source, "token")
    kept = await people.link_store(vault, learner, other, "token")
    async with vault.on_errand() as connection:
        await connection.execute("UPDATE source_link SET expires_at = $2 WHERE id = $1", link, PAST)
        for when in (PAST, SOON):
            state = str(when).encode()
            row = {"state_mac": state, "kind": "LINK", "expires_at": when}
            await people.insert(connection, "handshake", row)
            row = {"learner_id": learner, "state": "DONE", "format": "X", "expires_at": when}
            await people.insert(connection, "export_file", row)
        for hours in (23, 25):
            row = {
                "caller_mac": mac, "key_mac": bytes([hours]), "mutation": "m", "input_mac": mac,
                "at": datetime.now(UTC) - timedelta(hours=hours),
            }  # fmt: skip
            await people.insert(connection, "idempotency", row)
    assert await sweep(vault) == Swept(handshakes=1, exports=1, retries=1, links=1)
    assert await sweep(vault) == Swept()
    for table in ("handshake", "export_file", "idempotency"):
        assert await people.count(vault, table) == 1
    assert await people.count(vault, "source_link", "state = 'EXPIRED' AND sealed IS NULL") == 1
    assert await people.count(vault, "source_link", "id = $1 AND state = 'ACTIVE'", kept) == 1


async def test_a_consent_whose_time_is_over_is_marked_so(vault: Vault, database: Database) -> None:
    learner, body = await people.add_learner(vault), await people.add_body(database)
    for status in ("ACTIVE", "PENDING", "REVOKED"):
        await people.add_consent(vault, learner, body, status=status, expires_at=PAST)
    assert (await sweep(vault)).consents == 2
    assert await people.count(vault, "consent", "status = 'EXPIRED'") == 2
    assert await people.count(vault, "consent", "status = 'REVOKED'") == 1


async def test_two_processes_do_not_sweep_at_once(vault: Vault, database: Database) -> None:
    learner, body = await people.add_learner(vault), await people.add_body(database)
    consent = await people.add_consent(vault, learner, body, status="REVOKED")
    await people.hold(vault, learner, "a", b"copy", consent_id=consent)
    swept = await asyncio.gather(*(sweep(vault) for _ in range(6)))
    assert sum(one.copies for one in swept) == 1


async def test_a_process_sweeps_by_itself(vault: Vault, database: Database) -> None:
    learner, body = await people.add_learner(vault), await people.add_body(database)
    consent = await people.add_consent(vault, learner, body, status="REVOKED")

    async def opened() -> Vault:
        return vault

    sweeper = Sweeper(opened, 0.05)
    sweeper.start()
    await people.hold(vault, learner, "a", b"copy", consent_id=consent)
    for _ in range(500):
        left = await people.count(vault, "credential", "sealed IS NOT NULL")
        if not left:
            break
        await asyncio.sleep(0.02)
    await sweeper.stop()
    assert left == 0
