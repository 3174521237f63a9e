"""The gate: what the caller of one request may see of each learner, and what was shown by it.

    a field ──> its scope ──> the learner's permit ──> shown, and noted ──┐
                                                   └─> CONSENT_REQUIRED   │
    before bytes leave: do the consents still hold? are the reads logged? <┘

A permit is read once for each learner of a request, never shared between requests, and read
again at the moment of answering.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from isthmus.consent.consents import Consents, Use
from isthmus.errors import ConsentMissing, ErrorCode, Refused
from isthmus.graph.loading import HubLoader
from isthmus.graph.scopes import Rule, needs
from isthmus.model.consent import Consent, DataScope, Permit
from isthmus.model.viewer import Viewer

NOT_YOURS = "Only the learner may see this."


class Permits:
    """The permits of one request."""

    def __init__(self, viewer: Viewer, consents: Consents | None) -> None:
        self.viewer = viewer
        self._consents = consents
        self._loader: HubLoader[int, Permit] = HubLoader(self._fetch)
        self._used: dict[tuple[int, int], set[DataScope]] = defaultdict(set)
        self._permits: dict[int, Permit] = {}

    async def of(self, learner_id: int) -> Permit:
        """Give what the caller may see of a learner."""
        return await self._loader.load(learner_id)

    async def _fetch(self, learner_ids: list[int]) -> Sequence[Permit]:
        nothing: dict[int, Permit] = {}
        found = nothing
        if self._consents is not None and not self.viewer.is_anonymous:
            found = await self._consents.permits(self.viewer, learner_ids)
        self._permits |= found
        return [found.get(one) or Permit(one, frozenset()) for one in learner_ids]

    async def knows(self, learner_id: int) -> bool:
        """Tell whether the caller has, or had, anything to do with a learner."""
        permit = await self.of(learner_id)
        return permit.is_own or bool(permit.consents) or permit.lapsed is not None

    async def admit(
        self,
        learner_id: int,
        type_name: str,
        field_name: str,
        fits: Callable[[Consent], bool] = lambda _: True,
    ) -> Permit:
        """Let a field be shown, and note that it is; raise what says why it may not be.

        `fits` tells whether a consent is for the object that the field stands in.
        """
        needed, permit = needs(type_name, field_name), await self.of(learner_id)
        if permit.is_own or needed in {Rule.ALWAYS, Rule.WITHIN}:
            return permit
        if not isinstance(needed, DataScope):
            raise Refused(ErrorCode.FORBIDDEN, NOT_YOURS)
        self.use(permit, needed, fits)
        return permit

    def use(
        self, permit: Permit, scope: DataScope, fits: Callable[[Consent], bool] = lambda _: True
    ) -> None:
        """Note that something of a scope is shown; raise where no consent covers it."""
        if permit.is_own:
            return
        fitting = [c for c in permit.consents if scope in c.scopes and fits(c)]
        if not permit.covers(scope) or not fitting:
            raise self.missing(permit, scope)
        self.note(fitting[0], scope)

    def note(self, consent: Consent, scope: DataScope) -> None:
        """Note that something of a scope is shown by a consent."""
        self._used[consent.learner_id, consent.id].add(scope)

    def missing(self, permit: Permit, scope: DataScope) -> Refused:
        """Give the error that says what consent is missing."""
        if self._consents is None:
            return ConsentMissing(ErrorCode.CONSENT_REQUIRED, "")
        return self._consents.missing(permit, scope)

    @property
    def uses(self) -> list[Use]:
        """What was shown so far, a line for each learner and consent."""
        return [
            Use(learner, consent, frozenset(scopes))
            for (learner, consent), scopes in sorted(self._used.items())
        ]

    async def release(self, operation: str) -> bool:
        """Let an answer leave: its consents are read anew, and its reads logged, at once.

        False where a consent no longer holds: then nothing of the answer may be given.
        """
        uses = self.uses
        if not uses or self._consents is None:
            return True
        return await self._consents.release(self.viewer, uses, operation)
