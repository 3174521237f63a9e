"""What PostgreSQL can hold as a text and as a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.store.storable import is_key, storable_text


@pytest.mark.parametrize("key", ["1", "https://x.example/1", "ключ", "😀" * 600])
def test_a_plain_text_is_a_key(key: str) -> None:
    assert is_key(key)


@pytest.mark.parametrize("key", ["a\0b", "\ud800", "x" * 601])
def test_a_text_no_index_holds_is_no_key(key: str) -> None:
    assert not is_key(key)


@given(st.text(st.characters(exclude_categories=[])))
def test_a_storable_text_encodes_and_has_no_nul(text: str) -> None:
    stored = storable_text(text)
    assert stored is not None
    assert "\0" not in stored
    assert stored.encode().decode() == stored


def test_nothing_stays_nothing() -> None:
    assert storable_text(None) is None
