"""From which age a learner consents alone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from isthmus.consent.ages import Ages, age_of, published_ages
from isthmus.model.learner import Person

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
GDPR = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
]  # fmt: skip


@pytest.fixture
def ages() -> Ages:
    return published_ages()


def test_in_india_it_is_eighteen_and_in_the_union_thirteen_to_sixteen(ages: Ages) -> None:
    assert ages.of_consent("IN").age == 18
    assert {code: ages.of_consent(code).age for code in GDPR if code not in ages.countries} == {}
    assert all(13 <= ages.of_consent(code).age <= 16 for code in GDPR)


def test_every_age_names_the_law_it_rests_on(ages: Ages) -> None:
    assert all(one.law for one in ages.countries.values())
    assert all(len(code) == 2 and code.isupper() for code in ages.countries)


@pytest.mark.parametrize("country", ["XX", "", None, "Atlantis"])
def test_where_no_law_is_listed_it_is_eighteen(ages: Ages, country: str | None) -> None:
    assert ages.of_consent(country).age == 18


def test_the_case_of_a_country_code_does_not_matter(ages: Ages) -> None:
    assert ages.of_consent("se") == ages.of_consent("SE")


def test_a_birthday_counts_once_it_is_everywhere_on_earth() -> None:
    born = date(2008, 11, 24)
    assert age_of(born, datetime(2026, 11, 24, 11, 59, tzinfo=UTC)) == 17
    assert age_of(born, NOON) == 18


def test_who_was_born_on_a_leap_day_is_older_on_the_first_of_march() -> None:
    born = date(2008, 2, 29)
    assert age_of(born, datetime(2026, 2, 28, 23, tzinfo=UTC)) == 17
    assert age_of(born, datetime(2026, 3, 1, 12, tzinfo=UTC)) == 18


@pytest.mark.parametrize(
    ("person", "needs"),
    [
        (Person(born_on=date(2008, 11, 24), country="IN"), False),
        (Person(born_on=date(2008, 11, 25), country="IN"), True),
        (Person(born_on=date(2013, 11, 24), country="SE"), False),
        (Person(born_on=date(2013, 11, 24)), True),
        (Person(country="SE"), True),
        (Person(born_on=date(2030, 1, 1), country="SE"), True),
    ],
)
def test_an_age_that_is_unknown_or_too_low_needs_a_guardian(
    ages: Ages, person: Person, needs: bool
) -> None:
    assert ages.needs_guardian(person, NOON) is needs


def test_nobody_guards_whose_age_is_unknown_or_who_only_consents_alone(ages: Ages) -> None:
    assert ages.can_guard(Person(born_on=date(2008, 11, 24), country="SE"), NOON)
    assert not ages.can_guard(Person(born_on=date(2010, 1, 1), country="SE"), NOON)
    assert not ages.can_guard(Person(country="SE"), NOON)
