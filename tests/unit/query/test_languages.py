"""Choosing a language: the caller's order, the region last, a fallback said to be one."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.query.languages import (
    MOST,
    Chosen,
    accepted,
    best_of,
    choose,
    choose_list,
    direction,
    fits,
)

TOTAL = settings(deadline=None, derandomize=True)
TAGS = st.sampled_from(["en", "en-GB", "fr", "pt-BR", "pt", "sw", "ar", "und"])
OTHERS = orjson.dumps({"fr": "Soudure", "pt-BR": "Solda", "ar": "لحام"}).decode()


def chosen(*asked: str) -> Chosen:
    found = choose("Welding", "en", OTHERS, asked)
    assert found is not None
    return found


def test_with_nothing_asked_the_own_language_stands() -> None:
    assert chosen() == Chosen("Welding", "en", is_fallback=False)


def test_the_first_language_asked_for_is_given() -> None:
    assert chosen("fr", "en") == Chosen("Soudure", "fr", is_fallback=False)
    assert chosen("en", "fr") == Chosen("Welding", "en", is_fallback=False)


def test_a_later_wish_is_a_fallback() -> None:
    assert chosen("sw", "fr") == Chosen("Soudure", "fr", is_fallback=True)


def test_a_region_is_answered_by_any_of_its_language() -> None:
    assert chosen("pt-PT") == Chosen("Solda", "pt-BR", is_fallback=False)
    assert chosen("en-IN") == Chosen("Welding", "en", is_fallback=False)


def test_where_no_wish_fits_the_own_language_is_a_fallback() -> None:
    assert chosen("sw", "hi") == Chosen("Welding", "en", is_fallback=True)
    assert choose("Welding", "en", None, ("sw",)) == Chosen("Welding", "en", is_fallback=True)


def test_no_text_is_none() -> None:
    assert choose(None, None, None, ("en",)) is None
    assert choose(None, "en", OTHERS, ("fr",)) is None


def test_a_list_is_given_whole_in_one_language() -> None:
    held = orjson.dumps({"en": ["weld", "fuse"], "fr": ["souder"]}).decode()
    assert [c.value for c in choose_list(held, ("en",))] == ["weld", "fuse"]
    assert choose_list(held, ("sw", "fr")) == [Chosen("souder", "fr", is_fallback=True)]
    assert [c.is_fallback for c in choose_list(held, ("sw",))] == [True, True]
    assert [c.is_fallback for c in choose_list(held, ())] == [False, False]


@pytest.mark.parametrize("held", [None, "", "{}"])
def test_a_list_of_nothing_is_empty(held: str | None) -> None:
    assert choose_list(held, ("en",)) == []


def test_a_language_is_written_from_its_side() -> None:
    assert direction("ar") == direction("ur-PK") == "RTL"
    assert direction("en") == direction("hi") == direction("arn") == "LTR"
    assert chosen("ar").direction == "RTL"


def test_the_exact_tag_comes_before_another_region() -> None:
    assert best_of(["pt-BR", "pt"], ["pt"]) == "pt"
    assert best_of(["pt-BR", "pt-PT"], ["pt-PT"]) == "pt-PT"
    assert best_of(["pt-BR"], ["en"]) is None


@TOTAL
@given(TAGS, st.dictionaries(TAGS, st.text()), st.lists(TAGS))
def test_what_is_given_is_held_and_the_best_there_is(
    language: str, others: dict[str, str], asked: list[str]
) -> None:
    others.pop(language, None)
    held = {language: "own", **others}
    found = choose("own", language, orjson.dumps(others).decode(), asked)
    assert found is not None
    assert held[found.language] == found.value
    best = next((tag for tag in asked if any(fits(h, tag) for h in held)), None)
    assert found.language == language if best is None else fits(found.language, best)
    if not asked or fits(found.language, asked[0]):
        assert not found.is_fallback


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("fr", ("fr",)), ("en;q=0.5, fr", ("fr", "en")), ("en, fr", ("en", "fr")),
        ("de;q=0, en", ("en",)), ("*, sw;q=0.1", ("sw",)), ("en ; q=0.2 , fr;q=0.9", ("fr", "en")),
        ("", ()), ("*", ()), (",,;;,", ()), ("en;q=.", ()), ("en;q=1.2.3, fr", ("fr",)),
        ("en;q=abc", ("en",)), (";q=1", ()), ("en;level=1;q=0.3,fr;q=0.4", ("fr", "en")),
    ],
)  # fmt: skip
def test_a_header_gives_its_tags_best_first(header: str, tags: tuple[str, ...]) -> None:
    assert accepted(header) == tags


def test_a_header_gives_no_more_than_so_many() -> None:
    assert len(accepted(",".join(f"l{n}" for n in range(1000)))) == MOST


@TOTAL
@given(st.one_of(st.text(), st.from_regex(r"([a-z*-]{0,5}(;\s*q=[0-9.]*)?,?){0,30}")))
def test_no_header_makes_reading_it_fail(header: str) -> None:
    found = accepted(header)
    assert len(found) <= MOST
    assert all(tag.strip() == tag != "*" for tag in found)
