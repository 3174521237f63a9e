"""Guardianships: a grown-up who confirms what a learner under age agrees to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class GuardianshipState(StrEnum):
    """Where a guardianship stands."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class Guardianship:
    """A guardianship; `state` is as of the moment it was read.

    `guardian_id` is unknown until somebody accepts the invitation, which `expires_at` ends.
    """

    id: int
    learner_id: int
    guardian_id: int | None
    state: GuardianshipState
    created_at: datetime
    expires_at: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
