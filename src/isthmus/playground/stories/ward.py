"""A learner under age: what he agrees to waits for the grown-up who is his guardian."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isthmus.playground.stories import moves
from isthmus.playground.stories.callers import Caller
from isthmus.playground.stories.india import FIELDS, read
from isthmus.playground.stories.telling import Telling

STATED = "Repaired the radios of a village"
_GUARDED = "{ viewer { learner { guardians { id state } } } }"
_WAITING = """{ viewer { learner { wards { state consents(first: 5, status: PENDING) { nodes {
  id awaitsGuardian } } } } } }"""


@dataclass(slots=True)
class Ward:
    """The story."""

    learner: Caller
    guardian: Caller
    platform: Caller
    telling: Telling

    async def walk(self) -> None:
        """Walk it from the guardian's acceptance to the consent that takes effect."""
        self.telling.begin("India: a learner under age, and his guardian")
        await self._end_earlier()
        await moves.clear(self.learner)
        learner = await moves.me(self.learner)
        await self._state()
        guardianship = await self._name_guardian(learner["id"])
        consent = await self._agree(learner["id"])
        seen = await read(self.platform, learner["id"])
        self.telling.expect("until she confirms nothing is shown", seen.certificates, {})
        await self._confirm(consent)
        seen = await read(self.platform, learner["id"])
        self.telling.hold("now his statement is shown", STATED in seen.certificates)
        levels = {one["verification"]["level"] for one in seen.certificates.values()}
        self.telling.expect("as what only he himself says", levels, {"SELF"})
        revoked = await moves.revoke(self.learner, consent["id"])
        self.telling.expect("he takes it back, and needs nobody for it", revoked, "REVOKED")
        ended = await self.guardian.do(
            "endGuardianship", "guardianship { state }", guardianship=guardianship
        )
        self.telling.expect("the guardianship ends", ended["guardianship"]["state"], "ENDED")

    async def _end_earlier(self) -> None:
        told = await self.learner.ask(_GUARDED)
        for one in told.data["viewer"]["learner"]["guardians"]:
            if one["state"] != "ENDED":
                await self.learner.do("endGuardianship", "", guardianship=one["id"])

    async def _state(self) -> None:
        """Put a statement down, the same one however often the story is told."""
        done = await self.learner.do(
            "addSelfStatement",
            "credential { learningType }",
            title=STATED, lang="en", learningType="INFORMAL", idempotencyKey="stated-once",
        )  # fmt: skip
        kind = done["credential"]["learningType"]
        self.telling.expect("Ravi Lokhande states what he has done", kind, "INFORMAL")

    async def _name_guardian(self, learner: str) -> str:
        drawn = await self.learner.do("nameGuardian", "codeShownOnce", learner=learner)
        done = await self.guardian.do(
            "acceptGuardianship", "guardianship { id state }", code=drawn["codeShownOnce"]
        )
        held = done["guardianship"]
        self.telling.expect("Meera Lokhande is his guardian", held["state"], moves.ACTIVE)
        found: str = held["id"]
        return found

    async def _agree(self, learner: str) -> Mapping[str, Any]:
        asked = await moves.request_consent(self.platform, learner, FIELDS)
        given = await moves.grant(self.learner, asked, FIELDS)
        stands = (given["status"], given["awaitsGuardian"])
        told = "he agrees, and it waits for her"
        self.telling.expect(told, f"{stands[0]} {stands[1]}", "PENDING True")
        return given

    async def _confirm(self, consent: Mapping[str, Any]) -> None:
        told = await self.guardian.ask(_WAITING)
        wards = told.data["viewer"]["learner"]["wards"]
        waiting = {node["id"] for ward in wards for node in (ward["consents"] or {})["nodes"]}
        self.telling.hold("she sees what waits for her", consent["id"] in waiting)
        done = await self.guardian.do(
            "confirmConsent", "consent { status }", consent=consent["id"], agrees=True
        )
        self.telling.expect("she confirms", done["consent"]["status"], moves.ACTIVE)
