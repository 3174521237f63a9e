"""A circuit towards one source: after several faults in a row it is left in peace for a while.

    closed ──faults──> open ──window over──> one probe ──good──> closed
                         ^                      └──bad──┘

In this process only; several processes each learn it for themselves.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from isthmus.errors import SourceRateLimited, SourceTimedOut, SourceUnavailable

FAULTS = 5
WINDOW = 10.0
LONGEST_WINDOW = 300.0


class Circuit:
    """Refuses calls while a source is down, or while it asked not to be called."""

    def __init__(self, source: str = "", *, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._clock = clock
        self._faults = 0
        self._window = WINDOW
        self._open_until = 0.0
        self._limited_until = 0.0
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether calls are refused now."""
        return self._faults >= FAULTS and (self._clock() < self._open_until or self._probing)

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Let one call pass, and learn from it; raise where none may pass now."""
        self._admit()
        try:
            yield
        except (SourceUnavailable, SourceTimedOut):
            self._failed()
            raise
        except SourceRateLimited as limited:
            if limited.retry_after is not None:
                wait = min(limited.retry_after, LONGEST_WINDOW)
                self._limited_until = self._clock() + wait
            raise
        except BaseException:
            self._probing = False  # cancelled, or a refusal: it says nothing of the source's health
            raise
        else:
            self._faults, self._window = 0, WINDOW
        finally:
            self._probing = False

    def _admit(self) -> None:
        now = self._clock()
        if now < self._limited_until:
            message = "asked not to be called for a while"
            wait = self._limited_until - now
            raise SourceRateLimited(message, source=self._source, retry_after=wait)
        if self.is_open:
            wait = max(0.0, self._open_until - now)
            message = "did not answer several times, and is left in peace"
            raise SourceUnavailable(message, source=self._source, retry_after=wait)
        self._probing = self._faults >= FAULTS

    def _failed(self) -> None:
        self._faults += 1
        if self._faults >= FAULTS:
            self._open_until = self._clock() + self._window
            self._window = min(self._window * 2, LONGEST_WINDOW)
