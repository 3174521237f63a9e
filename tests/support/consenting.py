"""What tests of consent say over and over: grants with what matters stated, and parties."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from isthmus.consent.rules import Asking, Granting
from isthmus.model.consent import Consent, ConsentMode, ConsentStatus, DataScope, Purpose
from isthmus.model.learner import Person
from isthmus.model.viewer import SCOPES, Role, Viewer
from tests.support.people import a_platform

GROWN = Person(name="Asha Example", born_on=date(1990, 1, 1), country="IN")
YOUNG = Person(name="Ravi Example", born_on=date(2012, 1, 1), country="IN")
SKILLS = frozenset({DataScope.SKILLS})


def in_days(days: float) -> datetime:
    """A moment so many days from now."""
    return datetime.now(UTC) + timedelta(days=days)


def an_asking(learner_id: int, **said: Any) -> Asking:
    """What a body asks: skills for job matching, for three days, unless said otherwise."""
    plain = Asking(learner_id, Purpose.JOB_MATCHING, SKILLS, in_days(3))
    return replace(plain, **said)


def a_granting(recipient_id: int, **said: Any) -> Granting:
    """What a learner grants: skills for job matching, for two days, unless said otherwise."""
    plain = Granting(recipient_id, Purpose.JOB_MATCHING, SKILLS, in_days(2))
    return replace(plain, **said)


def an_asker(organization_id: int) -> Viewer:
    """A platform with every scope a platform can have."""
    return replace(a_platform(organization_id), scopes=SCOPES[Role.PLATFORM])


def a_consent(**said: Any) -> Consent:
    """A consent in force as it is read, unless said otherwise."""
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    plain = Consent(
        id=7,
        learner_id=1,
        recipient_id=2,
        purpose=Purpose.JOB_MATCHING,
        scopes=SKILLS,
        mode=ConsentMode.VIEW,
        status=ConsentStatus.ACTIVE,
        requested_at=at,
        granted_at=at,
        expires_at=at + timedelta(days=30),
    )
    return replace(plain, **said)
