"""A whole hub behind real HTTP, with its provider and stores, for the stories of the playground."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isthmus.hub import Hub
from isthmus.playground.issuer import Account, Issuer, Registered
from isthmus.playground.people import trusted_issuers
from isthmus.playground.stores import BACKPACK, BANK, LOCKER, SimulatedStores
from isthmus.playground.stories.callers import Caller, admit, sign_in
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.web.app import create_app
from tests.conftest import ROOT
from tests.support.callers import a_client
from tests.support.serving import listener
from tests.support.serving import serving as serving_app
from tests.support.stores import KEYS, serving

PROVIDER = "demo"
SECRET = "the employer's own word"


@dataclass(slots=True)
class Stage:
    """Where stories are told: a hub, its stores, and the browsers of who takes part."""

    hub: Hub
    address: str
    stores: SimulatedStores
    base: str
    issuer: Issuer

    async def learner(self, person: str) -> Caller:
        """Sign an invented person in."""
        return await sign_in(self.address, PROVIDER, person)

    async def employer(self, name: str = "employer") -> Caller:
        """Add a platform, and let its program in."""
        await a_client(self.hub, name, secret=SECRET)
        return await admit(self.address, name, SECRET)

    @property
    def badges(self) -> str:
        """Where the images of the badges stand."""
        return f"{self.base}{BACKPACK}"


@asynccontextmanager
async def stage(
    database: Database, home: Path, *, accounts: Sequence[Account] = (), **chosen: Any
) -> AsyncIterator[Stage]:
    """Serve everything; the hub closes the database when it is over.

    The provider has the playground's people, unless it is given others.
    """
    at, address = listener()
    provider_at, provider = listener()
    issuer = Issuer(provider, Registered("isthmus", f"{address}/auth/callback"), accounts)
    settings = Settings(
        home=home,
        allow_loopback=True,
        public_url=address,
        trust_registries=(str(trusted_issuers()),),
        providers=(f"{PROVIDER} isthmus {provider}",),
        **chosen,
    )
    async with (
        Hub(settings, database, ROOT) as hub,
        serving() as (stores, base),
        serving_app(issuer.app(), provider_at),
    ):
        await _add_stores(hub, base)
        async with serving_app(create_app(hub, settings), at):
            yield Stage(hub, address, stores, base, issuer)


async def _add_stores(hub: Hub, base: str) -> None:
    wanted: list[tuple[str, str, dict[str, Any], str | None]] = [
        ("simulated-digilocker", "digilocker", {**KEYS, "token_version": "1"}, f"{base}{LOCKER}"),
        ("simulated-backpack", "badge-connect", {}, f"{base}{BACKPACK}"),
        ("simulated-abc", "abc", KEYS, f"{base}{BANK}"),
    ]
    for name, connector, config, address in wanted:
        await hub.add_source(name, connector, config, base_url=address)
