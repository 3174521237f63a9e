"""Credentials fetched live under consent: side by side, short of a store, and never after a no."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from isthmus.graph.answer import GraphAnswer, Operation
from isthmus.graph.executing import Graph
from isthmus.hub import Hub
from isthmus.model.viewer import Role, Viewer
from isthmus.playground.simulators.faults import Fault
from isthmus.web.parts import create_graph
from isthmus.web.tracing import Tracing
from tests.support.callers import a_client
from tests.support.people import add_consent
from tests.support.stores import Linked, linking

WHOLE = """query Pull($id: ID!) { learner(id: $id) { credentials { totalCount totalIsExact
    nodes { id title { value } status issuer { name { value } } verification { outcome }
      provenance { freshness sourceUri source { name } } document(format: ORIGINAL) { original } }
    sources { state returned code retryable source { name } } } } }"""


@dataclass
class Pulling:
    """A learner with linked stores, and a body that has a consent of theirs."""

    linked: Linked
    graph: Graph
    tara: Viewer
    body: Viewer

    async def ask(self, who: Viewer, text: str = WHOLE) -> GraphAnswer:
        """Ask for Tara's credentials."""
        operation = Operation(text, variables={"id": f"lrn_{self.tara.learner_id}"})
        return await self.graph.run(operation, viewer=who)

    async def consent(self, **said: Any) -> int:
        """Let the body see titles and detail."""
        scopes = ["CREDENTIAL_TITLES", "CREDENTIAL_DETAIL"]
        soon = datetime.now(UTC) + timedelta(days=2)
        now = datetime.now(UTC)
        columns = {"scopes": scopes, "mode": "VIEW", "granted_at": now, "expires_at": soon, **said}
        return await add_consent(
            self.linked.vault, self.tara.learner_id or 0, self.body.organization_id or 0, **columns
        )


@pytest.fixture
async def pulling(hub: Hub) -> AsyncIterator[Pulling]:
    async with linking(hub) as linked:
        tara = await linked.linked("locker", "tara")
        await linked.link(tara, "bank", "tara")
        body = await a_client(hub, "body", Role.PLATFORM)
        yield Pulling(linked, create_graph(hub, hub.settings, Tracing()), tara, body)


def credentials(answer: GraphAnswer) -> dict[str, Any]:
    return dict((answer.data or {})["learner"]["credentials"])


async def test_stores_answer_side_by_side_in_one_list(pulling: Pulling) -> None:
    answer = await pulling.ask(pulling.tara)
    assert answer.errors == []
    found = credentials(answer)
    assert found["totalIsExact"]
    assert {node["provenance"][0]["source"]["name"] for node in found["nodes"]} == {
        "locker", "bank"
    }  # fmt: skip
    assert {node["provenance"][0]["freshness"] for node in found["nodes"]} == {"LIVE"}
    assert {row["state"] for row in found["sources"]} == {"OK"}
    assert sum(row["returned"] for row in found["sources"]) == found["totalCount"] > 3


async def test_a_live_credential_keeps_its_id_and_nothing_of_it_is_kept(pulling: Pulling) -> None:
    first = credentials(await pulling.ask(pulling.tara))
    again = credentials(await pulling.ask(pulling.tara))
    assert [n["id"] for n in first["nodes"]] == [n["id"] for n in again["nodes"]]
    held = "SELECT count(*) FROM credential WHERE sealed IS NOT NULL"
    async with pulling.linked.vault.on_errand() as connection:
        assert await connection.fetchval(held) == 0


@pytest.mark.parametrize(
    ("kind", "code"), [("down", "SOURCE_DOWN"), ("garbled", "SOURCE_BAD_DATA")]
)
async def test_a_store_that_falls_short_is_named_and_the_others_answer(
    pulling: Pulling, kind: str, code: str
) -> None:
    pulling.linked.simulated.bank.faults.switch_on(Fault(kind))
    answer = await pulling.ask(pulling.tara)
    found = credentials(answer)
    rows = {row["source"]["name"]: row for row in found["sources"]}
    assert (rows["bank"]["state"], rows["bank"]["code"]) == ("FAILED", code)
    assert rows["locker"]["state"] == "OK"
    assert found["nodes"]
    assert not found["totalIsExact"]
    assert [error["extensions"]["code"] for error in answer.errors] == [code]
    assert answer.errors[0]["path"] == ["learner", "credentials"]


async def test_a_consent_to_one_store_shows_that_store(pulling: Pulling) -> None:
    await pulling.consent(sources=[pulling.linked.sources["bank"]])
    found = credentials(await pulling.ask(pulling.body))
    assert {node["provenance"][0]["source"]["name"] for node in found["nodes"]} == {"bank"}
    states = {row["source"]["name"]: row["state"] for row in found["sources"]}
    assert states == {"bank": "OK", "locker": "SKIPPED_NO_CONSENT"}


async def test_a_copy_is_kept_under_a_consent_to_store_and_shown_when_the_store_is_away(
    pulling: Pulling,
) -> None:
    await pulling.consent(mode="STORE")
    live = credentials(await pulling.ask(pulling.body))
    pulling.linked.simulated.bank.faults.switch_on(Fault("down"))
    pulling.linked.simulated.locker.faults.switch_on(Fault("down"))
    kept = credentials(await pulling.ask(pulling.body))
    assert [n["id"] for n in kept["nodes"]] == [n["id"] for n in live["nodes"]]
    assert {n["provenance"][0]["freshness"] for n in kept["nodes"]} == {"OFFLINE_COPY"}


async def revoked_amid(pulling: Pulling, rounds: int) -> list[int]:
    """Withdraw a consent at a random point of a pull; count answers with data, and without."""
    pulling.linked.simulated.bank.faults.switch_on(Fault("drip", seconds=0.001))
    consents, dice = (await pulling.linked.hub.people()).consents, random.Random(7)
    first = await pulling.consent(sources=[pulling.linked.sources["bank"]])
    await pulling.ask(pulling.body)  # what is made once is not timed
    shown, began = [0, 0], time.monotonic()
    await pulling.ask(pulling.body)
    takes = time.monotonic() - began
    await consents.revoke(pulling.tara, first)
    points = [0.0, *(dice.random() * 2 * takes for _ in range(rounds - 2)), None]
    for point in points:  # at once, at random, and when the answer is whole
        consent = await pulling.consent(sources=[pulling.linked.sources["bank"]])
        pull = asyncio.create_task(pulling.ask(pulling.body))
        await asyncio.wait([pull], timeout=point)
        withdrawn = await consents.revoke(pulling.tara, consent)
        answer = await pull
        has_data = b"title" in answer.body
        shown[has_data] += 1
        log = await consents.accesses_of(pulling.tara, pulling.tara.learner_id or 0, None, 5)
        lines = [line for line in log if line.consent_id == consent]
        assert bool(lines) == has_data
        assert not isinstance(withdrawn, list)
        if has_data:  # then it was let go, and logged, before the withdrawal was written
            async with pulling.linked.vault.on_errand() as connection:
                written = await connection.fetchval(
                    "SELECT max(id) FROM audit_event WHERE kind = 'CONSENT_REVOKED'"
                )
            assert lines[0].id < written
        assert b"title" not in (await pulling.ask(pulling.body)).body
    return shown


@pytest.mark.mission("M62")
async def test_what_is_withdrawn_amid_a_pull_shows_nothing(pulling: Pulling) -> None:
    assert min(await revoked_amid(pulling, 20)) > 0


@pytest.mark.slow
async def test_withdrawn_at_two_hundred_points_of_a_pull_nothing_is_shown(
    pulling: Pulling,
) -> None:
    without, with_data = await revoked_amid(pulling, 200)
    print(f"{without} without data, {with_data} let go before")
    assert min(without, with_data) > 0
