"""Moments, days and durations: read where they are ISO 8601, None where they are not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.normalise.dates import day, duration, hours_of, moment
from isthmus.normalise.drift import Drift

TOTAL = settings(deadline=None, derandomize=True)
IMPOSSIBLE = ["2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-15T25:00:00"]
NOT_ISO = [
    "15/01/2024", "01/15/2024", "15.01.2024", "15 January 2024", "tomorrow", "2024", "2024-01",
    "20240115garbage", "2024-01-15x10:00", " 2024-01-15", "0000-00-00", "9" * 400,
]  # fmt: skip
MILLISECONDS = ["1710120600000", "1612105200000", "1699999999999", "0", "1710120600"]


def test_a_moment_with_an_offset_is_given_in_utc() -> None:
    read = moment("2024-01-15T10:00:00+05:30", "published_at", Drift())
    assert read == datetime(2024, 1, 15, 4, 30, tzinfo=UTC)
    assert read is not None
    assert read.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_counts_as_utc() -> None:
    for stated in ("2024-01-15T10:00:00", "2024-01-15 10:00:00", "2024-01-15T10:00:00Z"):
        assert moment(stated, "f", Drift()) == datetime(2024, 1, 15, 10, tzinfo=UTC)


def test_a_date_is_its_first_moment() -> None:
    assert moment("2024-01-15", "f", Drift()) == datetime(2024, 1, 15, tzinfo=UTC)
    assert moment("20240115", "f", Drift()) == datetime(2024, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize("stated", [*IMPOSSIBLE, *NOT_ISO])
def test_what_is_no_iso_moment_is_none_and_noted(stated: str) -> None:
    drift = Drift()
    assert moment(stated, "closes_at", drift) is None
    assert drift.notes.total() == 1
    assert drift.lines()[0].startswith("closes_at: ")


@pytest.mark.parametrize("stated", MILLISECONDS)
def test_milliseconds_are_never_taken_for_a_year(stated: str) -> None:
    assert moment(stated, "f", Drift()) is None
    assert day(stated, "f", Drift()) is None


@pytest.mark.parametrize("stated", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_zone_that_leaves_the_calendar_is_none_and_noted(stated: str) -> None:
    drift = Drift()
    assert moment(stated, "f", drift) is None
    assert drift.notes.total() == 1


def test_silence_is_none_and_not_noted() -> None:
    drift = Drift()
    assert moment(None, "f", drift) is moment("", "f", drift) is None
    assert day(None, "f", drift) is duration(None, "f", drift) is None
    assert not drift.notes


def test_a_day_is_the_day_the_source_wrote_whatever_the_zone() -> None:
    assert day("2024-01-15T23:30:00-08:00", "f", Drift()) == date(2024, 1, 15)
    assert day("2024-01-15", "f", Drift()) == date(2024, 1, 15)
    assert day("20240115T2330", "f", Drift()) == date(2024, 1, 15)


@pytest.mark.parametrize("stated", ["2024-02-30", "2024-02-30T10:00:00", "31/12/2024", "soon"])
def test_what_is_no_day_is_none_and_noted(stated: str) -> None:
    drift = Drift()
    assert day(stated, "valid_until", drift) is None
    assert drift.notes.total() == 1


@pytest.mark.parametrize("stated", ["P1Y", "P6M", "P2W", "PT90M", "P1DT2H", "PT1.5H"])
def test_a_duration_passes_through_as_stated(stated: str) -> None:
    assert duration(stated, "valid_for", Drift()) == stated


@pytest.mark.parametrize(
    "stated",
    ["P", "PT", "P1YT", "1 year", "P-1Y", "PT1H\n", "P\u0661Y", "P" + "9" * 400 + "Y", "p1y"],
)
def test_what_is_no_duration_is_none_and_noted(stated: str) -> None:
    drift = Drift()
    assert duration(stated, "valid_for", drift) is None
    assert hours_of(stated) is None
    assert drift.notes.total() == 1


def test_hours_are_those_of_hours_minutes_and_seconds() -> None:
    assert hours_of("PT90M") == 1.5
    assert hours_of("PT2H30M") == 2.5
    assert hours_of("PT5400S") == 1.5


@pytest.mark.parametrize("stated", ["P6W", "P3M", "P1Y", "P2D", "P1DT2H", "P1YT10H"])
def test_no_hours_are_made_of_calendar_time(stated: str) -> None:
    assert hours_of(stated) is None


@TOTAL
@given(st.one_of(st.none(), st.text(), st.from_regex(r"[0-9TZWP:.+ -]{1,40}")))
def test_no_text_makes_reading_a_time_fail(stated: str | None) -> None:
    drift = Drift()
    found = moment(stated, "f", drift)
    assert found is None or found.tzinfo is UTC
    assert (found is None and bool(stated)) == bool(drift.notes)
    assert day(stated, "f", drift) is None or isinstance(day(stated, "f", drift), date)
    assert duration(stated, "f", drift) in {None, stated}
    hours = hours_of(stated)
    assert hours is None or 0 <= hours < float("inf")


@TOTAL
@given(st.datetimes(timezones=st.timezones()))
def test_every_moment_written_as_iso_reads_back(moment_: datetime) -> None:
    written = moment_.isoformat()
    try:
        expected = datetime.fromisoformat(written).astimezone(UTC)
    except OverflowError:
        expected = None
    assert moment(written, "f", Drift()) == expected
    assert day(written, "f", Drift()) == moment_.date()


def test_a_moment_with_its_zone_in_letters_is_read() -> None:
    found = moment("2019-02-01 21:21:41 UTC", "changed", Drift())
    assert found == datetime(2019, 2, 1, 21, 21, 41, tzinfo=UTC)
