"""What a process knows of one question to one stream: its last good answer, its last fault.

A source that failed a moment ago is waited for by nobody: it is asked again behind the scenes,
less and less often, until it answers.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from typing import Any

from isthmus.store.live_readings import Standing

SHORTEST_PAUSE = 2.0
LONGEST_PAUSE = 60.0
BAD_FOR = 30.0
"""Seconds after a fault for which a source is waited for by nobody."""
REST = 5.0
"""Seconds without a question where none can be put, or what came could not be written."""
NEVER = -math.inf


@dataclass(slots=True)
class Fault:
    """How a source fell short: a code, and after how many seconds it may be asked again."""

    code: str
    outcome: str
    retryable: bool
    at: float
    retry_at: float


@dataclass(slots=True)
class Memory:
    """One question to one stream; moments are those of one clock."""

    keep: float
    good_at: float = NEVER
    is_whole: bool = False
    fault: Fault | None = None
    pause: float = SHORTEST_PAUSE
    rest_until: float = NEVER
    task: asyncio.Task[None] | None = None
    rejected: frozenset[Any] = field(default_factory=frozenset)

    def is_fresh(self, now: float) -> bool:
        """Tell whether the last good answer still holds."""
        return now - self.good_at <= self.keep

    def is_waited_for(self, now: float) -> bool:
        """Tell whether a query may wait for what is under way."""
        if now < self.rest_until:
            return False
        return self.fault is None or now - self.fault.at > max(BAD_FOR, 2 * self.pause)

    def may_ask(self, now: float) -> bool:
        """Tell whether the source may be asked now."""
        if self.task is not None or now < self.rest_until:
            return False
        return self.fault is None or now >= self.fault.retry_at

    def age(self, now: float) -> float | None:
        """Count the seconds since the last good answer; None where there was none."""
        return None if self.good_at == NEVER else max(0.0, now - self.good_at)

    def learn(self, standing: Standing, now: float) -> None:
        """Take over what the store knows: another process may have asked."""
        if standing.age is not None and now - standing.age >= self.good_at:
            self.good_at, self.is_whole = now - standing.age, standing.is_whole
        elif standing.age is None:
            self.good_at = NEVER

    def answered(self, now: float, *, is_whole: bool, rejected: frozenset[Any]) -> None:
        """Note a good answer."""
        self.good_at, self.is_whole, self.rejected = now, is_whole, rejected
        self.fault, self.pause = None, SHORTEST_PAUSE

    def failed(
        self, now: float, code: str, outcome: str, *, retryable: bool, retry_after: float | None
    ) -> None:
        """Note a fault; each in a row has the source left in peace for twice as long."""
        wait = self.pause if retry_after is None else max(retry_after, SHORTEST_PAUSE)
        self.fault = Fault(code, outcome, retryable, now, now + wait)
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def rest(self, now: float) -> None:
        """Note that an answer could not be written, which is no fault of its source."""
        self.rest_until = now + REST

    def late(self, now: float, code: str, outcome: str) -> None:
        """Note that an answer did not come in time, though it may come yet."""
        if self.fault is None or now > self.fault.at:
            self.fault = Fault(code, outcome, retryable=True, at=now, retry_at=now)
