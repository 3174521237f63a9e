"""The story of certifications, end to end: near their end, past it, somebody else's, an image."""

from __future__ import annotations

from isthmus.playground.stories.microsoft import Microsoft
from isthmus.playground.stories.telling import Telling
from tests.support.stories import Stage


async def test_certifications_are_shown_as_they_stand(on_stage: Stage) -> None:
    telling = Telling()
    await Microsoft(await on_stage.learner("noor"), on_stage.badges, telling).walk()
    assert telling.faults == []
