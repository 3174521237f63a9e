"""The story from India, end to end: provider, locker, employer, consent, and its end."""

from __future__ import annotations

from isthmus.playground.stories.india import India
from isthmus.playground.stories.telling import Telling
from isthmus.playground.stories.trouble import Trouble
from isthmus.playground.stories.ward import Ward
from tests.support.stories import Stage


async def test_a_learner_shows_an_employer_what_her_locker_holds_and_takes_it_back(
    on_stage: Stage,
) -> None:
    telling = Telling()
    story = India(await on_stage.learner("tara"), await on_stage.employer(), telling)
    await story.walk()
    await story.walk()  # she may change her mind, and link and agree again
    assert telling.faults == []
    assert telling.went


async def test_what_a_learner_under_age_agrees_to_waits_for_his_guardian(on_stage: Stage) -> None:
    telling = Telling()
    ravi, meera = await on_stage.learner("ravi"), await on_stage.learner("meera")
    await Ward(ravi, meera, await on_stage.employer(), telling).walk()
    assert telling.faults == []


async def test_a_store_in_trouble_costs_its_own_part(on_stage: Stage) -> None:
    telling = Telling()
    tara, employer = await on_stage.learner("tara"), await on_stage.employer()
    await India(tara, employer, telling).link()
    await Trouble(tara, employer, on_stage.stores, telling).walk()
    assert telling.faults == []
