"""Amounts of money and ranges of pay."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class PayPeriod(StrEnum):
    """What one payment is for."""

    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    YEAR = "YEAR"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency of ISO 4217."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class SalaryRange:
    """Pay from `min` to `max` in `currency` for one `per`; either end may be unstated."""

    min: Decimal | None
    max: Decimal | None
    currency: str
    per: PayPeriod = PayPeriod.UNKNOWN
