"""From what is known of the questions put to a source to the one row that tells of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from isthmus.errors import ErrorCode
from isthmus.fresh.flights import Call
from isthmus.fresh.memory import Fault, Memory
from isthmus.fresh.sources import must_forget
from isthmus.model.asked import FAILED, OK, PARTIAL, STALE, Told
from isthmus.store.sources import StoredSource

Known = Sequence[tuple[Call, Memory]]


def told_of(source: StoredSource, known: Known, now: float) -> Told:
    """Say what a source gave: the worst of what it was asked, and the age of the oldest of it."""
    fresh = [memory for _, memory in known if memory.is_fresh(now)]
    short = [(call, memory) for call, memory in known if not memory.is_fresh(now)]
    age = _oldest(_copy_age(call, memory, now) for call, memory in known)
    if not short:
        is_whole = all(memory.is_whole for memory in fresh)
        return _told(source, OK if is_whole else PARTIAL, age)
    fault = _gravest(memory for _, memory in short)
    outcome = _outcome(fault, age, is_partial=bool(fresh))
    if fault is None:
        return _told(source, outcome, age)
    wait = fault.retry_at - now
    return _told(
        source,
        outcome,
        age,
        code=fault.code,
        retryable=fault.retryable,
        retry_after=math.ceil(wait) if fault.retryable and wait > 0 else None,
        is_faulty=True,
    )


def unasked(source: StoredSource, *, is_faulty: bool = False) -> Told:
    """Say what is shown of a source that is paused, or that its connector cannot ask."""
    last = source.last_success
    age = None if last is None else max(0, int((datetime.now(UTC) - last).total_seconds()))
    code = ErrorCode.SOURCE_DOWN if age is None else ErrorCode.STALE_ONLY
    code = ErrorCode.SOURCE_REFUSED if is_faulty else code
    outcome = FAILED if age is None else STALE
    return _told(source, outcome, age, code=str(code), retryable=not is_faulty, is_faulty=is_faulty)


def _told(source: StoredSource, outcome: str, age: int | None, **further: Any) -> Told:
    return Told(source.id, source.name, outcome, age, produces=source.produces, **further)


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
