"""Language tags: the form of BCP 47, whatever a source writes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.normalise.languages import language_tag, primary

TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")


@pytest.mark.parametrize(
    ("stated", "tag"),
    [
        ("en", "en"), ("EN", "en"), ("en_us", "en-US"), ("pt-BR", "pt-BR"), ("PT-br", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419"), ("sr_latn", "sr-Latn"),
        ("fr.UTF-8", "fr"), ("de-1996", "de"), (" hi ", "hi"), ("und", "und"),
    ],
)  # fmt: skip
def test_a_tag_is_given_in_its_usual_case(stated: str, tag: str) -> None:
    assert language_tag(stated) == tag


@pytest.mark.parametrize(
    ("stated", "tag"), [("eng", "en"), ("fre", "fr"), ("fra", "fr"), ("ben", "bn"), ("SWA", "sw")]
)
def test_three_letters_become_two_where_there_are_two(stated: str, tag: str) -> None:
    assert language_tag(stated) == tag


@pytest.mark.parametrize(("stated", "tag"), [("English", "en"), ("hindi", "hi"), ("Swahili", "sw")])
def test_the_names_of_the_label_languages_are_read(stated: str, tag: str) -> None:
    assert language_tag(stated) == tag


def test_a_language_of_three_letters_alone_keeps_them() -> None:
    assert language_tag("bho") == "bho"


@pytest.mark.parametrize("stated", [None, "", " ", "x", "1", "any language", "fr (France)", "*"])
def test_what_is_no_tag_is_none(stated: str | None) -> None:
    assert language_tag(stated) is None


def test_the_primary_language_is_what_stands_before_the_region() -> None:
    assert primary("pt-BR") == "pt"
    assert primary("zh-Hant-TW") == "zh"


@settings(deadline=None, derandomize=True)
@given(st.one_of(st.none(), st.text(), st.from_regex(r"[a-zA-Z]{1,4}([-_][\w]{1,5}){0,3}")))
def test_every_text_gives_a_tag_or_none(stated: str | None) -> None:
    tag = language_tag(stated)
    assert tag is None or TAG.fullmatch(tag)
    assert tag is None or language_tag(tag) == tag
