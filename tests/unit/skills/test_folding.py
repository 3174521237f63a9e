"""Folding: what does not change the meaning goes, what does stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.skills.folding import (
    MAX_VARIANTS,
    fold,
    fold_in_place,
    number_folded,
    plural,
    singular,
    variants,
)

TOTAL = settings(deadline=None, derandomize=True)
TONGUES = st.sampled_from(["en", "fr", "es", "pt", "de", "it", "ar", "hi", "sw", "und"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("E-Mail", "e mail"), ("  Data,\nanalysis! ", "data analysis"), ("a_b:_c", "a b c"),
        ("Gestión", "gestio\u0301n"), ("Straßenbau", "STRASSENBAU"), ("« Python »", "python"),
        ("¿programación?", "Programación"), ("محاسبة،", "محاسبة"), ("पायथन।", "पायथन"),
    ],
)  # fmt: skip
def test_case_and_punctuation_do_not_matter(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("C", "C++"), ("C", "C#"), ("C++", "C#"), ("año", "ano"), ("pâte", "pate"), ("काम", "कीमा"),
     ("काम", "कम"), ("दिन", "दीन")],
)  # fmt: skip
def test_what_makes_another_word_is_kept(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_word_of_hindi_stays_one_word() -> None:
    assert fold("प्रोग्रामिंग") == "प्रोग्रामिंग"


def test_short_vowels_and_lengthened_strokes_of_arabic_do_not_matter() -> None:
    assert fold("مُحَاسَبَة") == fold("محاســبة") == "محاسبة"


@pytest.mark.parametrize(
    ("many", "one", "language"),
    [
        ("databases", "database", "en"), ("batteries", "battery", "en"), ("boxes", "box", "en"),
        ("sales", "sale", "en"), ("competencias", "competencia", "es"),
        ("instalaciones", "instalación", "es"), ("materiales", "material", "es"),
        ("gestões", "gestão", "pt"), ("redes", "rede", "pt"), ("animais", "animal", "pt"),
        ("systèmes", "système", "fr"), ("réseaux", "réseau", "fr"), ("journaux", "journal", "fr"),
    ],
)  # fmt: skip
def test_a_regular_plural_has_its_singular(many: str, one: str, language: str) -> None:
    assert singular(many, language) == one
    assert many in {plural(one, language), plural(singular(many, language), language)}


@pytest.mark.parametrize("word", ["analysis", "business", "bus", "news", "series", "sas", "gas"])
def test_not_every_s_is_a_plural(word: str) -> None:
    assert singular(word, "en") == word


@pytest.mark.parametrize(
    ("word", "language"), [("محاسبات", "ar"), ("भाषाएँ", "hi"), ("vitabu", "sw")]
)
def test_where_no_rule_is_known_a_word_stays_as_it_is(word: str, language: str) -> None:
    assert singular(word, language) == plural(word, language) == word


def test_a_text_of_unknown_language_keeps_its_number() -> None:
    assert number_folded("data bases", "und") == "data bases"
    assert number_folded("data bases", "en") == "data base"


def test_the_last_noun_of_an_english_label_takes_the_plural() -> None:
    assert variants("sales strategy", "en") == [
        "sales strategy", "sale strategy", "sales strategies",
    ]  # fmt: skip


def test_the_first_noun_of_a_romance_label_may_take_it_too() -> None:
    assert "gestiones de proyecto" in variants("gestión de proyecto", "es")
    assert "réseaux informatique" in variants("réseau informatique", "fr")


def test_a_long_label_is_a_phrase_and_found_as_it_stands() -> None:
    assert variants("track inventory of supplies", "en") == ["track inventory of supplies"]
    assert variants("", "en") == []


@TOTAL
@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@TOTAL
@given(st.text())
def test_folding_in_place_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold_in_place(text).decode()) == len(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("C++ • C#", "c++   c#"), ("Ça \u2013 ÉTÉ", "ça   été"), ("İş", "iş"),
        ("ΟΔΟΣ • A", "οδος   a"), ("\u2019n\u2019 «q»", " n   q "),
    ],
)  # fmt: skip
def test_running_text_is_lowered_and_its_signs_are_spaces(text: str, folded: str) -> None:
    assert fold_in_place(text).decode() == folded


@TOTAL
@given(st.text(), TONGUES)
def test_a_label_comes_first_among_its_few_variants(text: str, language: str) -> None:
    folded = fold(text)
    found = variants(folded, language)
    assert found[:1] == ([folded] if folded else [])
    assert len(found) == len(set(found)) <= MAX_VARIANTS
    assert number_folded(folded, language).count(" ") == folded.count(" ")
