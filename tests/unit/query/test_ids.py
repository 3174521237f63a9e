"""Opaque ids: what was made reads back, anything else is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.errors import ErrorCode, Refused
from isthmus.query.ids import LARGEST, decode_id, encode_id, key_of

TOTAL = settings(deadline=None, derandomize=True)
KEYS = st.integers(min_value=1, max_value=LARGEST)
PREFIXES = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=3)
HOSTILE = [
    "", "_", "skl", "skl_", "_1", "skl_0", "skl_-1", "skl_+1", "skl_01", "skl_ 1", "skl_1 ",
    "skl_1\n", "SKL_1", "sk_1", "skill_1", "skl_1_2", "skl_1.0", "skl_1e3", "skl_0x1", "skl_²",
    "skl_\u0661", "\uff53kl_1", "skl_9223372036854775808", "skl_" + "9" * 5000,
    "skl_1;DROP TABLE skill", "skl_\0", "ск\u043b_1", "skl-1",
]  # fmt: skip


@TOTAL
@given(PREFIXES, KEYS)
def test_an_id_reads_back(prefix: str, key: int) -> None:
    assert decode_id(encode_id(prefix, key)) == (prefix, key)
    assert key_of(encode_id(prefix, key), prefix) == key


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        decode_id(text)
    assert refused.value.code is ErrorCode.ID_INVALID


def test_an_id_of_another_type_is_refused_with_the_type_expected() -> None:
    with pytest.raises(Refused, match="expected skl_") as refused:
        key_of("vac_1", "skl")
    assert refused.value.code is ErrorCode.ID_INVALID


@TOTAL
@given(st.one_of(st.text(), st.from_regex(r"[a-z]{3}_.*"), st.from_regex(r"[a-z]{3}_\d{1,25}")))
def test_a_text_is_an_id_only_if_it_is_written_as_one(text: str) -> None:
    try:
        prefix, key = decode_id(text)
    except Refused as refused:
        assert refused.code is ErrorCode.ID_INVALID  # noqa: PT017 - either way is right
    else:
        assert encode_id(prefix, key) == text
        assert 0 < key <= LARGEST
