"""The rules of consent, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.consent.rules import Asking, Granting, Reason, faults_of, permit_of, too_wide
from isthmus.model.consent import (
    Consent,
    ConsentMode,
    ConsentStatus,
    DataScope,
    Permit,
    Purpose,
)
from tests.support.consenting import SKILLS, a_consent

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
GRANTING = Granting(2, Purpose.JOB_MATCHING, SKILLS, NOW + timedelta(days=1))

scopes = st.frozensets(st.sampled_from(DataScope), min_size=1)
modes = st.sampled_from(ConsentMode)
days = st.integers(1, 700).map(lambda number: NOW + timedelta(days=number))


@pytest.mark.parametrize(
    ("said", "code", "path"),
    [
        ({"scopes": frozenset()}, Reason.REQUIRED, "fields"),
        ({"expires_at": NOW}, Reason.INVALID, "expiresAt"),
        ({"expires_at": NOW + timedelta(days=732)}, Reason.INVALID, "expiresAt"),
        ({"data_from": date(2026, 2, 2), "data_to": date(2026, 2, 1)}, Reason.INVALID, "dataTo"),
        ({"sources": tuple(range(101))}, Reason.INVALID, "sources"),
    ],
)
def test_a_fault_is_told_with_its_place(said: dict[str, Any], code: Reason, path: str) -> None:
    assert [(f.code, f.path) for f in faults_of(replace(GRANTING, **said), NOW)] == [
        (code, (path,))
    ]


def test_two_whole_years_are_allowed_even_across_a_leap_year() -> None:
    asking = Asking(1, Purpose.JOB_MATCHING, SKILLS, datetime(2028, 11, 24, 12, tzinfo=UTC))
    assert faults_of(asking, NOW) == []


@given(scopes, modes, days, scopes, modes, days)
def test_a_grant_passes_only_within_its_request(
    asked: frozenset[DataScope],
    asked_mode: ConsentMode,
    asked_until: datetime,
    granted: frozenset[DataScope],
    mode: ConsentMode,
    until: datetime,
) -> None:
    request = a_consent(scopes=asked, mode=asked_mode, expires_at=asked_until)
    grant = replace(GRANTING, scopes=granted, mode=mode, expires_at=until)
    within = (
        granted <= asked
        and until <= asked_until
        and not (mode is ConsentMode.STORE and asked_mode is ConsentMode.VIEW)
    )
    assert (too_wide(grant, request) == []) is within


consents = st.builds(
    a_consent,
    id=st.integers(1, 99),
    scopes=scopes,
    status=st.sampled_from(
        [ConsentStatus.ACTIVE, ConsentStatus.EXPIRED, ConsentStatus.REVOKED, ConsentStatus.REFUSED]
    ),
    expires_at=days,
    revoked_at=st.none() | days,
)


@given(st.lists(consents, max_size=6))
def test_a_permit_covers_exactly_what_active_consents_cover(granted: list[Consent]) -> None:
    permit = permit_of(1, granted)
    active = [c for c in granted if c.status is ConsentStatus.ACTIVE]
    for scope in DataScope:
        assert permit.covers(scope) is any(scope in c.scopes for c in active)
    assert list(permit.consents) == active
    assert not (permit.consents and permit.lapsed)


def test_the_newest_that_ended_says_how_it_ended() -> None:
    expired = a_consent(status=ConsentStatus.EXPIRED, expires_at=NOW - timedelta(days=2))
    revoked = a_consent(status=ConsentStatus.REVOKED, revoked_at=NOW - timedelta(days=1))
    for granted in ([expired, revoked], [revoked, expired]):
        assert permit_of(1, granted) == Permit(1, frozenset(), lapsed=ConsentStatus.REVOKED)
