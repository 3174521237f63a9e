"""What a permit lets a viewer have of a learner's stores: which of them, and awards of which days.

A grant of several consents is the sum of them, each within its own bounds.
"""

from __future__ import annotations

from datetime import date, datetime

from isthmus.model.consent import Consent, ConsentMode, DataScope, Permit

OF_CREDENTIALS = frozenset(
    {
        DataScope.CREDENTIAL_TITLES,
        DataScope.CREDENTIAL_DETAIL,
        DataScope.SKILLS,
        DataScope.EVIDENCE,
        DataScope.TRAITS,
        DataScope.MATCHES,
    }
)
"""Scopes that nothing but a credential can answer."""


def may_ask(permit: Permit, source_id: int) -> bool:
    """Tell whether a source may be asked at all."""
    return permit.is_own or bool(consents_for(permit, source_id))


def consents_for(permit: Permit, source_id: int) -> list[Consent]:
    """Give the consents that cover something of a source."""
    return [
        consent
        for consent in permit.consents
        if consent.scopes & OF_CREDENTIALS and (not consent.sources or source_id in consent.sources)
    ]


def covering(permit: Permit, source_id: int, issued_at: datetime | None) -> list[Consent]:
    """Give the consents under which an award of a day may be shown.

    Where a consent is bounded by days, an award whose day nobody knows is outside it.
    """
    return [one for one in consents_for(permit, source_id) if _within(one, issued_at)]


def keeping(consents: list[Consent]) -> Consent | None:
    """Give the consent under which a copy may be kept the longest, if there is any."""
    storing = [one for one in consents if one.mode is ConsentMode.STORE]
    return max(storing, key=lambda one: one.expires_at, default=None)


def _within(consent: Consent, issued_at: datetime | None) -> bool:
    if consent.data_from is None and consent.data_to is None:
        return True
    if issued_at is None:
        return False
    day = issued_at.date()
    return (consent.data_from or date.min) <= day <= (consent.data_to or date.max)
