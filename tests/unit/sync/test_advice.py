"""A source's state ends in one sentence that says what to do."""

from __future__ import annotations

import pytest

from isthmus.errors import ErrorCode
from isthmus.model.run import HealthState, RunState
from isthmus.store.entries import Counts
from isthmus.sync import StreamReport
from isthmus.sync.advice import judge


def failed(code: str) -> StreamReport:
    return StreamReport("jobs", RunState.FAILED, Counts(), fault_code=code, fault="went wrong")


@pytest.mark.parametrize(
    "code", [c for c in ErrorCode if c.startswith("SOURCE_")] + ["INTERNAL", "CONNECTOR_UNKNOWN"]
)
def test_every_fault_makes_a_source_down_and_says_what_to_do(code: str) -> None:
    state, advice, fault = judge("board", [failed(code)], 0.05)
    assert state is HealthState.DOWN
    assert fault == code
    assert str(advice).startswith("jobs: went wrong. ")
    assert str(advice).endswith(".")


def test_a_fault_weighs_more_than_all_else() -> None:
    held = StreamReport("skills", RunState.DONE, Counts(seen=10, removals_held=5))
    assert judge("esco", [held, failed("SOURCE_DOWN")], 0.05)[0] is HealthState.DOWN


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (StreamReport("jobs", RunState.STOPPED, Counts()), "isthmus sync board"),
        (
            StreamReport("jobs", RunState.DONE, Counts(seen=10, removals_held=5)),
            "5 records vanished at once",
        ),
        (
            StreamReport("jobs", RunState.DONE, Counts(seen=10, rejected=1)),
            "1 of 10 records were rejected",
        ),
    ],
)
def test_what_needs_an_operator_makes_a_source_degraded(report: StreamReport, words: str) -> None:
    state, advice, _ = judge("board", [report], 0.05)
    assert state is HealthState.DEGRADED
    assert words in str(advice)


def test_a_good_pass_leaves_nothing_to_do() -> None:
    good = StreamReport("jobs", RunState.DONE, Counts(seen=100, added=99, rejected=1))
    assert judge("board", [good], 0.05) == (HealthState.UP, None, None)
