"""What one source may take."""

from __future__ import annotations

from dataclasses import dataclass, replace

PERIODS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}


@dataclass(frozen=True, slots=True)
class Terms:
    """What one source may take: seconds and bytes of one answer, calls in a period, attempts.

    `patience` is how long a call may wait for its turn under the source's rate; None: for ever.
    `private`: what is asked for says something about a person, and stands in no message.
    """

    timeout: float = 30.0
    max_bytes: int = 64 * 1024 * 1024
    max_file_bytes: int = 4 * 1024 * 1024 * 1024
    attempts: int = 3
    calls: int = 0
    per_seconds: float = 1.0
    patience: float | None = None
    private: bool = False

    def at_rate(self, rate: str | None) -> Terms:
        """Give the same terms at a rate as manifests write it, such as `60/minute`."""
        if rate is None:
            return self
        calls, _, period = rate.partition("/")
        return replace(self, calls=int(calls), per_seconds=PERIODS[period])
