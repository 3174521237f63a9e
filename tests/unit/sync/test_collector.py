"""How often the interpreter looks for cycles during a pass."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from isthmus.sync.collector import COLLECT_EVERY, seldom_collecting


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_a_pass_collects_seldom_and_leaves_all_as_it_was() -> None:
    with seldom_collecting():
        assert gc.get_threshold() == (COLLECT_EVERY, 10, 10)
    assert gc.get_threshold() == (700, 10, 10)


def test_the_last_of_several_passes_ends_it() -> None:
    first, second = seldom_collecting(), seldom_collecting()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold() == (COLLECT_EVERY, 10, 10)
    second.__exit__(None, None, None)
    assert gc.get_threshold() == (700, 10, 10)


@pytest.mark.parametrize("every", [0, 2 * COLLECT_EVERY])
def test_a_collector_that_looks_less_often_is_left_alone(every: int) -> None:
    gc.set_threshold(every, 10, 10)
    with seldom_collecting():
        assert gc.get_threshold() == (every, 10, 10)
    assert gc.get_threshold() == (every, 10, 10)
