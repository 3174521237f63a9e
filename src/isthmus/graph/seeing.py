"""What one request sees of people: learners, what they hold, and what came of verifying it.

One for each request, made with fresh permits; nothing in it outlives the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from graphql import GraphQLError

from isthmus.credentials.contract import Reading
from isthmus.credentials.standing import standing_of
from isthmus.credentials.traits import TraitKind, trait_of
from isthmus.credentials.verifier import NOTHING_KNOWN
from isthmus.credentials.verifying import Kinds
from isthmus.errors import ErrorCode, Refused
from isthmus.graph.catalogue import Catalogue
from isthmus.graph.loading import HubLoader
from isthmus.graph.people import People
from isthmus.graph.permits import Permits
from isthmus.graph.wallet import Shown, Wallet, kept, wallets_of
from isthmus.model.consent import Consent, DataScope, Permit
from isthmus.model.credential import Credential, CredentialForm, CredentialFormat, CredentialStatus
from isthmus.model.endorsement import Endorsement
from isthmus.model.export import Export
from isthmus.model.learner import Learner
from isthmus.model.text import Text
from isthmus.model.verification import Verification, VerificationLevel
from isthmus.model.viewer import Viewer
from isthmus.normalise.aadhaar import holds_aadhaar, without_aadhaar
from isthmus.store.people.credentials import find_credentials
from isthmus.store.people.endorsements import endorsements_of
from isthmus.store.people.exporting import find_export
from isthmus.store.people.learners import find_learners

AT_ONCE = 4
"""Credentials verified at one time for one request."""
ENDORSED = "Nothing but its learner stands behind it, and somebody else endorsed it in this hub."
OF_CREDENTIALS = frozenset(
    {
        DataScope.CREDENTIAL_TITLES,
        DataScope.CREDENTIAL_DETAIL,
        DataScope.SKILLS,
        DataScope.EVIDENCE,
    }
)
"""The scopes that show something of a credential."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A credential of a learner, read and verified for this request."""

    shown: Shown
    credential: Credential
    verification: Verification
    status: CredentialStatus
    trait: TraitKind | None
    reading: Reading | None
    endorsements: tuple[Endorsement, ...] = ()
    """What others say of it in this hub."""

    @property
    def issued_on(self) -> date | None:
        """The day it was issued, as far as it says."""
        at = self.credential.issued_at or self.credential.valid_from
        return at.date() if at else None


class Seeing:
    """What one request sees of people."""

    def __init__(self, viewer: Viewer, people: People | None, now: datetime) -> None:
        self.viewer = viewer
        self.now = now
        self._people = people
        self.permits = Permits(viewer, people.consents if people else None)
        self._learners: HubLoader[int, Learner | None] = HubLoader(self._read_learners)
        self._wallets: HubLoader[int, Wallet] = HubLoader(self._read_wallets)
        self._shown: dict[int, Shown] = {}
        self._verified: HubLoader[int, Verified] = HubLoader(self._verify_all)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.faults: list[GraphQLError] = []
        """What stores did not do of their part; each stands in the answer beside its data."""

    @property
    def people(self) -> People:
        """The services; a graph without a hub has none."""
        if self._people is None:
            raise Refused(ErrorCode.FORBIDDEN, "This graph knows no people.")
        return self._people

    @cached_property
    def catalogue(self) -> Catalogue:
        """Finds the public records that documents name."""
        return Catalogue(self.people.vault.database)

    @property
    def has_people(self) -> bool:
        """Whether anyone could be seen at all."""
        return self._people is not None

    # ---- learners

    async def learner(self, learner_id: int) -> Learner | None:
        """Give what is known of a learner, for a field that was admitted."""
        return await self._learners.load(learner_id)

    async def _read_learners(self, ids: list[int]) -> Sequence[Learner | None]:
        vault = self.people.vault
        async with vault.viewing(self.viewer) as connection:
            found = await find_learners(vault, connection, ids)
        return [found.get(one) for one in ids]

    # ---- consents

    async def consent(self, consent_id: int) -> Consent | None:
        """Find a consent that the caller gave, asked for, or guards."""
        return await self.people.consents.find(self.viewer, consent_id)

    async def export(self, export_id: int) -> Export | None:
        """Find an export of the learner who asks."""
        vault = self.people.vault
        async with vault.viewing(self.viewer) as connection:
            return await find_export(vault, connection, export_id)

    # ---- credentials

    async def wallet(self, learner_id: int) -> Wallet:
        """Give a learner's credentials, unread; what may be shown of each is asked apart."""
        return await self._wallets.load(learner_id)

    async def _read_wallets(self, ids: list[int]) -> Sequence[Wallet]:
        permits = {one: await self.permits.of(one) for one in ids}
        found = await wallets_of(self.people, self.viewer, permits, self.now)
        return [found.get(one, Wallet()) for one in ids]

    async def verified(self, shown: Shown) -> Verified:
        """Read and verify a credential, once for this request."""
        self._shown[shown.id] = shown
        return await self._verified.load(shown.id)

    async def _verify_all(self, ids: list[int]) -> Sequence[Verified]:
        vault = self.people.vault
        async with vault.viewing(self.viewer) as connection:
            said = await endorsements_of(vault, connection, ids)
        return await asyncio.gather(
            *(self.verify(self._shown[one], endorsements=said.get(one, ())) for one in ids)
        )

    async def verify(
        self,
        shown: Shown,
        known: Mapping[str, str] = NOTHING_KNOWN,
        *,
        kinds: Kinds = (),
        endorsements: Sequence[Endorsement] = (),
    ) -> Verified:
        """Read and verify a credential; `known` tells whose documents are held already."""
        async with self._turns:
            reading, made = await self.people.verifier().verify(
                shown.document, now=self.now, kinds=kinds, known_digests=known
            )
        credential = reading.credential if reading else _unread(shown)
        if holds_aadhaar(shown.document.body):
            credential = without_aadhaar(credential)
        return Verified(
            shown,
            credential,
            lifted(made, shown.learner_id, endorsements),
            standing_of(credential, made, self.now),
            trait_of(credential),
            reading,
            tuple(endorsements),
        )

    async def credentials(self, learner_id: int, *scopes: DataScope) -> list[Verified]:
        """Give those of a learner's credentials that the caller has one of the scopes for."""
        permit, wallet = await self.permits.of(learner_id), await self.wallet(learner_id)
        found = await asyncio.gather(*(self.verified(one) for one in wallet.shown))
        return [one for one in found if may_see(permit, one, *scopes)]

    async def own_held(self, learner_id: int, credential_id: int) -> Shown | None:
        """Find a credential that the learner who asks has just put down."""
        vault = self.people.vault
        async with vault.viewing(self.viewer) as connection:
            found = (await find_credentials(vault, connection, [credential_id])).get(credential_id)
        return kept(found, self.now) if found and found.learner_id == learner_id else None

    async def credential(self, credential_id: int) -> Verified | None:
        """Find one credential; None where there is none, or none that the caller may see."""
        if self.viewer.is_anonymous or not self.has_people:
            return None
        vault = self.people.vault
        async with vault.viewing(self.viewer) as connection:
            rows = await find_credentials(vault, connection, [credential_id])
        row = rows.get(credential_id)
        if row is None:
            return None
        found = await self.credentials(row.learner_id, *OF_CREDENTIALS)
        return next((one for one in found if one.shown.id == credential_id), None)


def may_see(permit: Permit, one: Verified, *scopes: DataScope) -> bool:
    """Tell whether a permit shows something of a credential: a trait only with its own scope."""
    if permit.is_own:
        return True
    fitting = [consent for consent in permit.consents if fits(consent, one)]
    given = frozenset().union(*(consent.scopes for consent in fitting))
    if one.trait and DataScope.TRAITS not in given:
        return False
    return not given.isdisjoint(scopes)


def fits(consent: Consent, one: Verified) -> bool:
    """Tell whether a credential is among those a consent is for.

    What came or is kept under another consent is not; nor, between two dates, one without any.
    """
    shown, on = one.shown, one.issued_on
    if (shown.consents or shown.is_live) and consent.id not in shown.consents:
        return False
    if consent.sources and shown.source_id not in consent.sources:
        return False
    if consent.data_from is None and consent.data_to is None:
        return True
    return on is not None and (consent.data_from or on) <= on <= (consent.data_to or on)


def lifted(
    made: Verification, learner_id: int, endorsements: Sequence[Endorsement]
) -> Verification:
    """Lift what only the learner says to PEER where somebody else endorsed it, never higher."""
    others = any(one.by_learner_id != learner_id for one in endorsements)
    if made.level is not VerificationLevel.SELF or not others:
        return made
    return replace(made, level=VerificationLevel.PEER, reason=ENDORSED)


def _unread(shown: Shown) -> Credential:
    """Give what stands for a document of no format known here: its name at its store."""
    return Credential(
        format=CredentialFormat.PDF,
        form=CredentialForm.UPLOADED_FILE,
        title=Text(shown.title) if shown.title else None,
    )
