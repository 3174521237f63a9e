"""Countries and places: a country only where the source names one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.connector.records import Place as StatedPlace
from isthmus.normalise.countries import CODES, CODES_OF_THREE, NAMES
from isthmus.normalise.places import country_code, names_remote_work, place_of

TOTAL = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("IN", "IN"), ("in", "IN"), (" in ", "IN"), ("IND", "IN"), ("uga", "UG"), ("India", "IN"),
        ("UNITED STATES OF AMERICA", "US"), ("U.S.A.", "US"), ("UK", "GB"), ("Allemagne", "DE"),
        ("España", "ES"), ("Brasil", "BR"), ("Côte d'Ivoire", "CI"), ("Türkiye", "TR"),
        ("Turkey", "TR"), ("Viet Nam", "VN"), ("Czech Republic", "CZ"),
    ],
)  # fmt: skip
def test_a_country_reads_by_code_or_usual_name(stated: str, code: str) -> None:
    assert country_code(stated) == code


@pytest.mark.parametrize("stated", [None, "", " ", "XX", "ZZZ", "Europe", "Remote", "Paris", "1"])
def test_what_is_no_country_is_none(stated: str | None) -> None:
    assert country_code(stated) is None


def test_every_code_has_names_and_a_code_of_three_letters() -> None:
    assert len(CODES) == 249
    assert set(NAMES.values()) == CODES
    assert set(CODES_OF_THREE.values()) == CODES
    assert len(CODES_OF_THREE) == len(CODES)


def test_no_name_stands_for_two_countries() -> None:
    for name, code in NAMES.items():
        assert country_code(name) == code, name


def test_a_label_gives_the_country_its_last_part_names() -> None:
    place = place_of(StatedPlace(label=" Lyon, France "))
    assert (place.country, place.label) == ("FR", "Lyon, France")
    assert place_of(StatedPlace(label="Bengaluru; India")).country == "IN"


@pytest.mark.parametrize(
    "label", ["Remote (Poland)", "Remote - Poland", "Poland - Remote", "Remote, Poland"]
)
def test_remote_work_hides_no_country(label: str) -> None:
    assert place_of(StatedPlace(label=label)).country == "PL"


@pytest.mark.parametrize(
    "label", ["Paris", "San Francisco, CA", "Berlin, DE", "New Mexico", "Hybrid", "Lebanon, NH"]
)
def test_no_country_is_guessed_from_a_town_or_a_state(label: str) -> None:
    assert place_of(StatedPlace(label=label)).country is None


@pytest.mark.parametrize("label", ["Atlanta, Georgia", "Georgia", "Remote - Georgia"])
def test_a_name_that_a_state_bears_too_gives_no_country(label: str) -> None:
    assert place_of(StatedPlace(label=label)).country is None
    assert country_code("Georgia") == "GE"


def test_stated_parts_win_over_the_label() -> None:
    place = place_of(StatedPlace(label="Lyon, France", country="KE", region="Nairobi"))
    assert (place.country, place.region, place.label) == ("KE", "Nairobi", "Lyon, France")
    assert place_of(StatedPlace(label="Lyon, France", lat=0.0, lon=1.0)).country is None


@pytest.mark.parametrize("label", ["Remote", "US-Remote", "Télétravail", "100% remoto"])
def test_a_label_may_say_that_work_is_done_from_afar(label: str) -> None:
    assert names_remote_work(label)


@pytest.mark.parametrize("label", [None, "", "Remoteville", "Promote", "Paris"])
def test_other_labels_do_not_say_so(label: str | None) -> None:
    assert not names_remote_work(label)


@TOTAL
@given(st.text(), st.text())
def test_no_text_makes_reading_a_place_fail(one: str, other: str) -> None:
    place = place_of(StatedPlace(label=f"{one}, {other}"))
    assert place.country is None or place.country in CODES
    assert country_code(one) is None or country_code(one) in CODES
    assert names_remote_work(one) in {True, False}
