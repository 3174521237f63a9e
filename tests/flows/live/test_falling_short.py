"""A store that is down, slow, lying or revoked costs its own part, told by a code."""

from __future__ import annotations

import asyncio
import time

import pytest

from isthmus.live import flights
from isthmus.live.fetched import Fetched, Shortfall
from isthmus.model.learner import SourceLinkState
from isthmus.playground.simulators.faults import Fault
from tests.support.stores import BACK, Linked, until

WHOLE = {
    "down": ("FAILED", "SOURCE_DOWN", True),
    "garbled": ("FAILED", "SOURCE_BAD_DATA", False),
    "limited": ("RATE_LIMITED", "SOURCE_RATE_LIMITED", True),
    "slow": ("TIMED_OUT", "SOURCE_TIMEOUT", True),
    "drip": ("TIMED_OUT", "SOURCE_TIMEOUT", True),
}


def only(fetched: Fetched) -> Shortfall:
    (found,) = fetched.shortfalls
    return found


@pytest.mark.parametrize("kind", WHOLE)
async def test_a_list_that_fails_is_a_shortfall_with_its_code(linked: Linked, kind: str) -> None:
    viewer = await linked.linked("locker", "tara")
    linked.simulated.locker.faults.switch_on(Fault(kind, at="/files/issued", seconds=2))
    fetched = await linked.fetch(viewer, deadline=1.0)
    assert fetched.documents == ()
    found = only(fetched)
    assert (found.outcome, found.code, found.retryable) == WHOLE[kind]
    assert found.retry_after == (2 if kind == "limited" else None)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("wrong-hmac", "SOURCE_BAD_DATA"), ("garbled", "SOURCE_BAD_DATA"), ("down", "SOURCE_DOWN")],
)
async def test_a_document_that_fails_costs_itself_alone(
    linked: Linked, kind: str, code: str
) -> None:
    viewer = await linked.linked("locker", "tara")
    linked.simulated.locker.faults.switch_on(Fault(kind, at="SKCER"))
    fetched = await linked.fetch(viewer)
    assert sorted(one.key.split("-")[1] for one in fetched.documents) == ["DGCER", "HSCER"]
    assert (only(fetched).outcome, only(fetched).code) == ("PARTIAL", code)


async def test_what_arrived_before_the_deadline_is_given(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    linked.simulated.locker.faults.switch_on(Fault("slow", at="DGCER", seconds=3))
    fetched = await linked.fetch(viewer, deadline=0.8)
    assert sorted(one.key.split("-")[1] for one in fetched.documents) == ["HSCER", "SKCER"]
    assert (only(fetched).outcome, only(fetched).code) == ("PARTIAL", "SOURCE_TIMEOUT")


async def test_one_store_down_leaves_the_others_whole(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    await linked.link(viewer, "bank", "tara")
    linked.simulated.locker.faults.switch_on(Fault("down"))
    fetched = await linked.fetch(viewer)
    assert {one.source_id for one in fetched.documents} == {linked.sources["bank"]}
    assert fetched.answered == (linked.sources["bank"],)
    assert only(fetched).source_id == linked.sources["locker"]


@pytest.mark.parametrize("deadline", [0.5, 1.0])
async def test_a_deadline_holds_within_a_tenth(linked: Linked, deadline: float) -> None:
    viewer = await linked.linked("locker", "tara")
    await linked.link(viewer, "bank", "tara")
    linked.simulated.locker.faults.switch_on(Fault("slow", seconds=4))
    linked.simulated.bank.faults.switch_on(Fault("drip", seconds=1))
    began = time.perf_counter()
    fetched = await linked.fetch(viewer, deadline=deadline)
    spent = time.perf_counter() - began
    assert len(fetched.shortfalls) == 2
    assert spent < deadline * 1.1 + 0.05  # the 50 ms are this machine's other work


async def test_a_link_revoked_at_the_store_in_the_middle_gives_nothing(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    linked.simulated.locker.faults.switch_on(Fault("slow", at="/files/issued", seconds=0.4))
    task = asyncio.create_task(linked.fetch(viewer))
    await until(lambda: linked.simulated.locker.calls)
    linked.simulated.locker.desk.end("tara")
    fetched = await task
    assert fetched.documents == ()
    assert (only(fetched).outcome, only(fetched).code) == ("FAILED", "SOURCE_REFUSED")
    (link,) = await linked.stores.links_of(viewer, viewer.learner_id or 0)
    assert link.state is SourceLinkState.REVOKED
    asked = len(linked.simulated.locker.calls)
    assert only(await linked.fetch(viewer)).code == "SOURCE_REFUSED"
    assert len(linked.simulated.locker.calls) == asked


async def test_a_token_refused_once_is_renewed_and_everything_comes(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    linked.simulated.locker.faults.switch_on(Fault("unauthorised", at="/xml/", times=1))
    fetched = await linked.fetch(viewer)
    assert len(fetched.documents) == 3
    assert fetched.shortfalls == ()
    assert linked.simulated.locker.desk.renewals == 1


async def test_a_link_removed_while_it_is_fetched_gives_nothing(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    linked.simulated.locker.faults.switch_on(Fault("slow", at="DGCER", seconds=1))
    task = asyncio.create_task(linked.fetch(viewer))
    await until(lambda: linked.simulated.locker.calls)
    await linked.stores.remove_link(viewer, linked.sources["locker"])
    fetched = await task
    assert fetched.documents == ()
    assert only(fetched).code == "SOURCE_REFUSED"


async def test_a_store_that_fails_again_and_again_is_left_in_peace(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    linked.simulated.locker.faults.switch_on(Fault("down"))
    for _ in range(8):
        found = only(await linked.fetch(viewer))
        assert found.code == "SOURCE_DOWN"
    assert len(linked.simulated.locker.calls) == 5
    assert found.retry_after is not None
    assert 0 < found.retry_after <= 10


async def test_a_store_that_asked_to_wait_is_not_asked_before(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    linked.simulated.locker.faults.switch_on(Fault("limited", seconds=30, times=1))
    await linked.fetch(viewer)
    found = only(await linked.fetch(viewer))
    assert found.outcome == "RATE_LIMITED"
    assert len(linked.simulated.locker.calls) == 1


async def test_a_source_that_is_paused_falls_short_and_the_others_answer(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    await linked.link(viewer, "bank", "tara")
    await linked.vault.database.execute("UPDATE source SET paused = true WHERE name = 'locker'")
    fetched = await linked.fetch(viewer)
    assert (only(fetched).source_id, only(fetched).code) == (
        linked.sources["locker"],
        "SOURCE_DOWN",
    )
    assert fetched.answered == (linked.sources["bank"],)


async def test_an_address_that_wants_a_login_costs_its_own_badge_alone(linked: Linked) -> None:
    viewer = await linked.learner()
    at = f"{linked.base}/backpack"
    _, state = await linked.stores.start_link(viewer, linked.sources["badges"], BACK)
    given = f"{at}/badges/assertions/cloud-operator {at}/ims/ob/v2p1/assertions"
    await linked.stores.finish_link(viewer, state, given)
    for _ in range(2):
        fetched = await linked.fetch(viewer)
        assert [one.key.rpartition("/")[2] for one in fetched.documents] == ["cloud-operator"]
        assert (only(fetched).outcome, only(fetched).code) == ("PARTIAL", "SOURCE_REFUSED")


async def test_a_locker_without_end_is_cut_off(
    linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flights, "MOST_BYTES", 2500)
    fetched = await linked.fetch(await linked.linked("locker", "tara"))
    assert 0 < len(fetched.documents) < 3
    assert only(fetched).code == "SOURCE_BAD_DATA"


async def test_who_gives_up_takes_the_call_with_them(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    linked.simulated.locker.faults.switch_on(Fault("slow", at="/files/issued", seconds=2))
    task = asyncio.create_task(linked.fetch(viewer))
    await until(lambda: linked.simulated.locker.calls)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    linked.simulated.locker.faults.clear()
    fetched = await linked.fetch(viewer)
    assert len(fetched.documents) == 3
