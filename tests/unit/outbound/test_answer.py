"""An answer that is not what it should be says what it is instead."""

from __future__ import annotations

import pytest

from isthmus.errors import SourceGarbled
from isthmus.outbound import Answer


def answer(body: bytes, kind: str = "application/json") -> Answer:
    return Answer("https://source.example/jobs", 200, {"content-type": kind}, body)


def test_json_with_a_byte_order_mark_reads() -> None:
    assert answer(b'\xef\xbb\xbf{"a": 1}').json() == {"a": 1}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "an empty body"),
        (b" \n ", "an empty body"),
        (b"<!doctype html><title>Sign in</title>", "found markup"),
        (b'{"a": [1, 2', "a body cut off after 11 bytes"),
        ('{"a": "Zürich"'.encode()[:9], "a body cut off after 9 bytes"),
        ('{"a": "Zürich", "b": 1}'.encode("latin-1"), "in UTF-8, found byte 0xfc at offset 8"),
        ('{"a": 1}'.encode("utf-16"), "in UTF-8, found byte 0xff at offset 0"),
        (b'{"a": 1,, "b": 2}', "line 1 column 9 does not read"),
    ],
)
def test_a_body_that_is_not_json_says_what_it_is(body: bytes, words: str) -> None:
    with pytest.raises(SourceGarbled) as garbled:
        answer(body).json()
    assert words in str(garbled.value)
    assert str(garbled.value).startswith("expected JSON")


def test_an_excerpt_of_markup_is_short() -> None:
    with pytest.raises(SourceGarbled) as garbled:
        answer(b"<html>" + b"x" * 10_000, "text/html").json()
    assert len(str(garbled.value)) < 200


def test_text_in_another_encoding_names_the_byte() -> None:
    with pytest.raises(SourceGarbled, match="byte 0xe9 at offset 3"):
        answer("café".encode("latin-1")).text()
