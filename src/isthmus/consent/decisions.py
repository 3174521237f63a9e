"""Decisions: how a consent comes about and ends, each in one transaction with its line of the log.

A transaction of the caller's own may be given, such as one that remembers an idempotency key.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from isthmus.consent import lines, rules
from isthmus.consent.ages import Ages, published_ages
from isthmus.consent.artefacts import Artefact
from isthmus.consent.rules import Asking, Granting, Reason, Refusal, unknown
from isthmus.errors import ErrorCode, Refused
from isthmus.model.consent import Consent, ConsentStatus
from isthmus.model.learner import Person
from isthmus.model.viewer import LEARNER_SCOPE, Viewer
from isthmus.store.database import Connection
from isthmus.store.people import audit, consenting, consents
from isthmus.store.people.guardianships import hold_guardianship
from isthmus.store.people.learners import find_learners
from isthmus.store.people.vault import Vault, place
from isthmus.store.sealing import seal

ASKING = "consent:request"


class Decisions:
    """What bodies, learners and guardians decide."""

    def __init__(self, vault: Vault, ages: Ages | None = None) -> None:
        self.vault = vault
        self.ages = ages or published_ages()

    async def request(
        self, viewer: Viewer, asking: Asking, *, connection: Connection | None = None
    ) -> Consent | list[Refusal]:
        """Ask a learner; the same asked again while it waits is the same request."""
        body = viewer.organization_id
        if body is None or not viewer.may(ASKING):
            raise Refused(ErrorCode.FORBIDDEN, "Only who may ask for consents can do this.")
        async with self.writing(viewer, connection) as open_:
            now = await consents.moment(open_)
            if faults := rules.faults_of(asking, now):
                return faults
            wanted = rules.asked(asking, body, now)
            waiting = await consenting.find_waiting(open_, wanted)
            if waiting.same is not None:
                return await _found(open_, waiting.same)
            if waiting.count >= rules.MOST_WAITING:
                message = f"{rules.MOST_WAITING} requests wait for this learner already."
                return [Refusal(Reason.QUOTA_EXCEEDED, message)]
            await audit.as_errand(open_)
            if not await consents.known_learner(open_, asking.learner_id):
                return [unknown("learner")]
            id_ = await consenting.add_consent(open_, wanted)
            return await self._logged(open_, lines.REQUESTED, id_)

    async def grant(
        self, viewer: Viewer, granting: Granting, *, connection: Connection | None = None
    ) -> Consent | list[Refusal]:
        """Grant what was asked for, or less, or something unasked; under age it waits."""
        learner = oneself(viewer)
        async with self.writing(viewer, connection) as open_:
            now = await consents.moment(open_)
            faults = rules.faults_of(granting, now) or await _unknown_parts(open_, granting)
            if faults:
                return faults
            request = await _answered(open_, learner, granting)
            if isinstance(request, list):
                return request
            waits = self.ages.needs_guardian(await self.person(open_, learner), now)
            if request is None:
                request = rules.unasked(granting, learner, now)
            given = rules.given(granting, request, now, waits=waits)
            id_ = await self._write(open_, given, granting.artefact)
            return await self._logged(open_, lines.GRANTED, id_)

    async def refuse(
        self, viewer: Viewer, request_id: int, *, connection: Connection | None = None
    ) -> Consent | list[Refusal]:
        """Say no to a request; saying it twice changes nothing."""
        learner = oneself(viewer)
        async with self.writing(viewer, connection) as open_:
            found = await consents.find_consent(open_, request_id, locked=True)
            if found is None or found.learner_id != learner:
                return [unknown("request")]
            if found.status is ConsentStatus.REFUSED:
                return found
            if (refusal := rules.closed(found)) is not None:
                return [refusal]
            await consenting.refuse(open_, request_id)
            return await self._logged(open_, lines.REFUSED, request_id)

    async def revoke(
        self, viewer: Viewer, consent_id: int, *, connection: Connection | None = None
    ) -> Consent | list[Refusal]:
        """Withdraw a consent: from the commit on nothing is shown by it, and no copy is left."""
        learner = oneself(viewer)
        async with self.writing(viewer, connection) as open_:
            if await consenting.revoke(open_, consent_id, learner):
                return await self._logged(open_, lines.REVOKED, consent_id)
            found = await consents.find_consent(open_, consent_id)
            if found is None or found.learner_id != learner:
                return [unknown("consent")]
            if found.status is ConsentStatus.REVOKED:
                return found
            if found.status is ConsentStatus.EXPIRED:
                return [Refusal(Reason.CONSENT_EXPIRED, "It has ended already.", ("consent",))]
            return [Refusal(Reason.CONFLICT, "It was never given.", ("consent",))]

    async def confirm(
        self,
        viewer: Viewer,
        consent_id: int,
        *,
        agrees: bool,
        connection: Connection | None = None,
    ) -> Consent | list[Refusal]:
        """Say a guardian's word on what their ward granted: it takes effect, or is refused."""
        guardian = oneself(viewer)
        async with self.writing(viewer, connection) as open_:
            seen = await consents.find_consent(open_, consent_id)
            await audit.as_errand(open_)
            if seen is None or not await hold_guardianship(open_, seen.learner_id, guardian):
                return [unknown("consent")]
            found = await consents.find_consent(open_, consent_id, locked=True)
            if found is None or found.status is ConsentStatus.EXPIRED:
                return [Refusal(Reason.CONSENT_EXPIRED, "It ran out meanwhile.", ("consent",))]
            if found.status is not ConsentStatus.PENDING or not found.awaits_guardian:
                return [Refusal(Reason.CONFLICT, "It waits for no guardian.", ("consent",))]
            await (consenting.confirm if agrees else consenting.refuse)(open_, consent_id)
            kind = lines.CONFIRMED if agrees else lines.REFUSED
            return await self._logged(open_, kind, consent_id)

    # ---- within a transaction

    @asynccontextmanager
    async def writing(self, viewer: Viewer, given: Connection | None) -> AsyncIterator[Connection]:
        """Give the transaction that was given, or a new one in the caller's name."""
        if given is not None:
            yield given
            return
        async with self.vault.viewing(viewer) as connection:
            yield connection

    async def person(self, connection: Connection, learner_id: int) -> Person:
        """Give what is known of a learner; nothing where nothing is."""
        found = await find_learners(self.vault, connection, [learner_id])
        return found[learner_id].person if learner_id in found else Person()

    async def _write(
        self, connection: Connection, given: Consent, artefact: Artefact | None
    ) -> int:
        id_ = given.id or await consenting.next_id(connection)
        sealed = None
        if artefact is not None:
            key = await self.vault.key(connection, given.learner_id)
            where = place("consent", "artefact", id_, given.learner_id)
            sealed = seal(key, artefact.document, where)
        if not given.id:
            return await consenting.add_consent(connection, replace(given, id=id_), sealed)
        await consenting.grant_request(connection, given, sealed)
        return id_

    async def _logged(self, connection: Connection, kind: str, consent_id: int) -> Consent:
        consent = await _found(connection, consent_id)
        await audit.append(self.vault, connection, [lines.decision(kind, consent)])
        return consent


def oneself(viewer: Viewer) -> int:
    """Give the learner who asks; raise FORBIDDEN where it is none."""
    if viewer.learner_id is None or not viewer.may(LEARNER_SCOPE):
        raise Refused(ErrorCode.FORBIDDEN, "Only a learner can do this, for themselves.")
    return viewer.learner_id


async def _found(connection: Connection, consent_id: int) -> Consent:
    found = await consents.find_consent(connection, consent_id)
    if found is None:  # it was there a moment ago, in this very transaction
        raise Refused(ErrorCode.FORBIDDEN, "The consent is not yours.")
    return found


async def _unknown_parts(connection: Connection, granting: Granting) -> list[Refusal]:
    if not await consents.known_recipient(connection, granting.recipient_id):
        return [unknown("recipient")]
    if await consents.unknown_sources(connection, granting.sources):
        return [unknown("sources")]
    return []


async def _answered(
    connection: Connection, learner: int, granting: Granting
) -> Consent | list[Refusal] | None:
    """Find the request that a grant answers, if any, or say why it cannot."""
    if granting.request_id is None:
        return None
    found = await consents.find_consent(connection, granting.request_id, locked=True)
    if found is None or found.learner_id != learner:
        return [unknown("request")]
    refusal = rules.closed(found)
    return [refusal] if refusal is not None else rules.too_wide(granting, found) or found
