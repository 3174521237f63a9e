"""How often one address may try to sign in: guessing is made slow, and nothing is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from isthmus.errors import ErrorCode
from isthmus.web.asgi import Scope
from isthmus.web.budgets import address_of
from isthmus.web.decoding import BadRequest

WINDOW = 60.0
MOST_ADDRESSES = 100_000


class Attempts:
    """Counts attempts of each address in windows of a minute; `most` 0 counts nothing.

    An address is that which the outermost of our own proxies saw: else all who come through one
    would be told to wait for what one of them did.
    """

    def __init__(
        self, most: int, trusted_proxies: int = 0, clock: Callable[[], float] = monotonic
    ) -> None:
        self._most = most
        self._trusted_proxies = trusted_proxies
        self._clock = clock
        self._began = clock()
        self._counts: dict[str, int] = {}

    def count(self, scope: Scope) -> None:
        """Count one; raise `BadRequest` with 429 where there were too many."""
        self.check(scope)
        self.note(scope)

    def check(self, scope: Scope) -> None:
        """Raise `BadRequest` with 429 where there were too many."""
        if self._most and self._counted(scope) >= self._most:
            wait = max(1, round(WINDOW - (self._clock() - self._began)))
            headers = (("retry-after", str(wait)),)
            raise BadRequest(429, "Too many attempts.", ErrorCode.RATE_LIMITED, headers)

    def note(self, scope: Scope) -> None:
        """Count one, and leave it to `check` to say when there were too many."""
        if self._most:
            self._counts[address_of(scope, self._trusted_proxies)] = self._counted(scope) + 1

    def _counted(self, scope: Scope) -> int:
        now = self._clock()
        if now - self._began >= WINDOW or len(self._counts) >= MOST_ADDRESSES:
            self._began, self._counts = now, {}
        return self._counts.get(address_of(scope, self._trusted_proxies), 0)
