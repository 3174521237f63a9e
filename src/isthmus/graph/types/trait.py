"""Traits: what a learner is or may do, other than a skill."""

from __future__ import annotations

import strawberry
from strawberry import UNSET

from isthmus.graph.fields import GraphInfo, Languages
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.people_enums import TraitKind
from isthmus.graph.seeing import Verified
from isthmus.graph.texts import in_language
from isthmus.graph.types.verification import Verification


@strawberry.type(
    description="Professional status, a licence, citizenship and the like: never among skills."
)
class Trait:
    """A trait."""

    made: strawberry.Private[Verified]

    @strawberry.field(description="What it is.")
    def kind(self) -> TraitKind:
        """Name the kind."""
        return TraitKind[self.made.trait.name] if self.made.trait else TraitKind.OTHER

    @strawberry.field(description="What it is called.")
    def label(self, info: GraphInfo, lang: Languages = UNSET) -> LocalizedText | None:
        """Give the name."""
        return in_language(info, lang, self.made.credential.title)

    @strawberry.field(description="Every check that was made of it.")
    def verification(self) -> Verification | None:
        """Give the verification."""
        return Verification(made=self.made.verification, endorsed=self.made.endorsements)
