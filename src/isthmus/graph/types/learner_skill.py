"""The skills of a learner: what their credentials show, and how well that is confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry import UNSET
from strawberry.federation.schema_directives import Cost

from isthmus.graph.connection import Connection
from isthmus.graph.credential_enums import VerificationLevel
from isthmus.graph.fields import After, First, GraphInfo, sliced_by
from isthmus.graph.gates import gated
from isthmus.graph.linking import skills_of
from isthmus.graph.listed_page import page_of_all
from isthmus.graph.people_enums import ProficiencyLevel
from isthmus.graph.references import SkillRef
from isthmus.graph.rows import WEIGHTS, entity_of
from isthmus.graph.seeing import Verified, fits, may_see
from isthmus.graph.sourced_connection import Connection as SourcedConnection
from isthmus.graph.types.credential import Credential
from isthmus.graph.types.held_credentials import RANKS, page_of
from isthmus.model.consent import DataScope
from isthmus.skills import Linker

WEIGHT = WEIGHTS["LearnerSkill"] = 10


@strawberry.federation.type(
    description="A skill that a learner's credentials show.", directives=[Cost(weight=WEIGHT)]
)
class LearnerSkill:
    """A skill of a learner."""

    learner_id: strawberry.Private[int]
    skill_id: strawberry.Private[int]
    rests_on: strawberry.Private[Sequence[Verified]]

    async def admit(self, info: GraphInfo, type_name: str, field_name: str) -> None:
        """Let a field be shown."""
        await info.context.seeing.permits.admit(self.learner_id, type_name, field_name)

    @strawberry.field(description="The skill; null where it left its scheme meanwhile.")
    async def skill(self, info: GraphInfo) -> SkillRef | None:
        """Give the skill."""
        row = await info.context.loaders.row("Skill", self.skill_id)
        return None if row is None else entity_of("Skill", row)

    @strawberry.field(description="How well it is mastered: UNKNOWN, since nothing says so yet.")
    def level(self) -> ProficiencyLevel:
        """Name the level."""
        return ProficiencyLevel.UNKNOWN

    @strawberry.field(description="The best that a credential which shows it stands on.")
    def strongest_verification(self) -> VerificationLevel:
        """Name the level."""
        return strongest(self.rests_on)

    @gated("The credentials that show it.", directives=[sliced_by("first")])
    async def supported_by(
        self, info: GraphInfo, first: First = 10, after: After = UNSET
    ) -> SourcedConnection[Credential] | None:
        """Give a page."""
        seeing = info.context.seeing
        permit = await seeing.permits.of(self.learner_id)
        found = [one for one in self.rests_on if may_see(permit, one, DataScope.CREDENTIAL_TITLES)]
        return page_of(found, await seeing.wallet(self.learner_id), first, after or None)


async def skills_page(
    info: GraphInfo,
    learner_id: int,
    first: int | None,
    after: str | None,
    least: VerificationLevel,
) -> Connection[LearnerSkill]:
    """Give a page of a learner's skills; a trait is none, and what is refuted shows none."""
    found = await skills_of_learner(info, learner_id, least)
    skills = [
        LearnerSkill(learner_id=learner_id, skill_id=skill, rests_on=found[skill])
        for skill in sorted(found, reverse=True)
    ]
    page = page_of_all(skills, first, after, key=lambda one: one.skill_id, node=lambda one: one)
    return Connection(page=page)


async def skills_of_learner(
    info: GraphInfo, learner_id: int, least: VerificationLevel
) -> dict[int, list[Verified]]:
    """Map each skill that may be seen to the credentials it rests on, at least so verified."""
    seeing = info.context.seeing
    linker: Linker = await seeing.people.linker()
    found: dict[int, list[Verified]] = defaultdict(list)
    for one in await seeing.credentials(learner_id, DataScope.SKILLS):
        if one.trait is not None or _rank(one) < RANKS[least.name]:
            continue
        await _note(info, learner_id, one)
        for alignment in skills_of(linker, one.credential):
            if alignment.skill is not None:
                found[alignment.skill].append(one)
    return dict(found)


async def _note(info: GraphInfo, learner_id: int, one: Verified) -> None:
    """Note the consent by which a credential's skills are shown."""
    permits = info.context.seeing.permits

    def covers(consent: Any) -> bool:
        return fits(consent, one)

    permits.use(await permits.of(learner_id), DataScope.SKILLS, covers)


def strongest(found: Sequence[Verified]) -> VerificationLevel:
    """Name the highest of the levels that credentials stand on."""
    best = max(found, key=_rank, default=None)
    return VerificationLevel[best.verification.level.name] if best else VerificationLevel.NONE


def _rank(one: Verified) -> int:
    return RANKS[one.verification.level.name]
