"""How many records may vanish at once before an operator is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.store.removals import CONFIRMED, NOTHING, is_plausible


@pytest.mark.parametrize(
    ("lost", "held", "believed"),
    [
        (1, 100, True), (20, 100, True), (21, 100, False), (100, 100, False),
        (1, 2, True), (1, 1, False), (2, 2, False), (2, 10, True), (3, 10, False),
    ],
)  # fmt: skip
def test_up_to_a_fifth_is_believed(lost: int, held: int, *, believed: bool) -> None:
    assert is_plausible(lost, held, 0.2) is believed


@given(st.integers(1, 10_000), st.integers(0, 10_000), st.floats(0, 1))
def test_a_list_never_empties_by_itself(lost: int, more: int, share: float) -> None:
    assert not is_plausible(lost + more, lost, share)


@given(st.integers(1, 10_000), st.integers(0, 10_000))
def test_an_operator_may_confirm_any_loss_and_doubt_forbids_every_one(lost: int, more: int) -> None:
    assert is_plausible(lost, lost + more, CONFIRMED)
    assert not is_plausible(lost, lost + more, NOTHING)
