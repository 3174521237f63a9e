"""The rules of consent, pure: what may be asked, what may be granted, what a consent opens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from isthmus.consent.artefacts import Artefact
from isthmus.model.consent import (
    EVERYTHING,
    Consent,
    ConsentMode,
    ConsentStatus,
    DataScope,
    Permit,
    Purpose,
)

LONGEST = timedelta(days=2 * 365 + 1)
"""The longest a consent lasts: two years, one of them a leap year."""
MOST_WAITING = 5
"""Requests of one body that wait for one learner at a time."""
MOST_SOURCES = 100


class Reason(StrEnum):
    """What is wrong with what a caller wants, by the names of the graph's user errors."""

    REQUIRED = "REQUIRED"
    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    CONSENT_EXPIRED = "CONSENT_EXPIRED"
    SCOPE_TOO_WIDE = "SCOPE_TOO_WIDE"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that the caller can put right; `path` names the part of the input."""

    code: Reason
    message: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """What a body asks of a learner."""

    learner_id: int
    purpose: Purpose
    scopes: frozenset[DataScope]
    expires_at: datetime
    mode: ConsentMode = ConsentMode.VIEW


@dataclass(frozen=True, slots=True)
class Granting:
    """What a learner grants; at most what was asked for, where it answers a request.

    No source named: every one the learner has linked.
    """

    recipient_id: int
    purpose: Purpose
    scopes: frozenset[DataScope]
    expires_at: datetime
    mode: ConsentMode = ConsentMode.VIEW
    sources: tuple[int, ...] = ()
    data_from: date | None = None
    data_to: date | None = None
    request_id: int | None = None
    artefact: Artefact | None = None
    """The consent as another system wrote it, which then bounds this one."""


def faults_of(wanted: Asking | Granting, now: datetime) -> list[Refusal]:
    """Say what is wrong with what is asked or granted, whoever it is for."""
    faults = []
    if not wanted.scopes:
        faults.append(Refusal(Reason.REQUIRED, "Name at least one field.", ("fields",)))
    if wanted.expires_at <= now:
        faults.append(Refusal(Reason.INVALID, "It must end in the future.", ("expiresAt",)))
    elif wanted.expires_at > now + LONGEST:
        faults.append(Refusal(Reason.INVALID, "It lasts at most two years.", ("expiresAt",)))
    if isinstance(wanted, Granting):
        faults += _faults_of_narrowing(wanted)
    return faults


def _faults_of_narrowing(granted: Granting) -> list[Refusal]:
    faults = []
    if granted.data_from and granted.data_to and granted.data_from > granted.data_to:
        faults.append(Refusal(Reason.INVALID, "It is before the first day.", ("dataTo",)))
    if len(granted.sources) > MOST_SOURCES:
        faults.append(Refusal(Reason.INVALID, f"At most {MOST_SOURCES}.", ("sources",)))
    return faults + _faults_beside(granted, granted.artefact)


def _faults_beside(granted: Granting, artefact: Artefact | None) -> list[Refusal]:
    if artefact is None:
        return []
    wider = {
        "mode": granted.mode is ConsentMode.STORE and artefact.mode is ConsentMode.VIEW,
        "expiresAt": granted.expires_at > artefact.expires_at,
    }
    message = "The artefact it comes with does not allow this."
    return [Refusal(Reason.SCOPE_TOO_WIDE, message, (name,)) for name in wider if wider[name]]


def too_wide(granted: Granting, asked: Consent) -> list[Refusal]:
    """Say where a grant goes beyond the request that it answers."""
    wider = {
        "recipient": granted.recipient_id != asked.recipient_id,
        "purpose": granted.purpose is not asked.purpose,
        "fields": not granted.scopes <= asked.scopes,
        "mode": granted.mode is ConsentMode.STORE and asked.mode is ConsentMode.VIEW,
        "expiresAt": granted.expires_at > asked.expires_at,
    }
    message = "The request did not ask for this; grant less, or grant it unasked."
    return [Refusal(Reason.SCOPE_TOO_WIDE, message, (name,)) for name in wider if wider[name]]


def asked(asking: Asking, recipient_id: int, now: datetime) -> Consent:
    """Give the consent that is asked for."""
    return Consent(
        id=0,
        learner_id=asking.learner_id,
        recipient_id=recipient_id,
        purpose=asking.purpose,
        scopes=asking.scopes,
        mode=asking.mode,
        status=ConsentStatus.PENDING,
        requested_at=now,
        expires_at=asking.expires_at,
    )


def unasked(granting: Granting, learner_id: int, now: datetime) -> Consent:
    """Give what a grant that nobody asked for answers."""
    asking = Asking(learner_id, granting.purpose, granting.scopes, granting.expires_at)
    return asked(asking, granting.recipient_id, now)


def given(granting: Granting, request: Consent, now: datetime, *, waits: bool) -> Consent:
    """Give the consent that a grant makes of a request; `waits`: a guardian must confirm it."""
    return replace(
        request,
        scopes=granting.scopes,
        mode=granting.mode,
        expires_at=granting.expires_at,
        sources=tuple(sorted(set(granting.sources))),
        data_from=granting.data_from,
        data_to=granting.data_to,
        status=ConsentStatus.PENDING if waits else ConsentStatus.ACTIVE,
        awaits_guardian=waits,
        granted_at=now,
        upstream=granting.artefact.upstream if granting.artefact else None,
    )


def unknown(*path: str) -> Refusal:
    """Say that an id names nothing the caller may see, in the same words whatever the reason."""
    return Refusal(Reason.NOT_FOUND, "There is nothing of this id, or not for you.", path)


def closed(consent: Consent) -> Refusal | None:
    """Say why a request can no longer be answered; None while it can."""
    if consent.status is ConsentStatus.EXPIRED:
        return Refusal(Reason.CONSENT_EXPIRED, "It ran out before it was answered.", ("request",))
    if consent.status is not ConsentStatus.PENDING or consent.granted_at is not None:
        return Refusal(Reason.CONFLICT, "It was answered already.", ("request",))
    return None


def own_permit(learner_id: int) -> Permit:
    """Give the permit of learners themselves: everything."""
    return Permit(learner_id, EVERYTHING, is_own=True)


def permit_of(learner_id: int, consents: Iterable[Consent]) -> Permit:
    """Put together what a body may see of a learner, of all that was ever granted it."""
    granted = list(consents)
    in_force = tuple(c for c in granted if c.status is ConsentStatus.ACTIVE)
    if in_force:
        return Permit(learner_id, frozenset().union(*(c.scopes for c in in_force)), in_force)
    return Permit(learner_id, frozenset(), lapsed=_lapsed(granted))


def _lapsed(granted: Sequence[Consent]) -> ConsentStatus | None:
    ended = [c for c in granted if c.status in {ConsentStatus.EXPIRED, ConsentStatus.REVOKED}]
    newest = max(ended, key=lambda c: c.revoked_at or c.expires_at, default=None)
    return None if newest is None else newest.status
