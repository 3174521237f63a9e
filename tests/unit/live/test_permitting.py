"""What a permit of several consents comes to: the sum of them, each within its own bounds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from isthmus.live.permitting import covering, keeping, may_ask
from isthmus.model.consent import ConsentMode, DataScope, Permit
from isthmus.model.viewer import Role, Viewer
from tests.support.stores import NOW, a_consent, a_permit, own

TARA = Viewer(role=Role.LEARNER, learner_id=7)
IN_MAY = datetime(2025, 5, 28, tzinfo=UTC)


def test_a_learner_may_ask_all_their_stores() -> None:
    assert may_ask(own(TARA), 1)


def test_without_any_consent_nothing_is_asked() -> None:
    assert not may_ask(Permit(7, frozenset()), 1)


@pytest.mark.parametrize(("sources", "asked"), [((), True), ((1, 2), True), ((2,), False)])
def test_a_consent_names_the_stores_it_is_for_or_all(sources: tuple[int, ...], asked: bool) -> None:
    assert may_ask(a_permit(TARA, a_consent(TARA, sources=sources)), 1) is asked


@pytest.mark.parametrize("scope", [DataScope.IDENTITY, DataScope.CONTACT])
def test_who_and_where_somebody_is_stands_in_no_store(scope: DataScope) -> None:
    assert not may_ask(a_permit(TARA, a_consent(TARA, scopes=frozenset({scope}))), 1)


@pytest.mark.parametrize(
    ("begin", "end", "covers"),
    [
        (None, None, True),
        (date(2025, 5, 28), None, True),
        (date(2025, 5, 29), None, False),
        (None, date(2025, 5, 28), True),
        (None, date(2025, 5, 27), False),
    ],
)
def test_a_day_counts_with_both_its_ends(
    begin: date | None, end: date | None, covers: bool
) -> None:
    consent = a_consent(TARA, data_from=begin, data_to=end)
    assert bool(covering(a_permit(TARA, consent), 1, IN_MAY)) is covers


def test_an_award_of_an_unknown_day_is_outside_every_bound() -> None:
    bounded = a_consent(TARA, id=1, data_from=date(1900, 1, 1))
    free = a_consent(TARA, id=2)
    assert covering(a_permit(TARA, bounded), 1, None) == []
    assert covering(a_permit(TARA, bounded, free), 1, None) == [free]


def test_one_consent_does_not_widen_another() -> None:
    one = a_consent(TARA, id=1, sources=(1,), data_to=date(2024, 12, 31))
    other = a_consent(TARA, id=2, sources=(2,))
    assert covering(a_permit(TARA, one, other), 1, IN_MAY) == []
    assert covering(a_permit(TARA, one, other), 2, IN_MAY) == [other]


def test_a_copy_is_kept_under_the_consent_that_lasts_longest_and_lets_it() -> None:
    view = a_consent(TARA, id=1, expires_at=NOW + timedelta(days=300))
    short = a_consent(TARA, id=2, mode=ConsentMode.STORE, expires_at=NOW + timedelta(days=1))
    longer = a_consent(TARA, id=3, mode=ConsentMode.STORE, expires_at=NOW + timedelta(days=2))
    assert keeping([view]) is None
    assert keeping([view, short, longer]) == longer
