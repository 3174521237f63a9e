"""What became of one reading of one stream, and how a source is doing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    STOPPED = "STOPPED"


class HealthState(StrEnum):
    """How a source is doing."""

    UP = "UP"
    DEGRADED = "DEGRADED"
    DOWN = "DOWN"
    PAUSED = "PAUSED"
    QUARANTINED = "QUARANTINED"
    NEVER_RUN = "NEVER_RUN"


class SourceMode(StrEnum):
    """How a source's records reach an answer."""

    LIVE = "LIVE"
    SYNCED = "SYNCED"
    HYBRID = "HYBRID"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that could not be read: its key as far as known, a reason code and a sentence."""

    source_key: str
    reason: str
    message: str
    field: str | None = None
    sample: str | None = None
