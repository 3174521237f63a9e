"""Consents: who may see what of a learner now, and how that comes about and ends.

    a body asks ──request──┐                 ┌──refuse
                           ├── the learner ──┼──grant ──(under age: a guardian confirms)──> in force
           unasked ────────┘                 └──revoke: at once, wherever something is shown by it

Every answer is checked twice: `permits` when it is begun, and `release` when it is about to leave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from isthmus.consent import lines, rules
from isthmus.consent.ages import Ages
from isthmus.consent.artefacts import Sign, write_artefact
from isthmus.consent.decisions import ASKING, Decisions, oneself
from isthmus.consent.guardians import Guardians
from isthmus.consent.lines import Use as Use  # noqa: PLC0414 - what is released is stated in them
from isthmus.consent.receipts import receipt_of
from isthmus.consent.releasing import Leaving, Releasing
from isthmus.errors import ConsentMissing, ErrorCode, Refused
from isthmus.model.consent import Consent, ConsentStatus, DataScope, Permit, Purpose
from isthmus.model.learner import Access
from isthmus.model.viewer import LEARNER_SCOPE, Viewer
from isthmus.store.people import audit, consents
from isthmus.store.people.vault import Vault

READING = "learners:read"
_LAPSED = {
    ConsentStatus.EXPIRED: ErrorCode.CONSENT_EXPIRED,
    ConsentStatus.REVOKED: ErrorCode.CONSENT_REVOKED,
}


class Consents(Decisions):
    """The consents of one hub."""

    def __init__(self, vault: Vault, ages: Ages | None = None, public_url: str = "") -> None:
        super().__init__(vault, ages)
        self.guardians = Guardians(self)
        self._releasing = Releasing(vault)
        self.public_url = public_url.rstrip("/")
        self.request_url = f"{self.public_url}/graphql"

    # ---- what may be shown

    async def permits(self, viewer: Viewer, learner_ids: Iterable[int]) -> dict[int, Permit]:
        """Give what a caller may see of each learner at this moment."""
        wanted = list(dict.fromkeys(learner_ids))
        found = {one: Permit(one, frozenset()) for one in wanted}
        if viewer.learner_id in found and viewer.may(LEARNER_SCOPE):
            found[viewer.learner_id] = rules.own_permit(viewer.learner_id)
        if viewer.organization_id is None or not viewer.may(READING):
            return found
        granted: dict[int, list[Consent]] = defaultdict(list)
        async with self.vault.viewing(viewer) as connection:
            for one in await consents.consents_between(connection, viewer.organization_id, wanted):
                granted[one.learner_id].append(one)
        return found | {one: rules.permit_of(one, of_it) for one, of_it in granted.items()}

    def missing(self, permit: Permit, scope: DataScope) -> ConsentMissing:
        """Give the error of a part that a permit does not cover."""
        del scope  # of what else was agreed to the error tells nothing
        lapsed = None if permit.consents else permit.lapsed
        code = ErrorCode.CONSENT_REQUIRED if lapsed is None else _LAPSED[lapsed]
        return ConsentMissing(code, self.request_url)

    async def still_hold(self, viewer: Viewer, permits: Iterable[Permit]) -> bool:
        """Tell whether every consent of some permits is in force still, such as amid a pull.

        It is a glance: what is to leave the hub needs `release`.
        """
        ids = {one.id for permit in permits for one in permit.consents}
        if not ids:
            return True
        async with self.vault.viewing(viewer) as connection:
            found = await consents.in_force(connection, viewer.organization_id or 0, ids)
        return found == ids

    async def release(self, viewer: Viewer, uses: Sequence[Use], operation: str) -> bool:
        """Let an answer leave and log its reads; False where a consent of it no longer holds.

        Then nothing of the answer may leave, and nothing is logged. No consent can end between
        being checked and its read being logged: a revocation comes wholly before or wholly after.
        """
        if not uses:
            return True
        if viewer.organization_id is None or not viewer.may(READING):
            return False
        leaving = Leaving(viewer.organization_id, uses, operation)
        return await self._releasing.release(leaving)

    # ---- what was agreed to, and what was read

    async def consents_of(
        self,
        viewer: Viewer,
        learner_id: int,
        status: ConsentStatus | None = None,
        after: int | None = None,
        first: int = 20,
    ) -> list[Consent]:
        """Read consents of a learner, newest first: all for them and their guardians.

        A body sees those that name it.
        """
        if not _is_party(viewer):
            return []
        async with self.vault.viewing(viewer) as connection:
            return await consents.page_of_consents(
                connection, learner_id, status, after, first, viewer.organization_id
            )

    async def find(self, viewer: Viewer, consent_id: int) -> Consent | None:
        """Find a consent that the caller is a party to, or guards the learner of."""
        if not _is_party(viewer):
            return None
        async with self.vault.viewing(viewer) as connection:
            return await consents.find_consent(connection, consent_id)

    async def accesses_of(
        self, viewer: Viewer, learner_id: int, after: int | None = None, first: int = 50
    ) -> list[Access]:
        """Read what others read of the learner who asks, newest first."""
        if oneself(viewer) != learner_id:
            raise Refused(ErrorCode.FORBIDDEN, "Only the learner may see this.")
        async with self.vault.viewing(viewer) as connection:
            found = await audit.lines_of(
                self.vault, connection, learner_id, audit.READ, after, first
            )
        return [lines.access(line, content) for line, content in found]

    def receipt(self, consent: Consent, reads: Iterable[Access] = ()) -> dict[str, Any]:
        """Write the receipt of a consent, and of reads by it, for the learner to keep."""
        mine = [read for read in reads if read.consent_id == consent.id]
        return receipt_of(consent, mine, hub=self.public_url, now=datetime.now(UTC))

    def artefact(self, consent: Consent, sign: Sign, provider: str = "") -> bytes:
        """Write the DEPA artefact of a consent; unsaid, the hub is who has the data."""
        provider = provider or self.public_url
        return write_artefact(consent, hub=self.public_url, provider=provider, sign=sign)

    async def learners_for(
        self, viewer: Viewer, purpose: Purpose | None, after: int | None, first: int
    ) -> list[int]:
        """Name learners who have a consent in force with the caller, by their keys, downwards."""
        if viewer.organization_id is None or not viewer.may(READING):
            return []
        async with self.vault.viewing(viewer) as connection:
            return await consents.learners_consenting(
                connection, viewer.organization_id, purpose, after, first
            )


def _is_party(viewer: Viewer) -> bool:
    if viewer.organization_id is None:
        return viewer.may(LEARNER_SCOPE)
    return viewer.may(READING) or viewer.may(ASKING)
