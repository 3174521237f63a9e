"""Consent: who may see what of a learner, for what, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What a recipient wants it for."""

    JOB_MATCHING = "JOB_MATCHING"
    CAREER_ADVICE = "CAREER_ADVICE"
    RECOGNITION = "RECOGNITION"
    HIRING_CHECK = "HIRING_CHECK"
    RESEARCH = "RESEARCH"
    PORTABILITY = "PORTABILITY"


class DataScope(StrEnum):
    """A part of what is known of a learner; none includes another."""

    IDENTITY = "IDENTITY"
    CREDENTIAL_TITLES = "CREDENTIAL_TITLES"
    CREDENTIAL_DETAIL = "CREDENTIAL_DETAIL"
    SKILLS = "SKILLS"
    EVIDENCE = "EVIDENCE"
    TRAITS = "TRAITS"
    MATCHES = "MATCHES"
    CONTACT = "CONTACT"


class ConsentMode(StrEnum):
    """VIEW: fetched at each read, never kept. STORE: kept, sealed, until the consent expires."""

    VIEW = "VIEW"
    STORE = "STORE"


class ConsentStatus(StrEnum):
    """Where a consent stands; PENDING waits for the learner, or for a guardian."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent, asked for or given; `status` is as of the moment it was read.

    `sources` empty means every source the learner has linked. `awaits_guardian`: the learner
    agreed, and it takes effect only when a guardian confirms.
    """

    id: int
    learner_id: int
    recipient_id: int
    purpose: Purpose
    scopes: frozenset[DataScope]
    mode: ConsentMode
    status: ConsentStatus
    requested_at: datetime
    expires_at: datetime
    granted_at: datetime | None = None
    revoked_at: datetime | None = None
    sources: tuple[int, ...] = ()
    data_from: date | None = None
    data_to: date | None = None
    upstream: str | None = None
    awaits_guardian: bool = False
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Permit:
    """What one viewer may see of one learner at one moment, and by which consents.

    The learner's own permit has every scope and no consent. Without any, `lapsed` says whether
    there was one: it is the newest consent that ended, if any.
    """

    learner_id: int
    scopes: frozenset[DataScope]
    consents: tuple[Consent, ...] = ()
    is_own: bool = False
    lapsed: ConsentStatus | None = None

    def covers(self, scope: DataScope) -> bool:
        """Tell whether a part may be seen."""
        return scope in self.scopes


EVERYTHING = frozenset(DataScope)
