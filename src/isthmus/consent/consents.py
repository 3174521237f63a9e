"""Consents: who may see what of a learner now, and how that comes about and ends.

    a body asks ──request──┐                 ┌──refuse
                           ├── the learner ──┼──grant ──(under age: a guardian confirms)──> in force
           unasked ────────┘                 └──revoke: at once, wherever something is shown by it

Every answer is checked twice: `permits` when it is begun, and `release` when it is about to leave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from isthmus.consent import rules
from isthmus.consent.ages import Ages, published_ages
from isthmus.consent.rules import Asking, Granting, Reason, Refusal
from isthmus.errors import ConsentMissing, ErrorCode, Refused
from isthmus.model.consent import Consent, ConsentStatus, DataScope, Permit, Purpose
from isthmus.model.learner import Access, Person
from isthmus.model.viewer import LEARNER_SCOPE, Viewer
from isthmus.store.database import Connection
from isthmus.store.people import audit, consenting, consents
from isthmus.store.people.learners import find_learners
from isthmus.store.people.vault import Vault

LONGEST_NAME = 100
READING, ASKING = "learners:read", "consent:request"
_LAPSED = {
    ConsentStatus.EXPIRED: ErrorCode.CONSENT_EXPIRED,
    ConsentStatus.REVOKED: ErrorCode.CONSENT_REVOKED,
}


@dataclass(frozen=True, slots=True)
class Use:
    """What was shown of one learner by one consent in one answer."""

    learner_id: int
    consent_id: int
    scopes: frozenset[DataScope]


class Consents:
    """The consents of one hub."""

    def __init__(self, vault: Vault, ages: Ages | None = None, public_url: str = "") -> None:
        self.vault = vault
        self.ages = ages or published_ages()
        self.request_url = f"{public_url.rstrip('/')}/graphql"

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
            found = await consents.held_in_force(connection, viewer.organization_id or 0, ids)
        return found.keys() == ids

    async def release(self, viewer: Viewer, uses: Sequence[Use], operation: str) -> bool:
        """Let an answer leave and log its reads; False where a consent of it no longer holds.

        Then nothing of the answer may leave, and nothing is logged. No consent can end between
        being checked and its read being logged: a revocation comes wholly before or wholly after.
        """
        if not uses:
            return True
        asked = {use.consent_id for use in uses}
        async with self.vault.on_errand() as connection:
            held = await consents.held_in_force(
                connection, viewer.organization_id or 0, asked, locked=True
            )
            if not all(_covers(held, use) for use in uses):
                return False
            entries = [_reading(use, held[use.consent_id], operation) for use in uses]
            await audit.append(self.vault, connection, entries)
        return True

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
        async with self.vault.viewing(viewer) as connection:
            return await consents.page_of_consents(
                connection, learner_id, status, after, first, viewer.organization_id
            )

    async def find(self, viewer: Viewer, consent_id: int) -> Consent | None:
        """Find a consent that the caller is a party to, or guards the learner of."""
        async with self.vault.viewing(viewer) as connection:
            return await consents.find_consent(connection, consent_id)

    async def accesses_of(
        self, viewer: Viewer, learner_id: int, after: int | None = None, first: int = 50
    ) -> list[Access]:
        """Read what others read of the learner who asks, newest first."""
        if viewer.learner_id != learner_id or not viewer.may(LEARNER_SCOPE):
            raise Refused(ErrorCode.FORBIDDEN, "Only the learner may see this.")
        async with self.vault.viewing(viewer) as connection:
            lines = await audit.lines_of(
                self.vault, connection, learner_id, audit.READ, after, first
            )
        return [_access(line, content) for line, content in lines]

    async def learners_for(
        self, viewer: Viewer, purpose: Purpose | None, after: int | None, first: int
    ) -> list[int]:
        """Name learners who have a consent in force with the caller, newest first."""
        if viewer.organization_id is None or not viewer.may(READING):
            return []
        async with self.vault.viewing(viewer) as connection:
            return await consents.learners_consenting(
                connection, viewer.organization_id, purpose, after, first
            )

    # ---- how it comes about and ends

    async def request(
        self, viewer: Viewer, asking: Asking, *, connection: Connection | None = None
    ) -> Consent | list[Refusal]:
        """Ask a learner; the same asked again while it waits is the same request."""
        body = viewer.organization_id
        if body is None or not viewer.may(ASKING):
            raise Refused(ErrorCode.FORBIDDEN, "Only who may ask for consents can do this.")
        async with self._writing(viewer, connection) as open_:
            now = await consents.moment(open_)
            if faults := rules.faults_of(asking, now):
                return faults
            wanted = rules.asked(asking, body, now)
            waiting = await consenting.find_waiting(open_, wanted)
            if waiting.same is not None:
                return await self._found(open_, waiting.same)
            if waiting.count >= rules.MOST_WAITING:
                message = f"{rules.MOST_WAITING} requests wait for this learner already."
                return [Refusal(Reason.QUOTA_EXCEEDED, message)]
            await audit.as_errand(open_)
            if not await consents.known_learner(open_, asking.learner_id):
                return [_unknown("learner")]
            id_ = await consenting.add_consent(open_, wanted)
            return await self._logged(open_, "CONSENT_REQUESTED", id_)

    async def grant(
        self, viewer: Viewer, granting: Granting, *, connection: Connection | None = None
    ) -> Consent | list[Refusal]:
        """Grant what was asked for, or less, or something unasked; under age it waits."""
        learner = _learner(viewer)
        async with self._writing(viewer, connection) as open_:
            now = await consents.moment(open_)
            faults = rules.faults_of(granting, now) or await _unknown_parts(open_, granting)
            if faults:
                return faults
            request = await _answered(open_, learner, granting)
            if isinstance(request, list):
                return request
            person = await self._person(open_, learner)
            waits = self.ages.needs_guardian(person, now)
            if request is None:
                asking = Asking(learner, granting.purpose, granting.scopes, granting.expires_at)
                request = rules.asked(asking, granting.recipient_id, now)
            id_ = await _write(open_, rules.given(granting, request, now, waits=waits))
            return await self._logged(open_, "CONSENT_GRANTED", id_)

    async def refuse(
        self, viewer: Viewer, request_id: int, *, connection: Connection | None = None
    ) -> Consent | list[Refusal]:
        """Say no to a request; saying it twice changes nothing."""
        learner = _learner(viewer)
        async with self._writing(viewer, connection) as open_:
            found = await consents.find_consent(open_, request_id, locked=True)
            if found is None or found.learner_id != learner:
                return [_unknown("request")]
            if found.status is ConsentStatus.REFUSED:
                return found
            if (refusal := rules.closed(found)) is not None:
                return [refusal]
            await consenting.refuse(open_, request_id)
            return await self._logged(open_, "CONSENT_REFUSED", request_id)

    async def revoke(
        self, viewer: Viewer, consent_id: int, *, connection: Connection | None = None
    ) -> Consent | list[Refusal]:
        """Withdraw a consent: from the commit on nothing is shown by it, and no copy is left."""
        learner = _learner(viewer)
        async with self._writing(viewer, connection) as open_:
            if await consenting.revoke(open_, consent_id, learner):
                return await self._logged(open_, "CONSENT_REVOKED", consent_id)
            found = await consents.find_consent(open_, consent_id)
            if found is None or found.learner_id != learner:
                return [_unknown("consent")]
            if found.status is ConsentStatus.REVOKED:
                return found
            if found.status is ConsentStatus.EXPIRED:
                return [Refusal(Reason.CONSENT_EXPIRED, "It has ended already.", ("consent",))]
            return [Refusal(Reason.CONFLICT, "It was never given.", ("consent",))]

    # ---- within

    @asynccontextmanager
    async def _writing(self, viewer: Viewer, given: Connection | None) -> AsyncIterator[Connection]:
        if given is not None:
            yield given
            return
        async with self.vault.viewing(viewer) as connection:
            yield connection

    async def _person(self, connection: Connection, learner_id: int) -> Person:
        found = await find_learners(self.vault, connection, [learner_id])
        return found[learner_id].person if learner_id in found else Person()

    async def _logged(self, connection: Connection, kind: str, consent_id: int) -> Consent:
        consent = await self._found(connection, consent_id)
        entry = audit.Entry(kind, consent.learner_id, _told(consent))
        await audit.append(self.vault, connection, [entry])
        return consent

    async def _found(self, connection: Connection, consent_id: int) -> Consent:
        found = await consents.find_consent(connection, consent_id)
        if found is None:  # it was there a moment ago, in this very transaction
            raise Refused(ErrorCode.FORBIDDEN, "The consent is not yours.")
        return found


def _learner(viewer: Viewer) -> int:
    if viewer.learner_id is None or not viewer.may(LEARNER_SCOPE):
        raise Refused(ErrorCode.FORBIDDEN, "Only a learner can do this, for themselves.")
    return viewer.learner_id


async def _unknown_parts(connection: Connection, granting: Granting) -> list[Refusal]:
    if not await consents.known_recipient(connection, granting.recipient_id):
        return [_unknown("recipient")]
    if await consents.unknown_sources(connection, granting.sources):
        return [_unknown("sources")]
    return []


async def _answered(
    connection: Connection, learner: int, granting: Granting
) -> Consent | list[Refusal] | None:
    """Find the request that a grant answers, if any, or say why it cannot."""
    if granting.request_id is None:
        return None
    found = await consents.find_consent(connection, granting.request_id, locked=True)
    if found is None or found.learner_id != learner:
        return [_unknown("request")]
    refusal = rules.closed(found)
    return [refusal] if refusal is not None else rules.too_wide(granting, found) or found


async def _write(connection: Connection, consent: Consent) -> int:
    if not consent.id:
        return await consenting.add_consent(connection, consent)
    await consenting.grant_request(connection, consent)
    return consent.id


def _unknown(*path: str) -> Refusal:
    return Refusal(Reason.NOT_FOUND, "There is nothing of this id, or not for you.", path)


def _covers(held: Mapping[int, Consent], use: Use) -> bool:
    found = held.get(use.consent_id)
    return found is not None and found.learner_id == use.learner_id and use.scopes <= found.scopes


def _reading(use: Use, consent: Consent, operation: str) -> audit.Entry:
    content = {
        "recipient": consent.recipient_id,
        "consent": consent.id,
        "purpose": consent.purpose,
        "scopes": [scope.value for scope in DataScope if scope in use.scopes],
        "operation": operation[:LONGEST_NAME],
    }
    return audit.Entry(audit.READ, use.learner_id, content)


def _access(line: audit.Line, content: Mapping[str, Any]) -> Access:
    return Access(
        id=line.id,
        at=line.at,
        recipient_id=content["recipient"],
        consent_id=content["consent"],
        purpose=content["purpose"],
        scopes=tuple(content["scopes"]),
        operation=content["operation"],
    )


def _told(consent: Consent) -> dict[str, Any]:
    return {
        "recipient": consent.recipient_id,
        "consent": consent.id,
        "purpose": consent.purpose,
        "scopes": [scope.value for scope in DataScope if scope in consent.scopes],
        "mode": consent.mode,
        "expires": consent.expires_at,
        "awaits_guardian": consent.awaits_guardian,
    }
