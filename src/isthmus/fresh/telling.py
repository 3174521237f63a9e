"""From what is known of the questions put to a source to the one row that tells of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from isthmus.fresh.flights import Call
from isthmus.fresh.memory import Fault, Memory
from isthmus.fresh.sources import must_forget
from isthmus.model.asked import OK, PARTIAL, STALE, Told
from isthmus.store.sources import StoredSource

Known = Sequence[tuple[Call, Memory]]


def told_of(source: StoredSource, known: Known, now: float) -> Told:
    """Say what a source gave: the worst of what it was asked, and the age of the oldest of it."""
    fresh = [memory for _, memory in known if memory.is_fresh(now)]
    short = [(call, memory) for call, memory in known if not memory.is_fresh(now)]
    age = _oldest(_copy_age(call, memory, now) for call, memory in known)
    if not short:
        is_whole = all(memory.is_whole for memory in fresh)
        return Told(source.id, source.name, OK if is_whole else PARTIAL, age)
    fault = _gravest(memory for _, memory in short)
    outcome = _outcome(fault, age, is_partial=bool(fresh))
    if fault is None:
        return Told(source.id, source.name, outcome, age)
    wait = fault.retry_at - now
    return Told(
        source.id,
        source.name,
        outcome,
        age,
        fault.code,
        retryable=fault.retryable,
        retry_after=math.ceil(wait) if fault.retryable and wait > 0 else None,
        is_faulty=True,
    )


def _outcome(fault: Fault | None, age: int | None, *, is_partial: bool) -> str:
    if is_partial:
        return PARTIAL
    if age is not None:
        return STALE
    return PARTIAL if fault is None else fault.outcome


def _copy_age(call: Call, memory: Memory, now: float) -> float | None:
    """Give the age of what is shown of an answer; None where nothing of it may be kept."""
    age = memory.age(now)
    is_gone = age is not None and age > call.stale and must_forget(call.source.stored)
    return None if is_gone else age


def _oldest(ages: Iterable[float | None]) -> int | None:
    found = [age for age in ages if age is not None]
    return int(max(found)) if found else None


def _gravest(memories: Iterable[Memory]) -> Fault | None:
    """Give the fault that a further try cannot mend, before any other."""
    faults = [memory.fault for memory in memories if memory.fault is not None]
    return min(faults, key=lambda fault: fault.retryable, default=None)
