"""Amounts of money."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from isthmus.connector.records import Cost, Salary
from isthmus.model.money import Money, PayPeriod, SalaryRange
from isthmus.normalise.drift import Drift
from isthmus.normalise.words import word

_CURRENCY = re.compile(r"^[A-Z]{3}$")
LARGEST = 15
"""Digits before the point of the largest amount; a longer one is a mistake, and overflows."""
FINEST = 30
"""Digits behind the point."""
_PERIODS = {
    "hourly": PayPeriod.HOUR, "per hour": PayPeriod.HOUR, "daily": PayPeriod.DAY,
    "weekly": PayPeriod.WEEK, "monthly": PayPeriod.MONTH, "yearly": PayPeriod.YEAR,
    "annual": PayPeriod.YEAR, "annually": PayPeriod.YEAR, "per year": PayPeriod.YEAR,
    "per month": PayPeriod.MONTH,
}  # fmt: skip


def decimal(stated: float | str | None, field: str, drift: Drift) -> Decimal | None:
    """Read an amount: a decimal number, never a negative one; None where it is none."""
    if stated is None or stated == "":
        return None
    try:
        found = Decimal(stated if isinstance(stated, int) else str(stated))
    except InvalidOperation:
        found = Decimal("NaN")
    if found.is_finite() and found >= 0 and _is_of_this_world(found):
        return found
    drift.note(field, stated if isinstance(stated, str) else found)
    return None


def _is_of_this_world(amount: Decimal) -> bool:
    exponent = amount.as_tuple().exponent
    return amount.adjusted() < LARGEST and isinstance(exponent, int) and -exponent <= FINEST


def currency(stated: str, field: str, drift: Drift) -> str | None:
    """Read a currency code of ISO 4217 by its form."""
    code = stated.strip().upper()
    if _CURRENCY.match(code):
        return code
    drift.note(field, stated)
    return None


def cost_of(stated: Cost | None, drift: Drift) -> Money | None:
    """Read what a qualification costs; zero is an amount, silence is None."""
    if stated is None:
        return None
    amount = decimal(stated.amount, "cost.amount", drift)
    code = currency(stated.currency, "cost.currency", drift)
    return Money(amount, code) if amount is not None and code is not None else None


def salary_of(stated: Salary | None, drift: Drift) -> SalaryRange | None:
    """Read a pay range; None where neither end or no currency reads."""
    if stated is None:
        return None
    code = currency(stated.currency, "salary.currency", drift)
    low = decimal(stated.min, "salary.min", drift)
    high = decimal(stated.max, "salary.max", drift)
    if code is None or (low is None and high is None):
        return None
    per = word(stated.per, PayPeriod, _PERIODS, "salary.per", drift) or PayPeriod.UNKNOWN
    return SalaryRange(low, high, code, per)
