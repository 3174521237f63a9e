from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.credentials.proofs.nquads import (
    NQuadsUnreadable,
    literal,
    parse_nquads,
    serialise_nquads,
)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_writing_and_reading(text: str) -> None:
    quad = ("<urn:s>", "<urn:p>", literal(text), "")
    assert parse_nquads(serialise_nquads([quad])) == [quad]


def test_escapes_are_written_in_the_canonical_way() -> None:
    assert parse_nquads(r'<urn:s> <urn:p> "\u0041\u0007\t\'" .') == [
        ("<urn:s>", "<urn:p>", '"A\\u0007\\t\'"', "")
    ]


def test_the_datatype_of_plain_text_is_left_out() -> None:
    stated = '<urn:s> <urn:p> "a"^^<http://www.w3.org/2001/XMLSchema#string> <urn:g> .'
    assert parse_nquads(stated) == [("<urn:s>", "<urn:p>", '"a"', "<urn:g>")]


def test_a_line_that_is_no_statement_is_named() -> None:
    with pytest.raises(NQuadsUnreadable, match="line 2"):
        parse_nquads("<urn:s> <urn:p> <urn:o> .\n<urn:s> nonsense .\n")
