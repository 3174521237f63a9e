"""The outside systems of the demo, each served on this machine for as long as it is needed."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from isthmus.cli.introducing import create_provider
from isthmus.cli.serving import address, listen
from isthmus.errors import Misconfigured
from isthmus.hub import Hub
from isthmus.outbound import Outbound
from isthmus.playground.phone import create_phone
from isthmus.playground.simulator import create_app as create_simulator
from isthmus.playground.simulators.token_desk import CLIENT, SECRET
from isthmus.playground.stores import BACKPACK, BANK, LOCKER, SimulatedStores, create_stores
from isthmus.playground.stories.india import LOCKER as LOCKER_NAME
from isthmus.playground.stories.microsoft import BACKPACK as BACKPACK_NAME
from isthmus.playground.world import World
from isthmus.settings import Settings


@asynccontextmanager
async def simulated(world: World) -> AsyncIterator[str]:
    """Serve the simulator of catalogues on a free port of this machine; give its address."""
    async with served(create_simulator(world)) as base:
        yield base


@asynccontextmanager
async def simulated_stores(hub: Hub, stores: SimulatedStores | None = None) -> AsyncIterator[str]:
    """Serve the stores that learners link, and a phone; give their address."""
    stores = stores or create_stores()
    phone = create_phone(hub.verifier().contexts, Outbound(allow_private=True))
    stores.app.routes.extend(phone.routes())
    async with served(stores.app) as base:
        keys = {"client_id": CLIENT, "client_secret": SECRET}
        locker = {**keys, "token_version": "1"}
        wanted: list[tuple[str, str, dict[str, Any], str | None]] = [
            (LOCKER_NAME, "digilocker", locker, f"{base}{LOCKER}"),
            (BACKPACK_NAME, "badge-connect", {}, f"{base}{BACKPACK}"),
            ("simulated-abc", "abc", keys, f"{base}{BANK}"),
            ("hosted-badges", "hosted-badge", {}, None),
        ]
        for name, connector, config, base_url in wanted:
            await hub.add_source(name, connector, config, base_url=base_url, replace=True)
        yield base


@asynccontextmanager
async def simulated_provider(settings: Settings) -> AsyncIterator[tuple[str, Settings]]:
    """Serve the provider that learners sign in with; give its address, and settings with it.

    It stands beside the hub, where it can: its people are known again by its address.
    """
    try:
        listener = listen("127.0.0.1", settings.port + 1)
    except Misconfigured:
        listener = listen("127.0.0.1", 0)
    issuer, known = create_provider(address(listener), settings)
    async with served(issuer.app(), listener) as base:
        yield base, known


@asynccontextmanager
async def served(app: Any, at: socket.socket | None = None) -> AsyncIterator[str]:
    """Serve an application beside the hub; give its address."""
    listener = at or listen("127.0.0.1", 0)
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(_serve_quietly(server, listener))
    try:
        yield address(listener)
    finally:
        server.should_exit = True
        await task


async def _serve_quietly(server: uvicorn.Server, listener: socket.socket) -> None:
    """Serve without taking over the process's signals."""
    await server._serve([listener])  # noqa: SLF001 - serve() would install handlers
