"""How an award is renewed: by rules of those who provide it, as data; nothing is guessed.

A rule holds for what one provider of the catalogue offers. An award that ends, of a provider with
no rule here, has no renewal that is known; one past its end can no longer be renewed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources

import msgspec


@dataclass(frozen=True, slots=True)
class RenewalRule:
    """What one provider says of renewing: when it opens before the end, what it takes."""

    provider: str
    opens_days_before: int
    method: str
    url: str
    amount: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Renewal:
    """The renewal of one award, on one day."""

    renewable: bool
    opens_on: date
    closes_on: date
    rule: RenewalRule


@cache
def rules() -> Mapping[str, RenewalRule]:
    """Give the rules by the address of their provider."""
    text = (resources.files("isthmus.credentials") / "renewals.json").read_bytes()
    return {rule.provider: rule for rule in msgspec.json.decode(text, type=list[RenewalRule])}


def renewal_of(provider: str | None, ends_on: date | None, today: date) -> Renewal | None:
    """Tell how an award of a provider is renewed; None where it has no end, or no rule is known."""
    rule = rules().get(provider or "")
    if rule is None or ends_on is None:
        return None
    opens_on = ends_on - timedelta(days=rule.opens_days_before)
    return Renewal(today <= ends_on, opens_on, ends_on, rule)
