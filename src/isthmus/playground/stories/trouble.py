"""A store that is down, lies, or takes its token back: it costs its own part, told by a code."""

from __future__ import annotations

from dataclasses import dataclass

from isthmus.playground.simulators.faults import Fault
from isthmus.playground.stores import SimulatedStores
from isthmus.playground.stories import moves
from isthmus.playground.stories.callers import Caller
from isthmus.playground.stories.india import COURSE, FIELDS, LOCKER, SCHOOL, Hired, read
from isthmus.playground.stories.telling import Telling

OK = 200


@dataclass(slots=True)
class Trouble:
    """The story; it needs a learner whose locker is linked, and the stores at hand."""

    learner: Caller
    platform: Caller
    stores: SimulatedStores
    telling: Telling
    person: str = "tara"
    source: str = LOCKER

    async def walk(self) -> None:
        """Walk it."""
        self.telling.begin("A store in trouble: its own part is missing, with a code")
        learner = (await moves.me(self.learner))["id"]
        asked = await moves.request_consent(self.platform, learner, FIELDS)
        consent = await moves.grant(self.learner, asked, FIELDS)
        try:
            await self._tell(learner)
        finally:
            self.stores.locker.faults.clear()
            await moves.revoke(self.learner, consent["id"])

    async def _tell(self, learner: str) -> None:
        seen = await self._with(Fault("wrong-hmac", at="SKCER"), learner)
        self._expect("it lies about one document", seen, {SCHOOL}, "PARTIAL", "SOURCE_BAD_DATA")
        seen = await self._with(Fault("down"), learner)
        self._expect("it is down", seen, set(), "FAILED", "SOURCE_DOWN")
        seen = await read(self.platform, learner)
        self.telling.hold("it is back, and so is the course", COURSE in seen.certificates)
        self.stores.locker.desk.end(self.person)
        seen = await read(self.platform, learner)
        self._expect("it takes its token back", seen, set(), "FAILED", "SOURCE_REFUSED")

    async def _with(self, fault: Fault, learner: str) -> Hired:
        faults = self.stores.locker.faults
        faults.switch_on(fault)
        try:
            return await read(self.platform, learner)
        finally:
            faults.clear()

    def _expect(self, told: str, seen: Hired, shown: set[str], state: str, code: str) -> None:
        row = seen.sources.get(self.source, {})
        found = f"{seen.told.status} {row.get('state')} {row.get('code')}"
        self.telling.expect(told, found, f"{OK} {state} {code}")
        names = set(seen.certificates) & {SCHOOL, COURSE}
        self.telling.expect("  what else came is shown", names, shown)
        self.telling.hold("  and what anyone may see is there", seen.has_vacancies)
