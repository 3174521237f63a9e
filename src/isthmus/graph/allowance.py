"""What one caller may ask for in a while, in points: rows of the store, by the estimate."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import time

from isthmus.errors import ErrorCode, Refused

WINDOW_SECONDS = 60.0
UNBOUNDED = 2**31 - 1


class Overspent(Refused):
    """An operation costs more than its caller has left; nothing of it ran."""

    def __init__(self, limit: int, seconds: float) -> None:
        message = f"Of {limit} points a minute too few are left; try again in {seconds:.0f} s."
        super().__init__(ErrorCode.RATE_LIMITED, message)
        self.seconds = seconds


@dataclass(slots=True)
class Allowance:
    """The points of one caller until a moment, in seconds of the clock.

    `most` is how much one operation of theirs may cost; None: as much as anyone's.
    """

    limit: int = UNBOUNDED
    until: float = field(default_factory=lambda: time() + WINDOW_SECONDS)
    used: int = 0
    most: int | None = None

    def spend(self, points: int) -> None:
        """Take points; raise `Overspent`, and take none, where there are too few."""
        if self.used + points > self.limit:
            raise Overspent(self.limit, max(1.0, self.until - time()))
        self.used += points
