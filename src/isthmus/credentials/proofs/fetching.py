"""Gets what verifications need from outside, whole and cached, with its age."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from isthmus.credentials.contract import Fetched
from isthmus.outbound import Outbound


class CachingFetcher:
    """A cache by address over `outbound`; offline it answers from the cache or with no body."""

    def __init__(
        self,
        outbound: Outbound,
        *,
        now: Callable[[], datetime],
        keep_seconds: int = 3600,
        offline: bool = False,
    ) -> None:
        raise NotImplementedError

    async def fetch(self, url: str) -> Fetched:
        """Get one address; never raises for a source that is down."""
        raise NotImplementedError
