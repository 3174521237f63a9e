"""Certifications in a backpack: one near its end, one past it, one of somebody else, an image."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from isthmus.playground.simulators.images import baked_png
from isthmus.playground.stories import moves
from isthmus.playground.stories.callers import Caller, document
from isthmus.playground.stories.india import results
from isthmus.playground.stories.telling import Telling

BACKPACK = "simulated-backpack"
NOOR = "Noor Haddad"
NEAR, OVER, ENDLESS, FALSE = (
    f"Harbourlight Certified: {name}"
    for name in ("Cloud Operator", "Web Associate", "Support Fundamentals", "Data Associate")
)
IMAGE, OTHERS = "cloud-operator", "data-associate-otto"
WARNED = "PASSED_WITH_WARNINGS"
"""Nobody here lists who issued it, which is said and is no fault."""
_PRESENTED = (
    "credential { title { value } status verification { level outcome checks { kind result } } }"
)


@dataclass(slots=True)
class Microsoft:
    """The story; `host` is where the images of the badges stand."""

    learner: Caller
    host: str
    telling: Telling
    source: str = BACKPACK

    async def walk(self) -> None:
        """Walk it."""
        self.telling.begin("Certifications in a backpack: what stands, and what does not")
        state = await moves.link(self.learner, self.source, NOOR)
        self.telling.expect(f"{NOOR} links her backpack", state, moves.ACTIVE)
        await self.look()
        await self.present_image()
        await self.claim_falsely()

    async def badges(self) -> Mapping[str, Mapping[str, Any]]:
        """Give what she sees of her badges, by title."""
        told = await self.learner.ask(document("5-my-badges"))
        nodes = told.data["viewer"]["learner"]["credentials"]["nodes"]
        return {one["title"]["value"]: one for one in nodes}

    async def look(self) -> None:
        """See how each badge stands."""
        tell, seen = self.telling, await self.badges()
        statuses = {name: one["status"] for name, one in seen.items()}
        tell.expect("one near its end says so", statuses.get(NEAR), "EXPIRING")
        tell.expect("one past its end says so", statuses.get(OVER), "EXPIRED")
        tell.expect("one without an end stands", statuses.get(ENDLESS), "VALID")
        renewable = {name: (seen[name]["renewal"] or {}).get("renewable") for name in (NEAR, OVER)}
        tell.expect("the one near its end can be renewed", renewable[NEAR], True)
        tell.expect("the one past its end cannot", renewable[OVER], False)
        if FALSE in seen:
            false = seen[FALSE]
            tell.expect("one that belongs to another", false["verification"]["outcome"], "FAILED")
            tell.expect("  fails on its holder", results(false)["HOLDER_BINDING"], "FAIL")
        for name in (NEAR, OVER):
            entry = seen[name]["qualification"] or {"title": {"value": None}}
            tell.expect("the catalogue says what was earned", entry["title"]["value"], name)

    async def present_image(self) -> None:
        """Present the image of a badge as it is."""
        page = await self.learner.browser.get(f"{self.host}/badges/images/{IMAGE}.png")
        made = await self._present(page.body)
        outcome = made["verification"]["outcome"]
        self.telling.expect("a badge image with its data verifies", outcome, WARNED)
        self.telling.expect("  by the host of the badge", results(made)["REGISTER_LOOKUP"], "PASS")

    async def claim_falsely(self) -> None:
        """Present somebody else's badge, its recipient written over with oneself."""
        page = await self.learner.browser.get(f"{self.host}/badges/assertions/{OTHERS}")
        taken = page.json()
        taken["recipient"] |= {"hashed": False, "identity": "noor.haddad@people.example"}
        made = await self._present(baked_png(orjson.dumps(taken)))
        outcome = made["verification"]["outcome"]
        self.telling.expect("somebody else's, with her own name on it", outcome, "FAILED")
        self.telling.expect("  the host says otherwise", results(made)["REGISTER_LOOKUP"], "FAIL")

    async def _present(self, image: bytes) -> Mapping[str, Any]:
        body = base64.b64encode(image).decode()
        done = await self.learner.do("presentCredential", _PRESENTED, document=body)
        made: Mapping[str, Any] = done["credential"]
        return made
