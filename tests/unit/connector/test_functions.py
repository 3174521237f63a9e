"""The words of connectors are pure and total: what does not read is null, and noted as drift."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.connector.functions import NAMES, ConnectorFunctions

odd = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
anything = st.recursive(
    odd, lambda v: st.lists(v, max_size=2) | st.dictionaries(odd, v, max_size=2)
)
TAKES = {"parse_date": 2, "split": 2, "replace": 3, "lookup": 2, "spread": 3}


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.sampled_from(NAMES), st.lists(anything, min_size=3, max_size=3))
def test_no_value_makes_a_function_fail(name: str, given_values: list[Any]) -> None:
    functions = ConnectorFunctions({"words": {"a": "b"}})
    functions.by_name()[name](*given_values[: TAKES.get(name, 1)])


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_in_its_form_is_read_back(day: date) -> None:
    written = f"{day.day:02}/{day.month:02}/{day.year}"
    assert ConnectorFunctions().parse_date(written, "%d/%m/%Y") == day.isoformat()


def test_a_date_in_another_form_is_null_and_noted_without_its_value() -> None:
    functions = ConnectorFunctions()
    assert functions.parse_date("31 December", "%d/%m/%Y") is None
    assert functions.drift == {"not a date of the form %d/%m/%Y": 1}


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (1_764_000_000_000, "2025-11-24T16:00:00+00:00"),
        ("1764000000000", "2025-11-24T16:00:00+00:00"),
        (0, "1970-01-01T00:00:00+00:00"),
        ("soon", None),
        (10**30, None),
        (float("nan"), None),
        (None, None),
    ],
)
def test_milliseconds_are_read_as_a_moment_with_its_zone(value: Any, read: str | None) -> None:
    assert ConnectorFunctions().epoch_ms(value) == read


def test_a_key_that_a_table_lacks_is_null_and_noted() -> None:
    functions = ConnectorFunctions({"levels": {"NIV3": "5"}})
    assert functions.lookup("levels", "NIV3") == "5"
    assert functions.lookup("levels", "NIV9") is None
    assert functions.lookup("nothing", "NIV3") is None
    assert functions.lookup("levels", None) is None
    assert sum(functions.drift.values()) == 2


def test_a_list_in_a_text_is_cut_without_blanks_and_empty_parts() -> None:
    assert ConnectorFunctions().split(" a ;; b;", ";") == ["a", "b"]
    assert ConnectorFunctions().split(7, ";") is None


def test_words_on_text_leave_what_is_no_text_alone() -> None:
    functions = ConnectorFunctions()
    assert (functions.lower("ÀB"), functions.trim(" a "), functions.replace("a-b", "-", "+")) == (
        "àb", "a", "a+b",
    )  # fmt: skip
    assert (functions.lower(1), functions.trim([]), functions.replace({}, "a", "b")) == (
        None, None, None,
    )  # fmt: skip


def test_children_bear_what_they_hang_on_and_not_their_sisters() -> None:
    spread = ConnectorFunctions().spread
    parents = [{"id": 1, "items": [{"a": 1}, 7, {"a": 2}]}, "odd", {"id": 2, "items": None}]
    assert spread(parents, "items", "parent") == [
        {"a": 1, "parent": {"id": 1}},
        {"a": 2, "parent": {"id": 1}},
    ]
    assert spread({"id": 1}, "items", "parent") is None
