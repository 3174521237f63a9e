"""A circuit: after several faults a source is left in peace, then asked once."""

from __future__ import annotations

import pytest

from isthmus.errors import SourceFault, SourceRateLimited, SourceRefused, SourceUnavailable
from isthmus.outbound.circuit import FAULTS, WINDOW, Circuit


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def call(circuit: Circuit, fault: Exception | None = None) -> None:
    with circuit.passing():
        if fault is not None:
            raise fault


def opened(clock: Clock) -> Circuit:
    circuit = Circuit("locker", clock=clock)
    for _ in range(FAULTS):
        with pytest.raises(SourceUnavailable, match="down"):
            call(circuit, SourceUnavailable("down"))
    return circuit


def test_it_opens_after_so_many_faults_in_a_row() -> None:
    circuit = opened(Clock())
    with pytest.raises(SourceUnavailable, match="left in peace") as refused:
        call(circuit)
    assert refused.value.retry_after == WINDOW
    assert circuit.is_open


def test_a_good_answer_between_starts_the_count_anew() -> None:
    circuit = Circuit()
    for _ in range(3):
        for _ in range(FAULTS - 1):
            with pytest.raises(SourceUnavailable):
                call(circuit, SourceUnavailable("down"))
        call(circuit)
    assert not circuit.is_open


def test_after_its_window_one_probe_passes_and_closes_it() -> None:
    clock = Clock()
    circuit = opened(clock)
    clock.now = WINDOW
    with circuit.passing(), pytest.raises(SourceUnavailable, match="left in peace"):
        call(circuit)  # a second one, while the probe is under way
    call(circuit)


def test_a_probe_that_fails_leaves_it_in_peace_for_longer() -> None:
    clock = Clock()
    circuit = opened(clock)
    clock.now = WINDOW
    with pytest.raises(SourceUnavailable, match="down"):
        call(circuit, SourceUnavailable("down"))
    clock.now = 2.5 * WINDOW
    with pytest.raises(SourceUnavailable, match="left in peace"):
        call(circuit)
    clock.now = 3 * WINDOW
    call(circuit)


def test_a_refusal_says_nothing_of_its_health() -> None:
    circuit = Circuit()
    for _ in range(2 * FAULTS):
        with pytest.raises(SourceFault):
            call(circuit, SourceRefused("no"))
    call(circuit)


def test_a_source_that_names_a_time_is_not_asked_before_it() -> None:
    clock = Clock()
    circuit = Circuit(clock=clock)
    with pytest.raises(SourceRateLimited):
        call(circuit, SourceRateLimited("slow down", retry_after=7))
    clock.now = 6.0
    with pytest.raises(SourceRateLimited) as limited:
        call(circuit)
    assert limited.value.retry_after == 1.0
    clock.now = 7.0
    call(circuit)
