"""What a credential of a learner consists of: evidence, its document, who endorsed it."""

from __future__ import annotations

import base64

import strawberry
from strawberry import UNSET

from isthmus.graph.connection import FREE
from isthmus.graph.credential_enums import (
    CredentialFormat,
    EvidenceKind,
    EvidenceVisibility,
)
from isthmus.graph.fields import GraphInfo, Languages
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.scalars import URI
from isthmus.graph.texts import in_language
from isthmus.model import credential as model


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
