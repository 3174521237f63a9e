"""Cursors: each reads back in its own order, and nothing else reads at all."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.errors import ErrorCode, Refused
from isthmus.query.cursors import LONGEST, Cursor, decode_cursor, encode_cursor

TOTAL = settings(deadline=None, derandomize=True)
KEYS = st.integers(min_value=1, max_value=2**63 - 1)
CASTS = st.sampled_from(["bigint", "text", "timestamptz", "float8", "numeric", "date"])
VALUES = st.one_of(
    st.tuples(st.just("bigint"), st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)),
    st.tuples(st.just("text"), st.text(st.characters(exclude_characters="\0", codec="utf-8"))),
    st.tuples(st.just("timestamptz"), st.datetimes(timezones=st.just(UTC))),
    st.tuples(st.just("float8"), st.floats(allow_nan=False)),
    st.tuples(st.just("numeric"), st.decimals(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just("date"), st.dates()),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def written(data: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(data)).rstrip(b"=").decode()


def assert_refused(text: str, order: str = "+", cast: str = "bigint") -> None:
    with pytest.raises(Refused) as refused:
        decode_cursor(text, order, cast)
    assert refused.value.code is ErrorCode.CURSOR_INVALID


@TOTAL
@given(VALUES, KEYS, st.sampled_from(["+", "-", "PUBLISHED-"]))
def test_a_cursor_reads_back(typed: tuple[str, Any], key: int, order: str) -> None:
    cast, value = typed
    assert decode_cursor(encode_cursor(order, value, key), order, cast) == Cursor(value, key)


@pytest.mark.parametrize("end", [datetime.min, datetime.max])  # noqa: DTZ901 - without a zone
def test_the_ends_of_time_read_back_without_a_zone(end: datetime) -> None:
    assert decode_cursor(encode_cursor("+", end, 1), "+", "timestamptz").value == end


def test_a_cursor_of_another_order_is_refused() -> None:
    text = encode_cursor("PUBLISHED-", 5, 1)
    assert_refused(text, "PUBLISHED+")
    assert_refused(text, "CLOSES-")
    assert_refused(text, "")


@pytest.mark.parametrize(
    "text",
    ["", "=", "====", "abc", "!!!", "W10", "bnVsbA", "ÿ", "\ud800", "\0", " WyIrIiwxLDFd",
     "WyIrIiwxLDFd\n", "a" * (LONGEST * 3)],
)  # fmt: skip
def test_a_text_that_is_no_cursor_is_refused(text: str) -> None:
    assert_refused(text)


@pytest.mark.parametrize(
    "data",
    [None, 1, "x", {}, [], ["+"], ["+", 1], ["+", 1, 1, 1], ["+", 1, "1"], ["+", 1, None],
     ["+", 1, 1.0], ["+", 1, True], ["+", "1", 1], ["+", True, 1], ["+", 2**63, 1], [1, 1, 1],
     ["+", None, 1], ["+", [1], 1], {"0": "+", "1": 1, "2": 1}],
)  # fmt: skip
def test_a_cursor_whose_parts_are_of_another_kind_is_refused(data: object) -> None:
    assert_refused(written(data))


@pytest.mark.parametrize(
    ("cast", "value"),
    [
        ("text", "a\0b"), ("text", 1), ("date", "2024-02-30"), ("date", 5), ("numeric", "many"),
        ("timestamptz", "2024-01-01T00:00:00"), ("timestamptz", "0001-01-01T00:00:00+14:00"),
        ("float8", "much"), ("float8", None), ("float8", True),
    ],
)  # fmt: skip
def test_a_value_that_is_none_of_its_type_is_refused(cast: str, value: object) -> None:
    assert_refused(written(["+", value, 1]), cast=cast)


@TOTAL
@given(st.one_of(st.text(), st.binary().map(lambda b: base64.urlsafe_b64encode(b).decode())), CASTS)
def test_no_text_gives_another_failure(text: str, cast: str) -> None:
    try:
        decode_cursor(text, "+", cast)
    except Refused as refused:
        assert refused.code is ErrorCode.CURSOR_INVALID  # noqa: PT017 - either way is right


@TOTAL
@given(JSON, JSON, CASTS)
def test_no_forged_cursor_gives_another_failure(value: object, key: object, cast: str) -> None:
    kinds = {"bigint": int, "text": str, "timestamptz": datetime, "float8": float,
             "numeric": Decimal, "date": date}  # fmt: skip
    try:
        found = decode_cursor(written(["+", value, key]), "+", cast)
    except Refused as refused:
        assert refused.code is ErrorCode.CURSOR_INVALID  # noqa: PT017 - either way is right
    else:
        assert type(found.key) is int
        assert isinstance(found.value, kinds[cast])
