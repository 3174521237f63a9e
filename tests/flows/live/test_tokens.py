"""Tokens: sealed, renewed by one at a time in all processes, given back, forgotten."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from isthmus.errors import Refused, SourceFault
from isthmus.live.stores import Stores
from isthmus.model.learner import SourceLinkState
from isthmus.model.viewer import Role, Viewer
from isthmus.outbound import Outbound
from isthmus.playground.simulators.faults import Fault
from isthmus.store.people import links
from tests.support.stores import BACK, Linked, agree, own

ROOT = Path(__file__).resolve().parents[3]
JOB = """
import asyncio, sys
from pathlib import Path
from isthmus.hub import Hub
from isthmus.model.consent import EVERYTHING, Permit
from isthmus.model.viewer import Role, Viewer
from isthmus.settings import Settings
from isthmus.store.database import Database

async def main(url, home, root, learner):
    async with await Database.open(url=url, home=Path(home)) as database:
        hub = Hub(Settings(home=Path(home), allow_loopback=True), database, Path(root))
        stores = await hub.stores()
        viewer = Viewer(role=Role.LEARNER, learner_id=int(learner))
        permit = Permit(int(learner), EVERYTHING, is_own=True)
        print("ready", flush=True)
        sys.stdin.readline()
        found = await stores.fetch(viewer, {int(learner): permit}, deadline=10.0)
        print(len(found[int(learner)].documents), flush=True)
        await stores.close()

asyncio.run(main(*sys.argv[1:]))
"""


def over(linked: Linked) -> None:
    """Let every token of the locker end now."""
    desk = linked.simulated.locker.desk
    past = datetime.now(UTC) - timedelta(minutes=1)
    for token, (agreement, _) in desk.access.items():
        desk.access[token] = (agreement, past)


async def held(linked: Linked, viewer: Viewer) -> links.StoreTokens | None:
    async with linked.vault.on_errand() as connection:
        (link,) = await links.find_links(connection, [viewer.learner_id or 0])
        return await links.tokens_of(linked.vault, connection, link)


async def test_twenty_stores_of_one_hub_renew_once(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    over(linked)
    outbound = Outbound(allow_private=True)
    many = [Stores(linked.vault, outbound, linked.hub.connector) for _ in range(20)]
    permits = {viewer.learner_id or 0: own(viewer)}
    found = await asyncio.gather(*(one.fetch(viewer, permits, deadline=10.0) for one in many))
    # they share the store's rate, too: some come to it too late
    given = [each[viewer.learner_id or 0] for each in found]
    assert all(
        len(each.documents) == 3 or {s.code for s in each.shortfalls} == {"SOURCE_RATE_LIMITED"}
        for each in given
    )
    await asyncio.sleep(2)
    again = await many[0].fetch(viewer, permits, deadline=10.0)
    assert len(again[viewer.learner_id or 0].documents) == 3
    assert linked.simulated.locker.desk.renewals == 1
    for one in many:
        await one.close()


async def test_two_processes_renew_once(linked: Linked, tmp_path: Path) -> None:
    viewer = await linked.linked("locker", "tara")
    over(linked)
    linked.simulated.locker.faults.switch_on(Fault("slow", at="/token", seconds=0.5))
    url = linked.vault.database.url
    words = [sys.executable, "-c", JOB, url, str(tmp_path), str(ROOT), str(viewer.learner_id)]
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    jobs = [await asyncio.create_subprocess_exec(*words, **pipes) for _ in range(2)]
    for job in jobs:
        assert job.stdout is not None
        assert await job.stdout.readline() == b"ready\n"
    ends = await asyncio.gather(*(job.communicate(b"go\n") for job in jobs))
    assert [end[0] for end in ends] == [b"3\n", b"3\n"]
    assert linked.simulated.locker.desk.renewals == 1


async def test_a_token_given_anew_replaces_the_one_it_was_given_for(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    before = await held(linked, viewer)
    for count in (1, 2, 3):
        over(linked)
        assert len((await linked.fetch(viewer)).documents) == 3
        assert linked.simulated.locker.desk.renewals == count
    after = await held(linked, viewer)
    assert before is not None
    assert after is not None
    assert after.refresh not in (None, before.refresh)


async def test_a_renewal_begun_is_written_though_nobody_waits(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    over(linked)
    linked.simulated.locker.faults.switch_on(Fault("slow", at="/token", seconds=0.6, times=1))
    assert (await linked.fetch(viewer, deadline=0.2)).documents == ()
    await linked.stores._tokens.close()
    assert len((await linked.fetch(viewer)).documents) == 3
    assert linked.simulated.locker.desk.renewals == 1


async def test_tokens_rest_sealed(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    tokens = await held(linked, viewer)
    assert tokens is not None
    row = await linked.vault.database.row("SELECT * FROM source_link")
    assert row is not None
    for secret in (tokens.access, tokens.refresh or ""):
        assert secret.encode() not in bytes(row["sealed"])
    configs = await linked.vault.database.fetch("SELECT config::text FROM source")
    assert not any("an-open-secret" in config for (config,) in configs)


async def test_a_link_removed_is_given_back_and_forgotten(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    link = await linked.stores.remove_link(viewer, linked.sources["locker"])
    assert link.state is SourceLinkState.REVOKED
    assert all(agreement.is_over for agreement, _ in linked.simulated.locker.desk.access.values())
    assert await linked.vault.database.value("SELECT sealed FROM source_link") is None
    assert (await linked.fetch(viewer)).documents == ()


async def test_a_link_is_forgotten_though_its_store_is_down(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    linked.simulated.locker.desk.clients.clear()
    await linked.stores.remove_link(viewer, linked.sources["locker"])
    assert await linked.vault.database.value("SELECT sealed FROM source_link") is None


async def test_every_link_of_a_learner_can_be_withdrawn(linked: Linked) -> None:
    viewer = await linked.linked("locker", "tara")
    await linked.link(viewer, "bank", "tara")
    await linked.stores.withdraw(viewer.learner_id or 0)
    assert await linked.vault.database.value("SELECT count(sealed) FROM source_link") == 0
    for desk in (linked.simulated.locker.desk, linked.simulated.bank.desk):
        assert all(agreement.is_over for agreement, _ in desk.access.values())


async def test_a_state_serves_once_and_whoever_began_it(linked: Linked) -> None:
    tara, imran = await linked.learner(), await linked.learner()
    address, state = await linked.stores.start_link(tara, linked.sources["locker"], BACK)
    code = await agree(address, "tara", state)
    with pytest.raises(Refused):
        await linked.stores.finish_link(imran, state, code)
    await linked.stores.finish_link(tara, state, code)
    with pytest.raises(Refused):
        await linked.stores.finish_link(tara, state, code)


async def test_a_code_without_its_proof_gives_no_tokens(linked: Linked) -> None:
    tara = await linked.learner()
    source = linked.sources["locker"]
    first, state_of_first = await linked.stores.start_link(tara, source, BACK)
    _, other = await linked.stores.start_link(tara, source, BACK)
    code = await agree(first, "tara", state_of_first)
    with pytest.raises(SourceFault):
        await linked.stores.finish_link(tara, other, code)  # another proof than that of the code


async def test_a_store_that_reads_json_only_is_written_to_in_json(linked: Linked) -> None:
    linked.simulated.locker.desk.reads = "json"
    viewer = await linked.linked("locker", "tara")
    assert len((await linked.fetch(viewer)).documents) == 3


async def test_only_learners_link(linked: Linked) -> None:
    body = Viewer(role=Role.PLATFORM, organization_id=1, scopes=frozenset({"learners:read"}))
    with pytest.raises(Refused):
        await linked.stores.start_link(body, linked.sources["locker"], BACK)


@pytest.mark.parametrize("back", ["javascript:alert(1)", "https://a b.example/", "/back", ""])
async def test_one_comes_back_to_an_address_of_the_web(linked: Linked, back: str) -> None:
    with pytest.raises(Refused):
        await linked.stores.start_link(await linked.learner(), linked.sources["locker"], back)
