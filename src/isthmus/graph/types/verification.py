"""A verification as the graph shows it: its checks, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import strawberry
from strawberry import UNSET

from isthmus.graph.connection import Connection
from isthmus.graph.credential_enums import (
    CheckKind,
    CheckResult,
    VerificationLevel,
    VerificationOutcome,
)
from isthmus.graph.fields import After, First, GraphInfo, Languages, sliced_by
from isthmus.graph.listed_page import page_of_all
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.scalars import URI, Moment
from isthmus.graph.types.endorsement import Endorsement
from isthmus.graph.types.payload import Payload, UserError
from isthmus.model import verification as model
from isthmus.model.endorsement import Endorsement as Endorsed
from isthmus.query.languages import Chosen, fits

OWN_LANGUAGE = "en"


def said(info: GraphInfo, lang: Languages, sentence: str) -> LocalizedText:
    """Give a sentence of the hub's own, which it has in English only."""
    asked = lang or info.context.languages
    fallback = bool(asked) and not fits(OWN_LANGUAGE, asked[0])
    return LocalizedText.of(Chosen(sentence, OWN_LANGUAGE, fallback))


@strawberry.type(description="One check of a credential.")
class VerificationCheck:
    """One check."""

    row: strawberry.Private[model.Check]

    @strawberry.field(description="What it asks.")
    def kind(self) -> CheckKind:
        """Name the kind."""
        return CheckKind[self.row.kind.name]

    @strawberry.field(description="What came of it.")
    def result(self) -> CheckResult:
        """Name the result."""
        return CheckResult[self.row.result.name]

    @strawberry.field(
        description="The part of the document it is about, as a JSON pointer; null for the whole."
    )
    def path(self) -> str | None:
        """Give the place."""
        return self.row.path or None

    @strawberry.field(description="The same in one sentence, without personal data.")
    def detail(self, info: GraphInfo, lang: Languages = UNSET) -> LocalizedText | None:
        """Say it."""
        return said(info, lang or None, self.row.detail)

    @strawberry.field(description="Whom it rests on, where that has an address.")
    def source(self) -> URI | None:
        """Give the address; other names of sources stand in the detail."""
        source = self.row.source
        return URI(source) if source and ":" in source else None

    @strawberry.field(description="When it was made; null where it was not.")
    def at(self) -> Moment | None:
        """Give the moment."""
        return Moment(self.row.at) if self.row.at else None

    @strawberry.field(description="How old the answer it rests on is, where one was asked for.")
    def age_seconds(self) -> int | None:
        """Give the age."""
        return self.row.age_seconds


@strawberry.type(description="Computed by the hub, with its checks; never declared by the source.")
class Verification:
    """A verification."""

    made: strawberry.Private[model.Verification]
    endorsed: strawberry.Private[Sequence[Endorsed]] = ()

    @strawberry.field(description="Who stands behind it, by the checks.")
    def level(self) -> VerificationLevel:
        """Name the level."""
        return VerificationLevel[self.made.level.name]

    @strawberry.field(description="Why it is this level.")
    def reason(self, info: GraphInfo, lang: Languages = UNSET) -> LocalizedText | None:
        """Say why."""
        return said(info, lang or None, self.made.reason)

    @strawberry.field(description="The checks in one word; it never replaces them.")
    def outcome(self) -> VerificationOutcome:
        """Name the outcome."""
        return VerificationOutcome[self.made.outcome.name]

    @strawberry.field(
        description="Every check, also those not made; those of credentials inside it come last."
    )
    def checks(self) -> list[VerificationCheck]:
        """Give the rows."""
        return [VerificationCheck(row=row) for row in self.made.checks]

    @strawberry.field(
        description="What others say of it in this hub; the newest first.",
        directives=[sliced_by("first")],
    )
    def endorsements(
        self, first: First = 10, after: After = UNSET
    ) -> Connection[Endorsement] | None:
        """Give a page."""
        found = sorted(self.endorsed, key=lambda one: -one.id)
        page = page_of_all(found, first, after or None, key=lambda one: one.id, node=Endorsement.of)
        return Connection(page=page)

    @strawberry.field(description="When it was made.")
    def verified_at(self) -> Moment | None:
        """Give the moment."""
        return Moment(self.made.verified_at)

    @strawberry.field(description="The moment of the oldest answer that it rests on.")
    def valid_as_of(self) -> Moment | None:
        """Give the moment."""
        return Moment(self.made.valid_as_of) if self.made.valid_as_of else None

    @strawberry.field(description="True when something had to be answered from memory, or not.")
    def offline(self) -> bool:
        """Tell."""
        return self.made.offline


@strawberry.type(description="What came of `verifyCredential`.")
class VerifyCredentialPayload(Payload):
    """The verification, or what to put right."""

    verification: Verification | None = strawberry.field(
        description="The verification; null where there was nothing to verify."
    )

    @classmethod
    def of(cls, made: model.Verification) -> Self:
        """Give a verification."""
        return cls(verification=Verification(made=made), user_errors=[])

    @classmethod
    def refusing(cls, *errors: UserError) -> Self:
        """Say what to put right."""
        return cls(verification=None, user_errors=list(errors))
