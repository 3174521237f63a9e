"""The story of certifications, end to end: near their end, past it, somebody else's, an image."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from isthmus.graph.executing import Operation
from isthmus.playground.stories import moves
from isthmus.playground.stories.callers import document
from isthmus.playground.stories.microsoft import BACKPACK, ENDLESS, NEAR, NOOR, OVER, Microsoft
from isthmus.playground.stories.telling import Telling
from isthmus.web.parts import create_graph
from isthmus.web.tracing import Tracing
from tests.support.stories import Stage


async def test_certifications_are_shown_as_they_stand(on_stage: Stage) -> None:
    telling = Telling()
    await Microsoft(await on_stage.learner("noor"), on_stage.badges, telling).walk()
    assert telling.faults == []


@pytest.mark.mission("M26")
@pytest.mark.parametrize(
    ("days", "near", "over"),
    [
        (-20, "VALID", "EXPIRED"),
        (-5, "EXPIRING", "EXPIRED"),
        (0, "EXPIRING", "EXPIRED"),
        (26, "EXPIRED", "EXPIRED"),
        (391, "EXPIRED", "EXPIRED"),
    ],
)
async def test_a_status_is_that_of_the_moment_it_is_asked_at(
    on_stage: Stage, days: int, near: str, over: str
) -> None:
    """The clock is set; the badges and their ends stay as they are."""
    today, noor = datetime.now(UTC).date(), await on_stage.learner("noor")
    await moves.link(noor, BACKPACK, NOOR)
    hub = on_stage.hub
    viewer = await hub.identity().gate.viewer(f"Bearer {noor.token}")
    graph = create_graph(hub, hub.settings, Tracing())
    answer = await graph.run(
        Operation(document("5-my-badges")),
        viewer=viewer,
        now=datetime.now(UTC) + timedelta(days=days),
    )
    assert answer.errors == []
    nodes = (answer.data or {})["viewer"]["learner"]["credentials"]["nodes"]
    found = {one["title"]["value"]: one["status"] for one in nodes}
    assert (found[NEAR], found[OVER], found[ENDLESS]) == (near, over, "VALID")
    renewals = {one["title"]["value"]: one["renewal"] for one in nodes}
    assert renewals[NEAR]["renewable"] is (near != "EXPIRED")
    assert renewals[NEAR]["opensOn"] < renewals[NEAR]["closesOn"]
    assert renewals[OVER]["renewable"] is False
    assert renewals[ENDLESS] is None
    ends = {one["title"]["value"]: one["validUntil"] for one in nodes}
    assert renewals[NEAR]["closesOn"] == ends[NEAR]
    assert ends[NEAR] in {(today + timedelta(days=25 + turned)).isoformat() for turned in (0, 1)}
