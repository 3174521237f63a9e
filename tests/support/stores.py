"""The stores that learners link, behind a real server on loopback, and learners who link them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import uvicorn

from isthmus.hub import Hub
from isthmus.live.fetched import Fetched
from isthmus.live.stores import Stores
from isthmus.model.consent import (
    EVERYTHING,
    Consent,
    ConsentMode,
    ConsentStatus,
    DataScope,
    Permit,
    Purpose,
)
from isthmus.model.learner import Person, SourceLink
from isthmus.model.viewer import Role, Viewer
from isthmus.playground.simulators.token_desk import CLIENT, SECRET
from isthmus.playground.stores import BACKPACK, BANK, LOCKER, SimulatedStores, create_stores
from isthmus.store.people.learners import create_learner
from isthmus.store.people.vault import Vault

BACK = "https://app.example/back"
KEYS = {"client_id": CLIENT, "client_secret": SECRET}
NOW = datetime.now(UTC)


@asynccontextmanager
async def serving(simulated: SimulatedStores | None = None) -> AsyncIterator[tuple[Any, str]]:
    """Serve simulated stores; give them and their address."""
    found = simulated or create_stores()
    server = uvicorn.Server(
        uvicorn.Config(found.app, log_config=None, access_log=False, lifespan="off")
    )
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        task = asyncio.create_task(server._serve([listener]))
        try:
            yield found, f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            server.force_exit = True
            await task


@dataclass(slots=True)
class Linked:
    """A hub with live sources, and the learners of it."""

    hub: Hub
    vault: Vault
    stores: Stores
    simulated: SimulatedStores
    base: str
    sources: dict[str, int]

    async def learner(self, name: str = "") -> Viewer:
        """Write down a learner."""
        async with self.vault.on_errand() as connection:
            id_ = await create_learner(self.vault, connection, Person(name=name or None))
        return Viewer(role=Role.LEARNER, learner_id=id_, scopes=frozenset({"me"}))

    async def link(self, viewer: Viewer, source: str, person: str) -> SourceLink:
        """Link a store as that person would in their browser."""
        address, state = await self.stores.start_link(viewer, self.sources[source], BACK)
        code = await agree(address, person, state)
        return await self.stores.finish_link(viewer, state, code)

    async def linked(self, source: str, person: str) -> Viewer:
        """Write down a learner whose store is linked already."""
        viewer = await self.learner(person)
        await self.link(viewer, source, person)
        return viewer

    async def fetch(
        self, viewer: Viewer, *, deadline: float = 5.0, permit: Permit | None = None
    ) -> Fetched:
        """Fetch what a learner's stores have."""
        id_ = viewer.learner_id or 0
        permits = {id_: permit or own(viewer)}
        return (await self.stores.fetch(viewer, permits, deadline=deadline))[id_]


async def agree(address: str, person: str, state: str) -> str:
    """Agree at the store, and bring back its code."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(address, params={**_query(address), "person": person})
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["location"])
    found = parse_qs(back.query)
    assert found["state"] == [state]
    return found["code"][0]


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    for _ in range(1000):
        if holds():
            return
        await asyncio.sleep(0.005)
    raise TimeoutError


def _query(address: str) -> Mapping[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def own(viewer: Viewer) -> Permit:
    """Give the permit of a learner's own eyes."""
    return Permit(viewer.learner_id or 0, EVERYTHING, is_own=True)


def a_permit(viewer: Viewer, *consents: Consent) -> Permit:
    """Give the permit that these consents come to."""
    scopes = frozenset[DataScope]().union(*(consent.scopes for consent in consents))
    return Permit(viewer.learner_id or 0, scopes, consents)


def a_consent(viewer: Viewer, **given: Any) -> Consent:
    """Give a consent in force."""
    said: dict[str, Any] = {
        "id": 1,
        "learner_id": viewer.learner_id,
        "recipient_id": 1,
        "purpose": Purpose.HIRING_CHECK,
        "scopes": frozenset({DataScope.CREDENTIAL_DETAIL}),
        "mode": ConsentMode.VIEW,
        "status": ConsentStatus.ACTIVE,
        "requested_at": NOW,
        "expires_at": NOW + timedelta(days=30),
    }
    return Consent(**(said | given))


@asynccontextmanager
async def linking(hub: Hub) -> AsyncIterator[Linked]:
    """Give a hub whose learners can link the simulated stores."""
    async with serving() as (simulated, base):
        wanted = {
            "locker": ("digilocker", {**KEYS, "token_version": "1"}, f"{base}{LOCKER}"),
            "backpack": ("badge-connect", {}, f"{base}{BACKPACK}"),
            "bank": ("abc", KEYS, f"{base}{BANK}"),
            "badges": ("hosted-badge", {}, None),
        }
        sources = {}
        for name, (connector, config, address) in wanted.items():
            added = await hub.add_source(name, connector, config, base_url=address)
            sources[name] = added.id
        stores = await hub.stores()
        try:
            yield Linked(hub, await hub.vault(), stores, simulated, base, sources)
        finally:
            await stores.close()
