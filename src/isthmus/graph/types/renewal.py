"""The renewal of an award, as its provider has it."""

from __future__ import annotations

import strawberry
from strawberry import UNSET

from isthmus.credentials.renewing import Renewal as Known
from isthmus.graph.fields import GraphInfo, Languages
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.rows import entity_of
from isthmus.graph.scalars import URI, Day
from isthmus.graph.types.values import Money
from isthmus.graph.types.verification import said


@strawberry.type(description="How an award is renewed, by a rule of whoever provides it.")
class Renewal:
    """A renewal."""

    known: strawberry.Private[Known]

    @strawberry.field(description="Whether it can be renewed still: not after its end.")
    def renewable(self) -> bool:
        """Tell."""
        return self.known.renewable

    @strawberry.field(description="The first day of renewing it.")
    def opens_on(self) -> Day | None:
        """Give the day."""
        return Day(self.known.opens_on)

    @strawberry.field(description="The last day of renewing it.")
    def closes_on(self) -> Day | None:
        """Give the day."""
        return Day(self.known.closes_on)

    @strawberry.field(description="What it costs; an amount of 0 says that it is free.")
    def cost(self) -> Money | None:
        """Give the amount."""
        rule = self.known.rule
        if rule.amount is None or rule.currency is None:
            return None
        row = {"cost_amount": rule.amount, "cost_currency": rule.currency}
        found: Money = entity_of("Money", row)
        return found

    @strawberry.field(description="How.")
    def method(self, info: GraphInfo, lang: Languages = UNSET) -> LocalizedText | None:
        """Say how."""
        return said(info, lang or None, self.known.rule.method)

    @strawberry.field(description="Where.")
    def url(self) -> URI | None:
        """Give the address."""
        return URI(self.known.rule.url)
