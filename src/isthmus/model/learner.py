"""Learners: persons who hold or seek credentials, and what they decide about themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Person:
    """What a learner told of themselves, or their provider did; all of it may be unknown."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    born_on: date | None = None
    country: str | None = None
    languages: tuple[str, ...] = ()
    low_bandwidth: bool = False


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner by the hub's own key, which says nothing about the person."""

    id: int
    person: Person
    created_at: datetime


class SourceLinkState(StrEnum):
    """Where a learner's link to a store stands."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A learner's own link to a live source."""

    id: int
    learner_id: int
    source_id: int
    state: SourceLinkState
    linked_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoreTokens:
    """What a store gave for a learner's link; sealed wherever it rests."""

    access: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    account: str | None = None
    """The learner's own id at the store, where it told one."""
    addresses: tuple[str, ...] = ()
    """What the learner named themselves, where a source is no more than their addresses."""
    back: str | None = None
    """Where the learner came back to from the store, which may know the hub by it."""


@dataclass(frozen=True, slots=True)
class HeldCredential:
    """A credential of a learner as the hub knows it.

    `document` is the original, byte for byte; None where it is only ever fetched live. `uri` is
    its name at its source. `checked_at` is when its status was last asked for.
    """

    id: int
    learner_id: int
    source_id: int | None
    uri: str
    document: bytes | None = None
    media_type: str | None = None
    presented_by: str | None = None
    consent_id: int | None = None
    held_at: datetime | None = None
    expires_at: datetime | None = None
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """One read of personal data, as the learner sees it later."""

    id: int
    at: datetime
    recipient_id: int
    consent_id: int
    purpose: str
    scopes: tuple[str, ...]
    operation: str
