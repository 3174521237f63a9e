"""What the audit log says of reads and of consents, and how it is read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from isthmus.model.consent import Consent, DataScope
from isthmus.model.learner import Access
from isthmus.store.people.audit import READ, Entry, Line

LONGEST_NAME = 100
REQUESTED, GRANTED, REFUSED = "CONSENT_REQUESTED", "CONSENT_GRANTED", "CONSENT_REFUSED"
CONFIRMED, REVOKED = "CONSENT_CONFIRMED", "CONSENT_REVOKED"
ACCEPTED, ENDED = "GUARDIANSHIP_ACCEPTED", "GUARDIANSHIP_ENDED"


@dataclass(frozen=True, slots=True)
class Use:
    """What was shown of one learner by one consent in one answer."""

    learner_id: int
    consent_id: int
    scopes: frozenset[DataScope]


def reading(use: Use, consent: Consent, operation: str) -> Entry:
    """Give the line of a read."""
    content = {
        "recipient": consent.recipient_id,
        "consent": consent.id,
        "purpose": consent.purpose,
        "scopes": names(use.scopes),
        "operation": operation[:LONGEST_NAME].encode(errors="replace").decode(),
    }
    return Entry(READ, use.learner_id, content)


def access(line: Line, content: Mapping[str, Any]) -> Access:
    """Read the line of a read back."""
    return Access(
        id=line.id,
        at=line.at,
        recipient_id=content["recipient"],
        consent_id=content["consent"],
        purpose=content["purpose"],
        scopes=tuple(content["scopes"]),
        operation=content["operation"],
    )


def decision(kind: str, consent: Consent) -> Entry:
    """Give the line of something that became of a consent."""
    content = {
        "recipient": consent.recipient_id,
        "consent": consent.id,
        "purpose": consent.purpose,
        "scopes": names(consent.scopes),
        "mode": consent.mode,
        "expires": consent.expires_at,
        "awaits_guardian": consent.awaits_guardian,
    }
    return Entry(kind, consent.learner_id, content)


def names(scopes: Iterable[DataScope]) -> list[str]:
    """Name scopes in the order of their enum."""
    given = set(scopes)
    return [scope.value for scope in DataScope if scope in given]
