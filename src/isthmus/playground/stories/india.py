"""A learner in India: certificates in a locker, an employer who asks, a consent given and taken.

Tara signs in ── links her locker ── is asked ── agrees ──> the employer reads, in one query
                                             takes it back ──> nothing, at the very next read
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isthmus.playground.stories import moves
from isthmus.playground.stories.callers import Caller, Told, document
from isthmus.playground.stories.telling import Telling

LOCKER = "simulated-digilocker"
TARA = "Tara Lokhande"
FIELDS = ("CREDENTIAL_TITLES", "CREDENTIAL_DETAIL", "SKILLS")
SCHOOL = "Higher Secondary Certificate"
COURSE = "Solar Panel Installation Technician"
OUTCOMES = {
    "install photovoltaic systems",
    "mount photovoltaic panels",
    "install inverter",
    "follow safety procedures when working at heights",
    "electrical wiring plans",
}
LISTED = "PASS"
READING = "HiringCheck"


@dataclass(frozen=True, slots=True)
class Hired:
    """What an employer sees of a learner."""

    told: Told

    @property
    def learner(self) -> Mapping[str, Any]:
        """The learner."""
        found: Mapping[str, Any] = self.told.data.get("learner") or {}
        return found

    @property
    def certificates(self) -> dict[str, Mapping[str, Any]]:
        """What it shows of credentials, by title; empty where that is null."""
        nodes = (self.learner.get("credentials") or {}).get("nodes") or ()
        return {(one["title"] or {}).get("value", ""): one for one in nodes}

    @property
    def sources(self) -> dict[str, Mapping[str, Any]]:
        """How the stores answered, by name."""
        rows = (self.learner.get("credentials") or {}).get("sources") or ()
        return {one["source"]["name"]: one for one in rows}

    @property
    def skills(self) -> dict[str, str]:
        """The skills, each with the best it rests on."""
        nodes = (self.learner.get("skills") or {}).get("nodes") or ()
        return {one["skill"]["label"]["value"]: one["strongestVerification"] for one in nodes}

    @property
    def has_vacancies(self) -> bool:
        """Whether the public part is there."""
        return bool((self.told.data.get("vacancies") or {}).get("nodes"))


async def read(platform: Caller, learner: str) -> Hired:
    """Read a learner as an employer does, in one query."""
    return Hired(await platform.ask(document("3-hiring-check"), learner=learner))


def results(certificate: Mapping[str, Any]) -> dict[str, str]:
    """Map the checks of a certificate to their results; its own come before those inside it."""
    checks = certificate["verification"]["checks"]
    return {one["kind"]: one["result"] for one in reversed(checks)}


@dataclass(slots=True)
class India:
    """The story."""

    learner: Caller
    platform: Caller
    telling: Telling
    source: str = LOCKER

    async def walk(self) -> None:
        """Walk it from the link to the consent that is taken back."""
        self.telling.begin("India: certificates in a locker, shown to an employer")
        await moves.clear(self.learner)
        await self.link()
        consent = await self.agree()
        await self.show()
        await self.look_up()
        await self.take_back(consent)

    async def link(self) -> None:
        """Link the locker."""
        state = await moves.link(self.learner, self.source, TARA)
        self.telling.expect(f"{TARA} links her locker", state, moves.ACTIVE)

    async def agree(self) -> str:
        """Be asked, and agree."""
        learner = (await moves.me(self.learner))["id"]
        before = await read(self.platform, learner)
        self.telling.expect("before she agrees the employer sees nothing", before.certificates, {})
        asked = await moves.request_consent(self.platform, learner, FIELDS)
        self.telling.expect("the employer asks for a hiring check", asked["status"], "PENDING")
        given = await moves.grant(self.learner, asked, FIELDS)
        self.telling.expect("she agrees", given["status"], moves.ACTIVE)
        found: str = given["id"]
        return found

    async def show(self) -> Hired:
        """Be read by the employer, in one query."""
        tell, seen = self.telling, await read(self.platform, (await moves.me(self.learner))["id"])
        names = set(seen.certificates)
        tell.hold("the employer sees the school certificate", SCHOOL in names)
        tell.hold("and the short course", COURSE in names)
        if not {SCHOOL, COURSE} <= names:
            return seen
        school, course = seen.certificates[SCHOOL], seen.certificates[COURSE]
        level = course["level"] or {"framework": {"code": None}, "notation": None}
        place = f"{level['framework']['code']} {level['notation']}"
        tell.expect("the course at its level", place, "NSQF-2023 4")
        outcomes = {one["text"]["value"] for one in course["outcomes"]}
        tell.expect("with the outcomes of its standard", outcomes, OUTCOMES)
        for name, one in (("school certificate", school), ("course", course)):
            stands = one["verification"]
            tell.expect(f"the {name} stands on", stands["level"], "INDEPENDENT")
            tell.expect("  since its issuer is listed", results(one)["ISSUER_TRUST"], LISTED)
        shown = {skill for skill, rests in seen.skills.items() if rests == "INDEPENDENT"}
        tell.hold("its skills stand on it", sorted(shown & OUTCOMES))
        tell.expect("her name she did not agree to show", seen.learner["displayName"], None)
        tell.hold("and vacancies are there as for anyone", seen.has_vacancies)
        return seen

    async def look_up(self) -> None:
        """See who read what, and what for."""
        told = await self.learner.ask(document("4-who-read-what"))
        line = told.data["viewer"]["learner"]["accessLog"]["nodes"][0]
        tell = self.telling
        tell.hold("she sees who read it", line["by"]["name"]["value"])
        tell.expect("what for", line["purpose"], moves.PURPOSE)
        tell.expect("what", set(line["fields"]), set(FIELDS))
        tell.expect("and by which operation", line["operation"], READING)

    async def take_back(self, consent: str) -> None:
        """Withdraw, and be seen no more at the very next read."""
        tell = self.telling
        tell.expect("she takes it back", await moves.revoke(self.learner, consent), "REVOKED")
        seen = await read(self.platform, (await moves.me(self.learner))["id"])
        tell.expect("the next read shows no credentials", seen.learner.get("credentials"), None)
        tell.expect("and says why", seen.told.codes, frozenset({"CONSENT_REVOKED"}))
        where = {error["extensions"].get("requestUrl") for error in seen.told.errors}
        tell.expect("and where to ask again", where, {f"{self.platform.hub}/graphql"})
        tell.hold("the vacancies are there still", seen.has_vacancies)
