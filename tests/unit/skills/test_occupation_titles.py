"""Job titles: an occupation where exactly one is named, else none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.skills import ConceptLabels
from isthmus.skills.occupation_titles import OccupationTitles

NURSE, TESTER, SOFTWARE_TESTER, FRENCH = 1, 2, 3, 4
TITLES = OccupationTitles(
    [
        ConceptLabels(NURSE, "urn:nurse", 1, {"en": "nurse", "fr": "infirmier"}, code="2221"),
        ConceptLabels(TESTER, "urn:tester", 1, {"en": "tester"}, {"en": ["test engineer"]}),
        ConceptLabels(
            SOFTWARE_TESTER, "urn:soft", 1, {"en": "software tester"},
            {"en": ["tester", "test engineer"]}, code="2519.A",
        ),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("title", "language"),
    [("Nurse", "en"), ("NURSES", "en"), ("Nurse.", "en-GB"), ("Infirmier", "fr"),
     ("Nurse (m/w/d)", "en"), ("Nurse [f/m/x]", "en"), ("Nurse (all genders)", "en")],
)  # fmt: skip
def test_a_title_that_is_a_label_names_its_occupation(title: str, language: str) -> None:
    assert TITLES.find(title, language) == NURSE


@pytest.mark.parametrize("title", ["Senior nurse", "Nurse, night shift", "", None, "(m/w/d)"])
def test_a_title_that_says_more_or_less_names_none(title: str | None) -> None:
    assert TITLES.find(title, "en") is None


def test_a_label_counts_before_the_alias_of_another() -> None:
    assert TITLES.find("Tester", "en") == TESTER


def test_an_alias_of_two_occupations_names_neither() -> None:
    assert TITLES.find("Test Engineer", "en") is None


def test_a_title_is_read_in_its_own_language_only() -> None:
    assert TITLES.find("Nurse", "fr") is None
    assert TITLES.find("Nurse", "und") is None


def test_a_uri_comes_before_a_code_and_a_code_before_a_title() -> None:
    assert TITLES.find("Tester", "en", uri="urn:nurse", code="2519.a") == NURSE
    assert TITLES.find("Tester", "en", code="2519.a") == SOFTWARE_TESTER
    assert TITLES.find("Tester", "en", uri="urn:unknown", code="0") == TESTER


@settings(deadline=None, derandomize=True)
@given(st.none() | st.text(), st.text(), st.none() | st.text(), st.none() | st.text())
def test_no_title_makes_looking_it_up_fail(
    title: str | None, language: str, uri: str | None, code: str | None
) -> None:
    found = TITLES.find(title, language, uri=uri, code=code)
    assert found in {None, NURSE, TESTER, SOFTWARE_TESTER}
