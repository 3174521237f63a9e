"""Workload: hours only where hours are stated, the source's own words always."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.connector.records import QualificationRecord
from isthmus.connector.records import Workload as Stated
from isthmus.model.qualification import Scale, Workload
from isthmus.normalise.drift import Drift
from isthmus.normalise.qualification import qualification, workload_of
from isthmus.skills import Linker


def test_minutes_become_hours_and_stay_the_original_unit() -> None:
    assert workload_of(Stated(minutes=45), Drift()) == Workload(0.75, 0.75, "45 minutes")


def test_hours_stay_hours() -> None:
    assert workload_of(Stated(hours=120), Drift()) == Workload(120, 120, "120 hours")
    assert workload_of(Stated(hours="1.5"), Drift()) == Workload(1.5, 1.5, "1.5 hours")


def test_the_words_of_the_source_come_before_any_of_ours() -> None:
    assert workload_of(Stated(hours=125, stated_as="5 ECTS"), Drift()) == Workload(
        125, 125, "5 ECTS"
    )


def test_words_alone_make_no_hours() -> None:
    assert workload_of(Stated(stated_as="5 ECTS"), Drift()) == Workload(None, None, "5 ECTS")


def test_calendar_time_is_kept_as_words_and_makes_no_hours() -> None:
    stated = Stated(duration_min="P6W", duration_max="P8W")
    assert workload_of(stated, Drift()) == Workload(None, None, "P6W/P8W")


def test_a_duration_in_hours_makes_hours() -> None:
    stated = Stated(duration_min="PT90M", duration_max="PT90M")
    assert workload_of(stated, Drift()) == Workload(1.5, 1.5, "PT90M")


def test_an_end_that_is_not_stated_is_not_invented() -> None:
    assert workload_of(Stated(hours_min=10), Drift()) == Workload(10, None, "10 hours")
    assert workload_of(Stated(hours_max=40), Drift()) == Workload(None, 40, "40 hours")
    assert workload_of(Stated(hours_min=10, hours_max=40), Drift()) == Workload(
        10, 40, "10 hours/40 hours"
    )


@pytest.mark.parametrize("stated", [None, Stated(), Stated(duration_min="")])
def test_silence_is_none(stated: Stated | None) -> None:
    assert workload_of(stated, Drift()) is None


def test_hours_that_do_not_read_are_noted_and_their_words_kept() -> None:
    drift = Drift()
    assert workload_of(Stated(hours="a few"), drift) == Workload(None, None, "a few hours")
    assert drift.lines() == ["workload.hours: 'a few' does not read (1x)"]


NUMBERS = st.none() | st.integers() | st.floats() | st.text()


@settings(deadline=None, derandomize=True)
@given(NUMBERS, NUMBERS, NUMBERS, st.none() | st.text())
def test_no_statement_gives_hours_that_are_none(
    hours: float | str | None,
    minutes: float | str | None,
    most: float | str | None,
    lasts: str | None,
) -> None:
    stated = Stated(hours=hours, minutes=minutes, hours_max=most, duration_min=lasts)
    read = workload_of(stated, Drift())
    ends = () if read is None else (read.hours_min, read.hours_max)
    assert all(end is None or 0 <= end < 1e15 for end in ends)


@pytest.mark.mission("M2")
@settings(deadline=None, derandomize=True)
@given(st.floats(min_value=0, max_value=1e6), st.sampled_from(["hours", "minutes", "hours_max"]))
def test_no_workload_makes_a_qualification_micro(linker: Linker, amount: float, unit: str) -> None:
    record = QualificationRecord(title="Any", workload=Stated(**{unit: amount}))
    assert qualification(record, linker, Drift()).scale is Scale.UNKNOWN
