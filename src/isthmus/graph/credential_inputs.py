"""Inputs about credentials."""

from __future__ import annotations

import strawberry

from isthmus.graph.credential_enums import CheckKind, CredentialFormat
from isthmus.graph.inputs import says
from isthmus.graph.scalars import URI


@strawberry.input(description="A document as it came, byte for byte.")
class DocumentInput:
    """A document."""

    body: str = strawberry.field(
        description="Its text unchanged (JSON, XML, SVG, a token), or base64 where it is binary, "
        "such as a baked PNG or a PDF. What is base64 as a whole is read as base64."
    )
    format: CredentialFormat | None = says("Its format, where known; unsaid: told by its content.")


@strawberry.input(description="What to verify: exactly one of these.", one_of=True)
class VerifyTarget:
    """Exactly one target."""

    document: DocumentInput | None = says("A document.")
    credential: strawberry.ID | None = says(
        "A credential that the caller may see; compared with what others hold."
    )
    badge_url: URI | None = says("A badge that is hosted at this address.")


@strawberry.input(description="A verification to be made.")
class VerifyCredentialInput:
    """What to verify, and how far."""

    target: VerifyTarget = strawberry.field(description="What to verify.")
    checks: list[CheckKind] | None = says(
        "Only these checks; others are shown as SKIPPED and count for nothing. Unsaid: all."
    )
