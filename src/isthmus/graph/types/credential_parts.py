"""What a credential of a learner consists of: evidence, its document, who endorsed it."""

from __future__ import annotations

import base64
from datetime import datetime

import strawberry
from strawberry import UNSET

from isthmus.graph.connection import FREE
from isthmus.graph.credential_enums import (
    CredentialFormat,
    EvidenceKind,
    EvidenceVisibility,
)
from isthmus.graph.fields import GraphInfo, Languages, asked
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.references import LearnerRef, OrganizationRef
from isthmus.graph.rows import entity_of
from isthmus.graph.scalars import URI, Day
from isthmus.graph.stated import text_columns
from isthmus.model import credential as model
from isthmus.model.text import Text
from isthmus.query.languages import choose


def in_language(info: GraphInfo, lang: Languages, text: Text | None) -> LocalizedText | None:
    """Give a text in the language that fits best."""
    held = text_columns("text", text)
    chosen = choose(
        held.get("text"), held.get("text_lang"), held.get("text_i18n"), asked(info, lang or None)
    )
    return None if chosen is None else LocalizedText.of(chosen)


@strawberry.federation.type(description="Something that shows an achievement.", directives=[FREE])
class Evidence:
    """A piece of evidence."""

    stated: strawberry.Private[model.Evidence]

    @strawberry.field(description="What it is.")
    def kind(self) -> EvidenceKind:
        """Name the kind."""
        return EvidenceKind[self.stated.kind.name]

    @strawberry.field(description="What it is called.")
    def title(self, info: GraphInfo, lang: Languages = UNSET) -> LocalizedText | None:
        """Give the title."""
        return in_language(info, lang, self.stated.title)

    @strawberry.field(description="Where it can be seen.")
    def url(self) -> URI | None:
        """Give the address."""
        return URI(self.stated.url) if self.stated.url else None

    @strawberry.field(description="A hash of it, as the document states one.")
    def hash(self) -> str | None:
        """Give the hash."""
        return self.stated.hash

    @strawberry.field(description="Who may see it.")
    def visible_to(self) -> EvidenceVisibility:
        """Say: whoever has a consent for evidence."""
        return EvidenceVisibility.CONSENTED


@strawberry.federation.type(
    description="The document of a credential, byte for byte or in another format.",
    directives=[FREE],
)
class CredentialDocument:
    """A document."""

    format: CredentialFormat = strawberry.field(description="The format it is in.")
    media_type: str = strawberry.field(description="Its media type.")
    body_base64: str = strawberry.field(description="Its bytes, as base64.")
    original: bool = strawberry.field(description="Whether these are the bytes as they came.")
    signed_by_hub: bool = strawberry.field(description="Whether the hub signed it.")
    lossy: list[str] = strawberry.field(description="What was lost on the way to this format.")

    @classmethod
    def original_of(
        cls, body: bytes, media_type: str | None, format: model.CredentialFormat | None
    ) -> CredentialDocument:
        """Give the original."""
        named = CredentialFormat[format.name] if format else CredentialFormat.ORIGINAL
        return cls(
            format=named,
            media_type=media_type or "application/octet-stream",
            body_base64=base64.b64encode(body).decode(),
            original=True,
            signed_by_hub=False,
            lossy=[],
        )


@strawberry.type(description="What somebody says of a credential, or of what can be earned.")
class Endorsement:
    """An endorsement."""

    by_organization: strawberry.Private[int | None]
    by_learner_id: strawberry.Private[int | None]
    told_relationship: strawberry.Private[str | None]
    told_comment: strawberry.Private[Text | None]
    made_at: strawberry.Private[datetime | None]
    is_signed: strawberry.Private[bool] = False

    @strawberry.field(description="The body that says it.")
    async def by(self, info: GraphInfo) -> OrganizationRef | None:
        """Give the body."""
        if self.by_organization is None:
            return None
        row = await info.context.loaders.row("Organization", self.by_organization)
        return None if row is None else entity_of("Organization", row)  # type: ignore[no-any-return]

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
