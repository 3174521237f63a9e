"""Learners who agreed that the caller sees them, narrowed by what they agreed to show."""

from __future__ import annotations

from collections.abc import Sequence

from isthmus.graph.connection import Connection
from isthmus.graph.credential_enums import VerificationLevel
from isthmus.graph.fields import GraphInfo
from isthmus.graph.listed_page import asked_page, page_read
from isthmus.graph.people_inputs import LearnerFilter
from isthmus.graph.types.learner import Learner
from isthmus.graph.types.learner_skill import skills_of_learner
from isthmus.model.consent import DataScope, Purpose
from isthmus.query.ids import key_of

CHUNK, MOST_READ = 50, 500
"""How many learners are looked at together, and at most, to fill one page of a narrowed list."""


async def learners_page(
    info: GraphInfo, first: int | None, after: str | None, wanted: LearnerFilter | None
) -> Connection[Learner]:
    """Give a page of learners."""
    size, begin = asked_page(first, after)
    found = await _found(info, size + 1, begin, wanted)
    page = page_read(
        found, size, begin, key=lambda one: one, node=lambda one: Learner(learner_id=one)
    )
    return Connection(page=page)


async def _found(
    info: GraphInfo, most: int, begin: int | None, wanted: LearnerFilter | None
) -> list[int]:
    kept: list[int] = []
    read = 0
    narrows = wanted is not None and bool(wanted.skill or wanted.country)
    chunk = CHUNK if narrows else most
    while len(kept) < most and read < MOST_READ:
        some = await _read(info, begin, chunk, wanted)
        kept += [one for one in some if wanted is None or await _fits(info, one, wanted)]
        read += len(some)
        if len(some) < chunk:
            break
        begin = some[-1]
    return kept[:most]


async def _read(
    info: GraphInfo, begin: int | None, most: int, wanted: LearnerFilter | None
) -> Sequence[int]:
    seeing = info.context.seeing
    purpose = Purpose[wanted.purpose.name] if wanted is not None and wanted.purpose else None
    return await seeing.people.consents.learners_for(seeing.viewer, purpose, begin, most)


async def _fits(info: GraphInfo, learner: int, wanted: LearnerFilter) -> bool:
    """Tell whether a learner fits, by what they agreed to show and nothing else."""
    permit = await info.context.seeing.permits.of(learner)
    if wanted.country:
        if not permit.covers(DataScope.IDENTITY):
            return False
        info.context.seeing.permits.use(permit, DataScope.IDENTITY)
        known = await info.context.seeing.learner(learner)
        if known is None or known.person.country != wanted.country:
            return False
    if not wanted.skill:
        return True
    if not permit.covers(DataScope.SKILLS):
        return False
    least = wanted.min_verification or VerificationLevel.SELF
    shown = await skills_of_learner(info, learner, least)
    return all(key_of(text, "skl") in shown for text in wanted.skill)
