"""Endorsements: what somebody says of a credential, or of what can be earned."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry
from strawberry import UNSET

from isthmus.graph.fields import GraphInfo, Languages
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.references import LearnerRef, OrganizationRef
from isthmus.graph.rows import entity_of
from isthmus.graph.scalars import Day
from isthmus.graph.texts import in_language
from isthmus.model import endorsement as model
from isthmus.model.text import UNDETERMINED, Text


@strawberry.type(description="What somebody says of a credential, or of what can be earned.")
class Endorsement:
    """An endorsement."""

    by_organization: strawberry.Private[int | None]
    by_learner_id: strawberry.Private[int | None]
    told_relationship: strawberry.Private[str | None]
    told_comment: strawberry.Private[Text | None]
    made_at: strawberry.Private[datetime | None]
    is_signed: strawberry.Private[bool]

    @classmethod
    def of(cls, said: model.Endorsement) -> Self:
        """Give one as the graph has it."""
        comment = Text(said.comment, said.comment_lang or UNDETERMINED) if said.comment else None
        return cls(
            by_organization=said.by_organization_id,
            by_learner_id=said.by_learner_id,
            told_relationship=said.relationship,
            told_comment=comment,
            made_at=said.made_at,
            is_signed=said.signed,
        )

    @strawberry.field(description="The body that says it.")
    async def by(self, info: GraphInfo) -> OrganizationRef | None:
        """Give the body."""
        if self.by_organization is None:
            return None
        row = await info.context.loaders.row("Organization", self.by_organization)
        return None if row is None else entity_of("Organization", row)

    @strawberry.field(description="The learner who says it; null unless the caller may name them.")
    async def by_learner(self, info: GraphInfo) -> LearnerRef | None:
        """Give the learner."""
        from isthmus.graph.types.learner import Learner  # noqa: PLC0415 - they name each other

        if self.by_learner_id is None:
            return None
        known = await info.context.seeing.permits.knows(self.by_learner_id)
        return Learner(learner_id=self.by_learner_id) if known else None

    @strawberry.field(description="How they know, in their own words.")
    def relationship(self) -> str | None:
        """Give it."""
        return self.told_relationship

    @strawberry.field(description="What they say.")
    def comment(self, info: GraphInfo, lang: Languages = UNSET) -> LocalizedText | None:
        """Give it."""
        return in_language(info, lang, self.told_comment)

    @strawberry.field(description="When they said it.")
    def on(self) -> Day | None:
        """Give the day."""
        return Day(self.made_at.date()) if self.made_at else None

    @strawberry.field(description="Whether a good signature stands under it.")
    def signed(self) -> bool:
        """Tell."""
        return self.is_signed
