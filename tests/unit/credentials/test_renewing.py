"""Renewal by the rules of providers: when it opens, that it ends, and that nothing is guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from isthmus.credentials.renewing import renewal_of, rules

LEARN = "https://learn.microsoft.com/"
ENDS = date(2026, 12, 24)


def test_every_rule_reads_and_is_found_by_its_provider() -> None:
    assert LEARN in rules()
    assert all(rule.url.startswith("https://") and rule.method for rule in rules().values())


@pytest.mark.parametrize(
    ("days", "renewable"), [(-200, True), (-30, True), (0, True), (1, False), (365, False)]
)
def test_what_has_ended_can_no_longer_be_renewed(days: int, renewable: bool) -> None:
    found = renewal_of(LEARN, ENDS, ENDS + timedelta(days=days))
    assert found is not None
    assert found.renewable is renewable
    assert (found.opens_on, found.closes_on) == (ENDS - timedelta(days=180), ENDS)


@pytest.mark.parametrize(
    ("provider", "ends"), [(None, ENDS), ("https://other.example/", ENDS), (LEARN, None)]
)
def test_without_a_rule_or_an_end_nothing_is_guessed(
    provider: str | None, ends: date | None
) -> None:
    assert renewal_of(provider, ends, ENDS) is None
