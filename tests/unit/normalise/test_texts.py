"""Texts with their language, and notes of what does not read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.model.qualification import DeliveryMode
from isthmus.model.text import UNDETERMINED, Text
from isthmus.normalise.drift import SHOWN, Drift
from isthmus.normalise.texts import labels_of, text_of
from isthmus.normalise.words import folded, word

TOTAL = settings(deadline=None, derandomize=True)
MAPS = st.dictionaries(st.text(), st.text())


def test_a_string_is_in_the_language_of_its_record() -> None:
    assert text_of(" Soudure ", "fr") == Text("Soudure", "fr")


def test_a_map_puts_the_own_language_first_and_keeps_the_others() -> None:
    stated = {"en_GB": "Welding", "fr": "Soudure", "es": " "}
    assert text_of(stated, "fr") == Text("Soudure", "fr", {"en-GB": "Welding"})


def test_a_map_without_the_own_language_takes_its_first_entry() -> None:
    assert text_of({"es": "Soldadura", "en": "Welding"}, "fr") == Text(
        "Soldadura", "es", {"en": "Welding"}
    )


@pytest.mark.parametrize("stated", [None, "", " \n", {}, {"en": ""}, {"en": " ", "fr": "\t"}])
def test_blanks_are_none(stated: str | dict[str, str] | None) -> None:
    assert text_of(stated, "en") is None


def test_a_key_that_is_no_language_is_undetermined() -> None:
    assert text_of({"any tongue": "Hello"}, "en") == Text("Hello", UNDETERMINED)


@TOTAL
@given(st.one_of(st.none(), st.text(), MAPS), st.sampled_from(["en", "und", "pt-BR"]))
def test_a_text_never_holds_its_own_language_twice(
    stated: str | dict[str, str] | None, language: str
) -> None:
    found = text_of(stated, language)
    assert found is None or found.language not in found.others
    assert found is None or all(t.strip() for t in (found.value, *found.others.values()))


@TOTAL
@given(st.dictionaries(st.text(), st.lists(st.text())))
def test_labels_are_never_blank_and_never_twice_in_a_language(
    stated: dict[str, list[str]],
) -> None:
    for labels in labels_of(stated).values():
        assert labels
        assert all(label == label.strip() != "" for label in labels)
        assert len(set(labels)) == len(labels)


def test_a_word_is_found_by_our_name_then_by_a_synonym() -> None:
    synonyms = {"by post": DeliveryMode.ONLINE, "online": DeliveryMode.BLENDED}
    drift = Drift()
    assert word("Face-To_Face", DeliveryMode, synonyms, "f", drift) is DeliveryMode.FACE_TO_FACE
    assert word("By  Post", DeliveryMode, synonyms, "f", drift) is DeliveryMode.ONLINE
    assert word("online", DeliveryMode, synonyms, "f", drift) is DeliveryMode.ONLINE
    assert not drift.notes


@TOTAL
@given(st.text())
def test_any_other_word_is_none_and_noted(stated: str) -> None:
    drift = Drift()
    found = word(stated, DeliveryMode, {}, "f", drift)
    assert bool(drift.notes) == (bool(stated) and found is None)
    assert folded(folded(stated)) == folded(stated)


def test_notes_are_counted_and_given_most_frequent_first() -> None:
    drift = Drift()
    for value in ("x", "y", "y"):
        drift.note("kind", value)
    assert drift.lines() == ["kind: 'y' does not read (2x)", "kind: 'x' does not read (1x)"]
    assert drift.lines(most=1) == ["kind: 'y' does not read (2x)"]


def test_a_note_shows_no_more_than_the_beginning_of_a_value() -> None:
    drift = Drift()
    drift.note("f", "a\n" * 500)
    (line,) = drift.lines()
    assert "\n" not in line
    assert len(line) < SHOWN + 30
