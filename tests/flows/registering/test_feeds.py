"""The feed: a partner's own server of canonical records, read under the rules of any source."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from isthmus.hub import Hub
from isthmus.registering.applicant import Declined, operator
from isthmus.store.embedded import EmbeddedServer
from isthmus.trials.bench import Bench
from tests.flows.registering.conftest import Quay
from tests.support.feeds import Feed, a_line, page
from tests.support.replay import Asked, Replay, Reply

NINE = [a_line(f"c{n}", f"Course {n}") for n in range(9)]
OPERATOR = operator("test")


@pytest.fixture
def feed(replay: Replay) -> Feed:
    """A feed of nine courses on two pages."""
    return Feed(replay, pages=[NINE[:5], NINE[5:]]).serve()


@pytest.fixture
def trying(hub: Hub, server: EmbeddedServer) -> Hub:
    """A hub that tries connectors on the tests' own server, in the short form."""
    hub.connectors.bench = Bench(server, is_short=True)
    return hub


async def added(hub: Hub, feed: Feed) -> Hub:
    """Take a feed in without the kit, and add a source of it."""
    from isthmus.model.connector import ConnectorStatus, ConnectorTier
    from isthmus.store import connectors

    sent = await hub.connectors.registry.sent_by_feed(feed.address)

    async def write(connection: Any) -> int:
        made = await hub.connectors.registry._write(connection, OPERATOR, sent, sent.ready())
        await connectors.note_checked(
            connection, made, ConnectorStatus.CHECKED, ConnectorTier.BRONZE, []
        )
        return made

    await hub.connectors.registry.writing(write)
    held = await connectors.get_connector(hub.database, "quay-school")
    await hub.connectors.approvals.approve(OPERATOR, held.id, "1.0.0")
    await hub.add_source("quay", "quay-school", {})
    return hub


async def titles(hub: Hub) -> list[str]:
    rows = await hub.database.fetch(
        "SELECT q.title FROM qualification q JOIN record r ON r.entity_id = q.id"
        " AND r.noun = 'QUALIFICATION' WHERE r.gone_at IS NULL ORDER BY 1"
    )
    return [row["title"] for row in rows]


async def read(hub: Hub) -> Any:
    (report,) = await hub.sync(["quay"])
    return report.streams[0]


async def test_a_feed_is_tried_by_the_kit_registered_and_read(quay: Quay, feed: Feed) -> None:
    feed.pages = [[*NINE[:5], a_line("bad", None)], NINE[5:]]  # one record is no fault of a feed
    tried = await quay.partner.register(feed=feed.address)
    assert (tried["userErrors"], tried["dryRun"]["accepted"]) == ([], 5)
    made = await quay.partner.register(feed=f"{feed.address}/isthmus/v1/manifest", dryRun=False)
    assert made["userErrors"] == []
    assert made["connector"]["form"] == "FEED"
    key = made["connector"]["id"]
    assert (await quay.steward.approve(key))["connector"]["status"] == "ACTIVE"
    source = await quay.partner.add(connector=key, name="quay", dryRun=False)
    assert source["userErrors"] == []
    assert (await read(quay.hub)).counts.added == 9
    assert (await read(quay.hub)).counts.unchanged == 9


@pytest.mark.parametrize("deletes", ["no", "transient"])
async def test_a_whole_list_says_what_is_gone(hub: Hub, feed: Feed, deletes: str) -> None:
    feed.deletes = deletes
    await read(await added(hub, feed))
    feed.pages = [NINE[:8]]
    assert (await read(hub)).counts.removed == 1
    assert len(await titles(hub)) == 8


@pytest.mark.parametrize("deletes", ["no", "transient", "persistent"])
async def test_an_incomplete_list_removes_nothing(hub: Hub, feed: Feed, deletes: str) -> None:
    feed.deletes = deletes
    await read(await added(hub, feed))
    feed.pages, feed.complete = [NINE[:8]], False
    report = await read(hub)
    assert (report.counts.removed, report.counts.removals_held) == (0, 0)
    assert len(await titles(hub)) == 9


async def test_a_tombstone_removes_at_once_also_in_an_incomplete_list(hub: Hub, feed: Feed) -> None:
    feed.deletes = "persistent"
    await read(await added(hub, feed))
    feed.pages, feed.complete = [[{"deleted": "c3"}]], False
    assert (await read(hub)).counts.removed == 1
    assert "Course 3" not in await titles(hub)
    assert len(await titles(hub)) == 8


async def test_a_page_that_is_cut_off_removes_nothing(hub: Hub, feed: Feed) -> None:
    await read(await added(hub, feed))
    feed.pages, feed.cut_off = [NINE[:8]], True
    assert (await read(hub)).fault_code == "SOURCE_BAD_DATA"
    assert len(await titles(hub)) == 9


async def test_a_feed_that_never_ends_is_left(
    hub: Hub, feed: Feed, replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("isthmus.connector.feed.MAX_PAGES", 3)
    await added(hub, feed)
    numbers = itertools.count(1)

    def another(_: Asked) -> Reply:
        number = next(numbers)
        return Reply(page([a_line(f"n{number}", "Welding")], cursor=f"after-{number}"))

    replay.answers["/isthmus/v1/streams/courses"] = another
    report = await read(hub)
    assert (report.fault_code, report.fault) == ("SOURCE_BAD_DATA", "has not ended after 3 pages")


async def test_what_is_no_canonical_record_is_in_the_quarantine_without_what_nobody_asked_for(
    hub: Hub, feed: Feed
) -> None:
    feed.pages = [[*NINE[:4], a_line("bad", None, registrar="pat@quay.example"), {"id": "none"}]]
    assert (await read(await added(hub, feed))).counts.rejected == 2
    rows = await hub.database.fetch("SELECT * FROM rejected_record ORDER BY source_key")
    assert [(row["source_key"], row["reason"]) for row in rows] == [
        ("bad", "FIELD_MISSING"), ("none", "FIELD_MISSING"),
    ]  # fmt: skip
    assert "pat@" not in str([dict(row) for row in rows])


async def test_a_feed_brings_nothing_about_people(trying: Hub, feed: Feed) -> None:
    feed.words = {"streams": {"awards": {"produces": "Credential@1"}}}
    sent = await trying.connectors.registry.sent_by_feed(feed.address)
    with pytest.raises(Declined, match=r"manifest: line 1: .*'Credential@1'"):
        await trying.connectors.registry.register(OPERATOR, sent)
