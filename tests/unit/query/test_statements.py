"""SQL holds names of ours and places for values; never a value from outside."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.errors import ErrorCode, Refused
from isthmus.query.cursors import encode_cursor
from isthmus.query.pages import DEFAULT_PAGE, LARGEST_PAGE, PageStatements, page_request, requested
from isthmus.query.statements import (
    Picks,
    Statement,
    condition_sql,
    row_by_key,
    rows_by_key,
    stated_key,
    whole,
)
from isthmus.query.vocabulary import Condition, Link, Page, Shape, Sort, Whole

TOTAL = settings(deadline=None, derandomize=True)
SHAPE = Shape("Skill", "skill", "skl", identified="EXISTS ({t} {0} {1})")
PICKS = Picks("t.id AS id, t.label AS label")
PLAN = Page(
    "Skill",
    link=Link("record_skill", "record_id", "skill_id"),
    conditions={
        "q": Condition("{t}.words @@ websearch_to_tsquery({0})"),
        "kind": Condition("{t}.kind = ANY({0})", ("text[]",), read=lambda value: (list(value),)),
        "open": Condition("{t}.open = {0}", ("boolean",), default=True),
        "near": Condition("{t}.x < {0} AND {t}.y < {1}", ("float8", "float8"), read=tuple),
        "any": Condition("true", read=lambda _: None),
    },
    sorts={
        "NAME": Sort("{t}.label", "text"),
        "BEST": Sort("ts_rank({t}.words, websearch_to_tsquery({0}))", "float8", True, "q"),
    },
    argument_conditions={"must": Condition("{l}.must = {0}", ("boolean",))},
)
# marked, so that a hostile text can be told from the SQL it would stand in
HOSTILE = st.one_of(st.text(), st.sampled_from(["' OR 1=1 --", "{0}", "{t}", "$1", '"; --'])).map(
    lambda text: f"‡{text}".replace("\0", "")
)


def refused(call: Any, *arguments: Any, **named: Any) -> ErrorCode | str:
    with pytest.raises(Refused) as found:
        call(*arguments, **named)
    return found.value.code


def slots(statement: Statement) -> set[str]:
    return {f"${n}::" for n in range(1, len(statement.values) + 1)}


@TOTAL
@given(HOSTILE, st.lists(HOSTILE), HOSTILE, st.sampled_from(["NAME", "BEST", None]))
def test_no_filter_or_cursor_ever_stands_in_the_text(
    words: str, kinds: list[str], name: str, sort: str | None
) -> None:
    order = f"{sort or ''}+"
    after = encode_cursor(order, name, 7) if sort == "NAME" else None
    given_ = {"filter": {"q": words, "kind": kinds}, "after": after, "must": True}
    given_ |= {"sort": {"by": sort, "desc": False}} if sort else {}
    statements = PageStatements(PLAN, SHAPE, requested(PLAN, given_))
    for built in (statements.rows(PICKS), statements.rows(PICKS, [1, 2]), statements.count([1])):
        assert "‡" not in built.text
        assert words in built.values
        assert all(slot in built.text for slot in slots(built))


@TOTAL
@given(HOSTILE, HOSTILE)
def test_no_key_ever_stands_in_the_text(one: str, other: str) -> None:
    for key in (("uri", one), ("identifier", (one, other))):
        built = row_by_key(SHAPE, PICKS, key)
        assert "‡" not in built.text
        assert one in built.values
        assert all(slot in built.text for slot in slots(built))


@TOTAL
@given(HOSTILE)
def test_no_argument_of_a_short_table_ever_stands_in_the_text(value: str) -> None:
    plan = Whole("Skill", "{t}.id", {"kind": Condition("{t}.kind = {0}")})
    built = whole(plan, SHAPE, PICKS, {"kind": value})
    assert "‡" not in built.text
    assert built.values == [value]


def test_a_page_reads_one_row_more_than_it_holds() -> None:
    built = PageStatements(PLAN, SHAPE, page_request(first=5)).rows(PICKS)
    assert built.text.endswith("LIMIT 6")
    assert "ORDER BY t.id ASC, t.id ASC" in built.text


def test_the_order_turns_for_a_page_read_backwards_or_asked_for_so() -> None:
    forward = PageStatements(PLAN, SHAPE, page_request(first=5, sort="NAME"))
    backward = PageStatements(PLAN, SHAPE, page_request(last=5, sort="NAME"))
    falling = PageStatements(PLAN, SHAPE, page_request(first=5, sort="NAME", descends=True))
    assert (forward.order, backward.order, falling.order) == ("NAME+", "NAME+", "NAME-")
    assert "t.label ASC" in forward.rows(PICKS).text
    assert "t.label DESC" in backward.rows(PICKS).text
    assert "t.label DESC" in falling.rows(PICKS).text


def test_a_page_begins_after_one_row_and_ends_before_another() -> None:
    after, before = encode_cursor("NAME+", "a", 1), encode_cursor("NAME+", "z", 9)
    request = page_request(first=5, after=after, before=before, sort="NAME")
    built = PageStatements(PLAN, SHAPE, request).rows(PICKS)
    assert "(t.label, t.id) > ($2::text, $3::bigint)" in built.text
    assert "(t.label, t.id) < ($4::text, $5::bigint)" in built.text
    assert built.values == [True, "a", 1, "z", 9]


def test_a_cursor_of_another_order_is_refused_by_the_page() -> None:
    request = page_request(first=5, after=encode_cursor("+", 1, 1), sort="NAME")
    statements = PageStatements(PLAN, SHAPE, request)
    assert refused(statements.rows, PICKS) is ErrorCode.CURSOR_INVALID


@pytest.mark.parametrize(
    "stated",
    [{"first": 0}, {"first": -1}, {"first": LARGEST_PAGE + 1}, {"last": 0}, {"last": 10**9},
     {"first": 5, "last": 5}],
)  # fmt: skip
def test_a_page_out_of_range_is_refused(stated: dict[str, int]) -> None:
    assert refused(page_request, **stated) is ErrorCode.ARGUMENT_INVALID


def test_a_page_nobody_sized_has_the_usual_size() -> None:
    assert page_request().size == page_request(first=None).size == DEFAULT_PAGE
    assert page_request(first=LARGEST_PAGE).size == LARGEST_PAGE
    assert page_request(last=3).backward


def test_a_sort_that_needs_words_is_refused_without_them() -> None:
    request = page_request(first=5, sort="BEST")
    assert refused(PageStatements, PLAN, SHAPE, request) is ErrorCode.ARGUMENT_INVALID


def test_a_condition_with_a_default_holds_unless_another_value_is_given() -> None:
    silent = PageStatements(PLAN, SHAPE, requested(PLAN, {})).count()
    assert silent.values == [True]
    stated = PageStatements(PLAN, SHAPE, requested(PLAN, {"filter": {"open": False}})).count()
    assert stated.values == [False]


def test_a_condition_may_take_several_values_or_fall_away() -> None:
    statement = Statement()
    assert condition_sql(statement, PLAN.conditions["near"], (1.0, 2.0)) == [
        "(t.x < $1::float8 AND t.y < $2::float8)"
    ]
    assert condition_sql(statement, PLAN.conditions["any"], "x") == []
    assert statement.values == [1.0, 2.0]


@pytest.mark.parametrize("by", [{}, {"id": None}, {"id": "skl_1", "uri": "urn:1"}])
def test_exactly_one_key_must_be_stated(by: dict[str, str | None]) -> None:
    assert refused(stated_key, by) is ErrorCode.ARGUMENT_INVALID
    assert stated_key({"uri": "urn:1", "id": None}) == ("uri", "urn:1")


@pytest.mark.parametrize("key", [("uri", "a\0"), ("identifier", ("a", "\0"))])
def test_a_text_that_no_database_holds_is_refused(key: tuple[str, Any]) -> None:
    assert refused(row_by_key, SHAPE, PICKS, key) is ErrorCode.ARGUMENT_INVALID


def test_an_id_of_another_type_is_refused_before_anything_is_read() -> None:
    assert refused(row_by_key, SHAPE, PICKS, ("id", "vac_1")) is ErrorCode.ID_INVALID
    assert row_by_key(SHAPE, PICKS, ("id", "skl_5")).values == [5]


def test_a_type_without_identifiers_says_so() -> None:
    plain = Shape("Level", "level", "lvl")
    code = refused(row_by_key, plain, PICKS, ("identifier", ("a", "b")))
    assert code is ErrorCode.ARGUMENT_INVALID


def test_rows_are_read_by_keys_as_one_value() -> None:
    built = rows_by_key(SHAPE, PICKS, [3, 1])
    assert built.values == [[3, 1]]
    assert built.text.endswith("WHERE t.id = ANY($1::bigint[])")
