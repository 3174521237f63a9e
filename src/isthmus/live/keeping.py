"""Keeps copies of live documents, where a consent of mode STORE covers them, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from isthmus.live.fetched import LiveDocument
from isthmus.live.permitting import keeping
from isthmus.model.consent import Permit
from isthmus.model.learner import HeldCredential
from isthmus.store.people.copies import hold_copies
from isthmus.store.people.vault import Vault


async def keep_copies(
    vault: Vault, permit: Permit, documents: Sequence[LiveDocument], *, now: datetime
) -> int:
    """Keep sealed copies until their consent expires; counts them.

    A document that carries an Aadhaar number is never kept: what is in it stays at its store.
    """
    held = [copy for one in documents if (copy := _copy(permit, one, now)) is not None]
    if not held:
        return 0
    async with vault.on_errand() as connection:
        return await hold_copies(vault, connection, held)


def _copy(permit: Permit, one: LiveDocument, now: datetime) -> HeldCredential | None:
    covering = [consent for consent in permit.consents if consent.id in one.consents]
    consent = keeping(covering)
    if consent is None or one.is_withheld:
        return None
    return HeldCredential(
        id=0,
        learner_id=permit.learner_id,
        source_id=one.source_id,
        uri=one.key,
        document=one.document.body,
        media_type=one.document.media_type,
        presented_by=one.document.presented_by,
        consent_id=consent.id,
        held_at=now,
        expires_at=consent.expires_at,
        checked_at=now,
    )
