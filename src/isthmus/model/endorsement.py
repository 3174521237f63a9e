"""Endorsements: what somebody says, under their own name, of an award or of what can be earned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Endorsement:
    """One endorsement of a credential or of a qualification, by a learner or by a body.

    `learner_id` is whose credential it is. `relationship` is what the endorser is to that learner
    or to the qualification, in their own words. `signed`: it came as a signed document.
    """

    id: int = 0
    credential_id: int | None = None
    qualification_id: int | None = None
    learner_id: int | None = None
    by_learner_id: int | None = None
    by_organization_id: int | None = None
    relationship: str | None = None
    comment: str | None = None
    comment_lang: str | None = None
    signed: bool = False
    made_at: datetime | None = None
