"""Aadhaar numbers are known by their check digit, however they are written."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.normalise.aadhaar import HIDDEN, holds_aadhaar, is_aadhaar, without_aadhaar

NUMBER = "234567890124"


def checked(first: str) -> str:
    return next(first + digit for digit in "0123456789" if is_aadhaar(first + digit))


@pytest.mark.parametrize("text", [NUMBER, "2345 6789 0124", "2345-6789-0124"])
def test_a_number_is_hidden_however_it_is_written(text: str) -> None:
    assert without_aadhaar(f"of {text}, Pune") == f"of {HIDDEN}, Pune"


@pytest.mark.parametrize(
    "text", ["234567890125", "134567890124", "0234567890124", "2345678901245", "2345 67890124"]
)
def test_another_number_stays(text: str) -> None:
    assert without_aadhaar(text) == text


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.from_regex(r"[2-9][0-9]{10}", fullmatch=True), st.integers(0, 11), st.integers(1, 9))
def test_one_digit_altered_is_no_such_number(first: str, at: int, by: int) -> None:
    number = checked(first)
    altered = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert not is_aadhaar(altered) or altered == number


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.from_regex(r"[2-9][0-9]{10}", fullmatch=True), st.integers(1, 10))
def test_two_neighbours_exchanged_are_no_such_number(first: str, at: int) -> None:
    number = checked(first)
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert swapped == number or not is_aadhaar(swapped)


def test_every_text_of_a_thing_is_looked_through() -> None:
    @dataclass(frozen=True)
    class Thing:
        name: str
        notes: tuple[str, ...]
        more: dict[str, str]
        count: int = 3

    found = without_aadhaar(Thing(NUMBER, (f"a {NUMBER}",), {"k": NUMBER}))
    assert found == Thing(HIDDEN, (f"a {HIDDEN}",), {"k": HIDDEN})


@pytest.mark.parametrize(
    ("body", "holds"),
    [
        (f"<Person uid='{NUMBER}'/>".encode(), True),
        (b'<Person uid="any-id-of-a-person"/>', True),
        (f"<a>{NUMBER}</a>".encode("utf-16"), True),
        (b'<Person uid=""/>', False),
        (b'<Person uid="XXXXXXXX0124"/>', False),
        (b'{"number": "SK77120459"}', False),
    ],
)
def test_a_document_that_carries_one_is_known(body: bytes, holds: bool) -> None:
    assert holds_aadhaar(body) is holds
