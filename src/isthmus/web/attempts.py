"""How often one address may try to sign in: guessing is made slow, and nothing is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from isthmus.errors import ErrorCode
from isthmus.web.asgi import Scope
from isthmus.web.decoding import BadRequest

WINDOW = 60.0
MOST_ADDRESSES = 100_000


class Attempts:
    """Counts attempts of each address in windows of a minute; `most` 0 counts nothing."""

    def __init__(self, most: int, clock: Callable[[], float] = monotonic) -> None:
        self._most = most
        self._clock = clock
        self._began = clock()
        self._counts: dict[str, int] = {}

    def count(self, scope: Scope) -> None:
        """Count one; raise `BadRequest` with 429 where there were too many."""
        if not self._most:
            return
        now = self._clock()
        if now - self._began >= WINDOW or len(self._counts) >= MOST_ADDRESSES:
            self._began, self._counts = now, {}
        address = (scope.get("client") or ("", 0))[0]
        count = self._counts[address] = self._counts.get(address, 0) + 1
        if count > self._most:
            wait = max(1, round(WINDOW - (now - self._began)))
            headers = (("retry-after", str(wait)),)
            raise BadRequest(429, "Too many attempts.", ErrorCode.RATE_LIMITED, headers)
