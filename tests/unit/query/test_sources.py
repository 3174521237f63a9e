"""What a source gave to a list, by its state, its last good run and its schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from isthmus.errors import ErrorCode
from isthmus.model.run import HealthState
from isthmus.query.sources import is_late, is_retryable, known_code, lag, outcome

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = 3600
FRESH, LATE = NOW - timedelta(hours=1), NOW - timedelta(hours=2, seconds=1)


@pytest.mark.parametrize(
    ("state", "never", "fresh", "late"),
    [
        ("NEVER_RUN", "PARTIAL", "PARTIAL", "PARTIAL"),
        ("UP", "PARTIAL", "OK", "STALE"),
        ("DEGRADED", "PARTIAL", "PARTIAL", "STALE"),
        ("DOWN", "FAILED", "STALE", "STALE"),
        ("QUARANTINED", "FAILED", "STALE", "STALE"),
        ("PAUSED", "PARTIAL", "STALE", "STALE"),
    ],
)
def test_the_outcome_of_a_state(state: str, never: str, fresh: str, late: str) -> None:
    assert outcome(state, None, HOUR, NOW) == never
    assert outcome(state, FRESH, HOUR, NOW) == fresh
    assert outcome(state, LATE, HOUR, NOW) == late


def test_every_state_there_is_has_an_outcome() -> None:
    for state in HealthState:
        for last in (None, FRESH, LATE):
            assert outcome(state, last, HOUR, NOW) in {"OK", "PARTIAL", "STALE", "FAILED"}


def test_a_source_is_late_after_two_of_its_intervals() -> None:
    assert not is_late(NOW - timedelta(hours=2), HOUR, NOW)
    assert is_late(LATE, HOUR, NOW)
    assert is_late(None, HOUR, NOW)


def test_a_source_without_a_schedule_is_never_late() -> None:
    assert not is_late(NOW - timedelta(days=900), None, NOW)


def test_the_lag_is_in_seconds_and_never_negative() -> None:
    assert lag(FRESH, NOW) == HOUR
    assert lag(NOW + timedelta(seconds=5), NOW) == 0
    assert lag(None, NOW) is None


def test_a_code_callers_do_not_know_is_not_shown() -> None:
    assert known_code("SOURCE_DOWN") == "SOURCE_DOWN"
    assert known_code("RUN_LOST") is None
    assert known_code(None) is None


def test_asking_again_helps_where_the_source_was_down_slow_or_busy() -> None:
    again = {code for code in ErrorCode if is_retryable(code)}
    assert again == {"SOURCE_DOWN", "SOURCE_TIMEOUT", "SOURCE_RATE_LIMITED"}
    assert not is_retryable(None)
