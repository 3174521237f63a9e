"""Two learners never meet: not in a call shared, not in a client, not in an answer."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

from isthmus.playground.simulators.faults import Fault
from tests.support.stores import Linked, own


async def test_a_hundred_who_ask_at_once_make_one_call(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    linked.simulated.locker.faults.switch_on(Fault("slow", at="/files/issued", seconds=0.3))
    found = await asyncio.gather(*(linked.fetch(viewer) for _ in range(100)))
    assert {len(each.documents) for each in found} == {3}
    assert max(Counter(linked.simulated.locker.calls).values()) == 1
    assert len(linked.simulated.locker.calls) == 4


async def test_two_learners_of_one_account_are_asked_for_apart(linked: Linked) -> None:
    one, other = await linked.linked("locker", "tara"), await linked.linked("locker", "tara")
    linked.simulated.locker.faults.switch_on(Fault("slow", at="/files/issued", seconds=0.3))
    await asyncio.gather(linked.fetch(one), linked.fetch(other))
    assert len(linked.simulated.locker.calls) == 8


async def test_two_hundred_interleavings_of_two_learners_never_cross(linked: Linked) -> None:
    tara = await linked.linked("locker", "tara")
    imran = await linked.linked("locker", "imran")
    await linked.link(tara, "bank", "tara")
    await linked.link(imran, "bank", "imran")
    linked.simulated.locker.faults.switch_on(Fault("slow", at="/xml/", seconds=0.005))
    names = {tara.learner_id: b"Tara Lokhande", imran.learner_id: b"Imran Qadri"}
    chance = random.Random(64)
    seen = Counter[int | None]()

    async def ask() -> None:
        await asyncio.sleep(chance.random() * 0.05)
        viewer = chance.choice([tara, imran])
        permits = {viewer.learner_id or 0: own(viewer)}
        found = await linked.stores.fetch(viewer, permits, deadline=5.0)
        assert list(found) == [viewer.learner_id]
        for one in found[viewer.learner_id or 0].documents:
            other = names[imran.learner_id if viewer is tara else tara.learner_id]
            assert other not in one.document.body
            seen[viewer.learner_id] += 1

    for _ in range(20):
        await asyncio.gather(*(ask() for _ in range(10)))
    assert min(seen.values()) > 100
    assert len(seen) == 2


async def test_what_a_store_sets_for_one_is_never_sent_for_another(linked: Linked) -> None:
    heard: list[str | None] = []
    app = linked.simulated.app
    inner = app.middleware_stack or app.build_middleware_stack()

    async def with_cookies(scope, receive, send):
        headers = dict(scope.get("headers", []))
        heard.append(headers.get(b"cookie"))

        async def sent(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"set-cookie", b"who=tara; Path=/")]
            await send(message)

        await inner(scope, receive, sent)

    app.middleware_stack = with_cookies
    one, other = await linked.linked("locker", "tara"), await linked.linked("locker", "imran")
    await linked.fetch(one)
    await linked.fetch(other)
    assert len(heard) > 8
    assert set(heard) == {None}


async def test_a_viewer_without_consent_gets_no_link_of_anyone(linked: Linked) -> None:
    tara, imran = await linked.linked("locker", "tara"), await linked.linked("locker", "imran")
    found = await linked.stores.fetch(imran, {tara.learner_id or 0: own(tara)}, deadline=5.0)
    assert found[tara.learner_id or 0].documents == ()
    assert linked.simulated.locker.calls == []
