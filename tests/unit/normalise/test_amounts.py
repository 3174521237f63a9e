"""Amounts and pay: what is stated, or None."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.connector.records import Cost, Salary
from isthmus.model.money import Money, PayPeriod, SalaryRange
from isthmus.normalise.amounts import cost_of, currency, decimal, salary_of
from isthmus.normalise.drift import Drift

TOTAL = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("stated", "amount"), [("12.50", "12.50"), (12, "12"), (0.1, "0.1"), ("0", "0"), (" 7 ", "7")]
)
def test_a_number_keeps_its_digits(stated: float | str, amount: str) -> None:
    assert decimal(stated, "f", Drift()) == Decimal(amount)


@pytest.mark.parametrize(
    "stated", ["12,50", "free", "NaN", "Infinity", "-5", -0.01, "1e400", "1e-400", "9" * 16]
)
def test_what_is_no_amount_is_none_and_noted(stated: float | str) -> None:
    drift = Drift()
    assert decimal(stated, "cost.amount", drift) is None
    assert drift.notes.total() == 1


def test_a_number_too_long_to_be_written_is_none() -> None:
    assert decimal(10**5000, "f", Drift()) is None


def test_nothing_stated_is_none_and_not_noted() -> None:
    drift = Drift()
    assert decimal(None, "f", drift) is decimal("", "f", drift) is None
    assert not drift.notes


@pytest.mark.parametrize("stated", ["€", "euro", "EU", "", "12", "E.R"])
def test_a_currency_is_three_letters_of_iso_4217(stated: str) -> None:
    assert currency(" eur ", "f", Drift()) == "EUR"
    assert currency(stated, "f", Drift()) is None


def test_a_cost_of_zero_is_an_amount_and_silence_is_none() -> None:
    assert cost_of(Cost(amount=0, currency="EUR"), Drift()) == Money(Decimal(0), "EUR")
    assert cost_of(None, Drift()) is None


def test_an_amount_without_its_currency_is_no_cost() -> None:
    assert cost_of(Cost(amount=10, currency="pounds"), Drift()) is None
    assert cost_of(Cost(amount="ask us", currency="GBP"), Drift()) is None


def test_pay_keeps_the_end_that_is_stated_and_leaves_the_other_open() -> None:
    read = salary_of(Salary(currency="SEK", min="30000", per="monthly"), Drift())
    assert read == SalaryRange(Decimal(30000), None, "SEK", PayPeriod.MONTH)


@pytest.mark.parametrize(
    ("per", "period"),
    [
        ("hour", PayPeriod.HOUR), ("HOURLY", PayPeriod.HOUR), ("per-hour", PayPeriod.HOUR),
        ("Year", PayPeriod.YEAR), ("annually", PayPeriod.YEAR), ("per month", PayPeriod.MONTH),
        (None, PayPeriod.UNKNOWN), ("fortnight", PayPeriod.UNKNOWN),
    ],
)  # fmt: skip
def test_a_pay_period_reads_or_is_unknown(per: str | None, period: PayPeriod) -> None:
    read = salary_of(Salary(currency="EUR", min=1, max=2, per=per), Drift())
    assert read is not None
    assert read.per is period


def test_pay_without_a_currency_or_any_end_is_none() -> None:
    assert salary_of(None, Drift()) is None
    assert salary_of(Salary(currency="money", min=1), Drift()) is None
    assert salary_of(Salary(currency="EUR", min="much", max="more"), Drift()) is None


NUMBERS = st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.decimals().map(str))


@TOTAL
@given(NUMBERS, NUMBERS, st.text(), st.none() | st.text())
def test_no_statement_makes_reading_pay_fail(
    low: float | str | None, high: float | str | None, code: str, per: str | None
) -> None:
    read = salary_of(Salary(currency=code, min=low, max=high, per=per), Drift())
    assert read is None or all(end is None or 0 <= end < 10**15 for end in (read.min, read.max))
    cost = None if low is None else cost_of(Cost(amount=low, currency="EUR"), Drift())
    assert cost is None or cost.amount.is_finite()
