"""A town of people over the playground's catalogue: who they are, what they hold, who may see it.

Whatever says something of Asha is a word that stands nowhere else, so that it can be looked for in
any answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from isthmus.hub import Hub
from isthmus.model.consent import DataScope
from isthmus.model.learner import HeldCredential, Person
from isthmus.model.viewer import ANONYMOUS, Role, Viewer
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.store.people.credentials import hold_credential
from isthmus.web.parts import create_graph
from isthmus.web.tracing import Tracing
from tests.support.callers import a_client, a_learner
from tests.support.people import add_consent, endorse, insert
from tests.unit.credentials.signing import Signer, an_award, written

ROOT = Path(__file__).resolve().parents[2]
SKILL = "mount photovoltaic panels"
EVERY = frozenset(DataScope)

SECRETS: Mapping[str, str] = {
    "IDENTITY": "Quillfeather",
    "CONTACT": "zephyrine@home.example",
    "CREDENTIAL_TITLES": "Brambleworth",
    "CREDENTIAL_DETAIL": "Thistlemark",
    "EVIDENCE": "Fernhollow",
    "TRAITS": "Lanternwick",
    "OWNER": "quuxzorb",
}
"""What is known of Asha, by the scope that shows it; OWNER: what nobody else ever sees."""


@dataclass
class Town:
    """The people, by name, and what stands for them in the graph."""

    hub: Hub
    callers: dict[str, Viewer] = field(default_factory=dict)
    """Everyone who asks, by name."""
    scopes: dict[str, frozenset[DataScope]] = field(default_factory=dict)
    """What each body may see of Asha."""
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def asha(self) -> int:
        """The learner whose data is looked for."""
        return self.callers["asha"].learner_id or 0

    def graph(self, **settings: Any) -> Any:
        """Give the hub's graph, as it is served."""
        chosen = Settings(home=self.hub.settings.home, allow_loopback=True, **settings)
        return create_graph(self.hub, chosen, Tracing())


def a_badge(signer: Signer, name: str, **achievement: Any) -> bytes:
    """Give a signed badge of an achievement."""
    claims = an_award(
        "",
        type=["VerifiableCredential", "OpenBadgeCredential"],
        name=name,
        credentialSubject={
            "type": ["AchievementSubject"],
            "creditsEarned": 3,
            "result": [{"type": ["Result"], "value": "Thistlemark A"}],
            "achievement": {
                "id": "https://badges.example/Thistlemark",
                "type": ["Achievement"],
                "name": name,
                "criteria": {"narrative": "Done."},
                **achievement,
            },
        },
        evidence=[{"id": "https://work.example/Fernhollow", "type": ["Evidence"],
                   "name": "Fernhollow panels"}],
    )  # fmt: skip
    issuer = {"id": signer.did, "type": ["Profile"], "name": "Brambleworth College"}
    return written(signer.sign(claims | {"id": "urn:uuid:Thistlemark-1", "issuer": issuer}))


async def build_town(database: Database, home: Path) -> Town:
    """Put the people down."""
    hub = Hub(Settings(home=home, allow_loopback=True), database, ROOT)
    town, vault = Town(hub), await hub.vault()
    asha = Person(
        name="Asha Quillfeather",
        email="zephyrine@home.example",
        phone="+91 555 0100",
        born_on=date(1999, 5, 1),
        country="IN",
        languages=("tlh-quuxzorb",),
    )
    town.callers = {
        "anonymous": ANONYMOUS,
        "asha": await a_learner(hub, asha),
        "ben": await a_learner(hub, Person(name="Ben", born_on=date(1990, 1, 1), country="KE")),
        "partner": await a_client(hub, "partner", Role.PARTNER),
        "steward": await a_client(hub, "steward", Role.STEWARD),
    }
    await _hold(town)
    await _consents(town)
    async with vault.on_errand() as connection:
        source = await database.value("SELECT min(id) FROM source")
        await insert(connection, "source_link", {
            "learner_id": town.asha, "source_id": source, "state": "PENDING",
            "linked_at": datetime.now(UTC),
        })  # fmt: skip
    town.ids["source"] = f"src_{source}"
    return town


async def _hold(town: Town) -> None:
    vault, signer = await town.hub.vault(), Signer()
    skill = {"type": ["Alignment"], "targetName": SKILL, "targetUrl": "https://x.example/1"}
    documents = {
        "badge": a_badge(signer, "Brambleworth Solar", alignment=[skill], resultDescription=[
            {"id": "urn:r:1", "type": ["ResultDescription"], "name": "Thistlemark outcome",
             "alignment": [skill]}]),
        "licence": a_badge(signer, "Lanternwick Licence", achievementType="License"),
        "statement": orjson.dumps({
            "type": "LearnerStatement", "title": "Brambleworth fair", "language": "en",
            "learningType": "INFORMAL", "statedOn": "2026-01-31"}),
    }  # fmt: skip
    async with vault.on_errand() as connection:
        for name, body in documents.items():
            held = HeldCredential(0, town.asha, None, f"urn:{name}", body, "application/json")
            town.ids[name] = f"crd_{await hold_credential(vault, connection, held)}"
    ben = town.callers["ben"].learner_id
    badge = int(town.ids["badge"].removeprefix("crd_"))
    await endorse(
        vault, credential_id=badge, by_learner_id=ben, relationship="A colleague",
        comment="Careful work", comment_lang="en",
    )  # fmt: skip


async def _consents(town: Town) -> None:
    """Let each body see something else, or nothing any more."""
    past, soon = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=9)
    kinds: dict[str, tuple[Sequence[str], dict[str, Any]]] = {
        "all": (sorted(EVERY), {}),
        **{scope.value.lower(): ([scope.value], {}) for scope in sorted(EVERY)},
        "expired": (sorted(EVERY), {"expires_at": past}),
        "revoked": (sorted(EVERY), {"status": "REVOKED", "revoked_at": past}),
        "pending": (sorted(EVERY), {"status": "PENDING"}),
        "waiting": (sorted(EVERY), {"awaits_guardian": True}),
        "stranger": ([], {}),
    }
    for name, (scopes, said) in kinds.items():
        await add_body_with(town, name, Role.PLATFORM, scopes, {"expires_at": soon, **said})
    await add_body_with(
        town, "adviser", Role.ADVISER, ["SKILLS", "CREDENTIAL_TITLES"], {"expires_at": soon}
    )


async def add_body_with(
    town: Town, name: str, role: Role, scopes: Sequence[str], said: dict[str, Any]
) -> int | None:
    """Add a body that has a consent of Asha's, unless there are no scopes; gives its id."""
    viewer = town.callers[name] = await a_client(town.hub, name, role)
    lapsed = said.get("status", "ACTIVE") != "ACTIVE" or bool(said.get("awaits_guardian"))
    ended = said.get("expires_at", datetime.max.replace(tzinfo=UTC)) < datetime.now(UTC)
    town.scopes[name] = frozenset() if lapsed or ended else frozenset(map(DataScope, scopes))
    if not scopes:
        return None
    columns = {"scopes": list(scopes), "mode": "VIEW", "granted_at": datetime.now(UTC), **said}
    vault, body = await town.hub.vault(), viewer.organization_id or 0
    key = await add_consent(vault, town.asha, body, **columns)
    town.ids[f"consent of {name}"] = f"cns_{key}"
    return int(key)
