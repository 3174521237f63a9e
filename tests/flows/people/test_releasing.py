"""Answers about to leave while their consent is withdrawn: wholly before it, or not at all.

Whoever appends to the audit log holds it until their commit, so the order of its lines is the
order of commits.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from isthmus.consent.consents import Consents, Use
from isthmus.model.consent import Consent, ConsentMode
from isthmus.model.learner import HeldCredential
from isthmus.model.viewer import Viewer
from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from isthmus.store.people.audit import READ, lines_of
from isthmus.store.people.copies import hold_copies
from isthmus.store.people.vault import Vault
from isthmus.store.sealing import Keyring, new_key
from tests.conftest import _create, _drop
from tests.flows.people.test_consents import consent_of
from tests.support import people
from tests.support.consenting import GROWN, SKILLS, a_granting, an_asker

pytestmark = pytest.mark.mission("M62", "M64")

AUDIT_LOCK = 0x69737468_61756474
INTERLEAVINGS = 200
_numbers = itertools.count(1)
moments = st.integers(0, 40).map(lambda tenths: tenths / 10_000)
"""When somebody begins: a release takes a few thousandths of a second."""


@dataclass(frozen=True)
class Schedule:
    """When each begins, and how long somebody else holds the log."""

    releases: list[float]
    revoke: float
    block: float
    blocked: float


schedules = st.builds(
    Schedule, st.lists(moments, min_size=3, max_size=6), moments, moments, moments
)


@dataclass
class Scene:
    """A learner, a platform, and what is between them."""

    vault: Vault
    consents: Consents
    learner: Viewer
    platform: Viewer
    body: int

    async def grant(self) -> Consent:
        granting = a_granting(self.body, mode=ConsentMode.STORE)
        return consent_of(await self.consents.grant(self.learner, granting))


async def _opened(server: EmbeddedServer, name: str) -> tuple[Database, Scene]:
    database = await Database.open(url=server.url(name), home=server.home, size=10)
    vault = await Vault.open(database, Keyring("k1", {"k1": new_key()}))
    learner, body = await people.add_learner(vault, GROWN), await people.add_body(database)
    scene = Scene(vault, Consents(vault), people.a_learner(learner), an_asker(body), body)
    return database, scene


async def _play(scene: Scene, schedule: Schedule) -> None:
    """Let releases and one revocation begin as scheduled, and see what came of each."""
    consent = await scene.grant()
    use = Use(consent.learner_id, consent.id, SKILLS)
    is_revoked = asyncio.Event()

    async def release(number: int, begin: float) -> tuple[str, bool, bool]:
        await asyncio.sleep(begin)
        too_late = is_revoked.is_set()
        left = await scene.consents.release(scene.platform, [use], f"r{number}")
        return f"r{number}", left, too_late

    async def revoke() -> None:
        await asyncio.sleep(schedule.revoke)
        await scene.consents.revoke(scene.learner, consent.id)
        is_revoked.set()

    async def block() -> None:
        await asyncio.sleep(schedule.block)
        async with scene.vault.on_errand() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", AUDIT_LOCK)
            await asyncio.sleep(schedule.blocked)

    releases = [release(number, begin) for number, begin in enumerate(schedule.releases)]
    done = await asyncio.gather(*releases, _nothing(revoke()), _nothing(block()))
    outcomes = [one for one in done if one is not None]
    order = await _order(scene, consent)
    revoked_at = order.index("CONSENT_REVOKED")
    left = {name for name, has_left, _ in outcomes if has_left}
    assert set(order[:revoked_at]) - {"CONSENT_GRANTED"} == left
    assert order[revoked_at + 1 :] == []
    assert not any(has_left for _, has_left, too_late in outcomes if too_late)


async def _nothing(work: object) -> None:
    await work  # type: ignore[misc]


async def _order(scene: Scene, consent: Consent) -> list[str]:
    """Name what the log has of a consent, in the order of commits."""
    async with scene.vault.on_errand() as connection:
        found = await lines_of(scene.vault, connection, consent.learner_id)
    return [
        content["operation"] if line.kind == READ else line.kind
        for line, content in reversed(found)
        if content["consent"] == consent.id
    ]


def test_no_read_is_released_after_its_consent_was_withdrawn(
    server: EmbeddedServer, template: str
) -> None:
    name = f"releasing_{next(_numbers)}"
    _create(server, name, template)
    with asyncio.Runner() as runner:
        database, scene = runner.run(_opened(server, name))
        played = []

        @settings(
            max_examples=INTERLEAVINGS,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(schedules)
        def play(schedule: Schedule) -> None:
            runner.run(_play(scene, schedule))
            played.append(schedule)

        try:
            play()
        finally:
            runner.run(database.close())
    _drop(server, name)
    assert len(played) == INTERLEAVINGS


async def test_a_revocation_waits_for_an_answer_that_is_leaving(
    vault: Vault, database: Database
) -> None:
    scene = await _scene(vault, database)
    consent = await scene.grant()
    use = Use(consent.learner_id, consent.id, SKILLS)
    async with vault.on_errand() as blocking:
        await blocking.execute("SELECT pg_advisory_xact_lock($1)", AUDIT_LOCK)
        leaving = asyncio.create_task(scene.consents.release(scene.platform, [use], "q"))
        await _until_waiting(database, 1)
        revoking = asyncio.create_task(scene.consents.revoke(scene.learner, consent.id))
        await _until_waiting(database, 2)
    assert await leaving is True
    await revoking
    assert await _order(scene, consent) == ["CONSENT_GRANTED", "q", "CONSENT_REVOKED"]


async def test_an_answer_waits_for_a_revocation_and_then_does_not_leave(
    vault: Vault, database: Database
) -> None:
    scene = await _scene(vault, database)
    consent = await scene.grant()
    use = Use(consent.learner_id, consent.id, SKILLS)
    async with vault.on_errand() as blocking:
        await blocking.execute("SELECT pg_advisory_xact_lock($1)", AUDIT_LOCK)
        revoking = asyncio.create_task(scene.consents.revoke(scene.learner, consent.id))
        await _until_waiting(database, 1)
        leaving = asyncio.create_task(scene.consents.release(scene.platform, [use], "q"))
        await _until_waiting(database, 2)
    assert await leaving is False
    await revoking
    assert await _order(scene, consent) == ["CONSENT_GRANTED", "CONSENT_REVOKED"]


async def test_no_copy_is_kept_by_a_consent_that_is_being_withdrawn(
    vault: Vault, database: Database
) -> None:
    scene = await _scene(vault, database)
    consent = await scene.grant()
    copy = HeldCredential(
        0, consent.learner_id, None, "urn:a", b"{}", consent_id=consent.id,
        expires_at=consent.expires_at,
    )  # fmt: skip

    async def keep() -> int:
        async with vault.on_errand() as connection:
            return await hold_copies(vault, connection, [copy])

    async with vault.on_errand() as blocking:
        await blocking.execute("SELECT pg_advisory_xact_lock($1)", AUDIT_LOCK)
        revoking = asyncio.create_task(scene.consents.revoke(scene.learner, consent.id))
        await _until_waiting(database, 1)
        keeping = asyncio.create_task(keep())
        await _until_waiting(database, 2)
    await revoking
    assert await keeping == 0
    assert await people.count(vault, "credential", "sealed IS NOT NULL") == 0


async def test_one_answer_of_many_consents_leaves_whole_or_not_at_all(
    vault: Vault, database: Database
) -> None:
    scene = await _scene(vault, database)
    kept, ended = await scene.grant(), await scene.grant()
    await scene.consents.revoke(scene.learner, ended.id)
    uses = [Use(one.learner_id, one.id, SKILLS) for one in (kept, ended)]
    assert not await scene.consents.release(scene.platform, uses, "q")
    assert await _order(scene, kept) == ["CONSENT_GRANTED"]


async def test_answers_that_leave_together_leave_each_by_its_own_consents(
    vault: Vault, database: Database
) -> None:
    consents = Consents(vault)
    scenes = [replace(await _scene(vault, database), consents=consents) for _ in range(4)]
    kept = [await scene.grant() for scene in scenes]
    ended = [await scene.grant() for scene in scenes]
    for scene, consent in zip(scenes, ended, strict=True):
        await consents.revoke(scene.learner, consent.id)

    def release(viewer: Viewer, consent: Consent) -> Coroutine[Any, Any, bool]:
        return consents.release(viewer, [Use(consent.learner_id, consent.id, SKILLS)], "q")

    own = [release(s.platform, c) for s, c in zip(scenes, kept, strict=True)]
    over = [release(s.platform, c) for s, c in zip(scenes, ended, strict=True)]
    of_others = [release(s.platform, c) for s, c in zip(scenes, reversed(kept), strict=True)]
    before = await database.value("SELECT max(id) FROM audit_event")
    assert await asyncio.gather(*own, *over, *of_others) == [True] * 4 + [False] * 8
    assert await database.value("SELECT max(id) FROM audit_event") == before + 4
    for scene in scenes:
        assert len(await consents.accesses_of(scene.learner, scene.learner.learner_id or 0)) == 1


async def test_a_consent_that_is_just_changing_holds_up_its_own_answers_only(
    vault: Vault, database: Database
) -> None:
    scene = await _scene(vault, database)
    changing, other = await scene.grant(), await scene.grant()
    async with vault.on_errand() as blocking:
        await blocking.execute("SELECT FROM consent WHERE id = $1 FOR UPDATE", changing.id)
        use = Use(changing.learner_id, changing.id, SKILLS)
        held_up = asyncio.create_task(scene.consents.release(scene.platform, [use], "held up"))
        await _until_waiting(database, 1)
        use = Use(other.learner_id, other.id, SKILLS)
        async with asyncio.timeout(10):
            assert await scene.consents.release(scene.platform, [use], "free")
        assert not held_up.done()
    assert await held_up


async def test_whoever_goes_away_disturbs_no_other_answer(vault: Vault, database: Database) -> None:
    scene = await _scene(vault, database)
    consent = await scene.grant()
    use = Use(consent.learner_id, consent.id, SKILLS)
    leaving = [
        asyncio.create_task(scene.consents.release(scene.platform, [use], f"r{number}"))
        for number in range(6)
    ]
    await asyncio.sleep(0)
    for gone in leaving[::2]:
        gone.cancel()
    outcomes = await asyncio.gather(*leaving, return_exceptions=True)
    assert outcomes[1::2] == [True] * 3
    assert all(isinstance(one, asyncio.CancelledError) for one in outcomes[::2])
    assert await scene.consents.release(scene.platform, [use], "later")


async def test_a_database_that_is_away_lets_no_answer_leave(
    vault: Vault, database: Database
) -> None:
    scene = await _scene(vault, database)
    consent = await scene.grant()
    use = Use(consent.learner_id, consent.id, SKILLS)
    await database.pool.close()
    leaving = [scene.consents.release(scene.platform, [use], "q") for _ in range(3)]
    outcomes = await asyncio.gather(*leaving, return_exceptions=True)
    assert all(isinstance(one, Exception) for one in outcomes)


async def _scene(vault: Vault, database: Database) -> Scene:
    learner, body = await people.add_learner(vault, GROWN), await people.add_body(database)
    return Scene(vault, Consents(vault), people.a_learner(learner), an_asker(body), body)


async def _until_waiting(database: Database, most: int) -> None:
    """Wait until so many transactions of this database wait for a lock."""
    async with asyncio.timeout(20):
        while True:
            waiting = await database.value(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if waiting >= most:
                return
            await asyncio.sleep(0.01)
