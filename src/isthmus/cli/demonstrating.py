"""`isthmus demo`: invented data over real HTTP, through the same connectors as any source."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import orjson
import uvicorn

from isthmus.cli.introducing import PROVIDER, create_provider, introduce
from isthmus.cli.progress import SyncProgress
from isthmus.cli.serving import address, at_port, listen, new_loop, run_server
from isthmus.cli.surroundings import say
from isthmus.errors import Misconfigured
from isthmus.graph.executing import Graph, Operation
from isthmus.hub import Hub
from isthmus.outbound import Outbound
from isthmus.playground.people import trusted_issuers
from isthmus.playground.phone import PHONE, create_phone
from isthmus.playground.simulator import create_app as create_simulator
from isthmus.playground.simulators.token_desk import CLIENT, SECRET
from isthmus.playground.stores import BACKPACK, BANK, LOCKER, create_stores
from isthmus.playground.world import World, build_world
from isthmus.settings import Settings
from isthmus.web.app import examples

DATABASE = "isthmus_demo"
LANGUAGES = ("en", "fr", "es")


def demonstrate(settings: Settings, *, check: bool) -> bool:
    """Run the demo until stopped; with `check` only until its examples were answered."""
    trusted = (*settings.trust_registries, str(trusted_issuers()))
    settings = msgspec.structs.replace(settings, allow_loopback=True, trust_registries=trusted)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(_check(settings) if check else _serve(settings))


async def _serve(settings: Settings) -> bool:
    listener = listen(settings.host, settings.port)
    async with simulated_provider(at_port(settings, listener)) as (issuer, known):
        await _serve_hub(known, listener, issuer)
    return True


async def _serve_hub(settings: Settings, listener: socket.socket, issuer: str) -> None:
    hub = await Hub.open(settings, working=Path.cwd(), say=say, name=DATABASE)
    try:
        await fill(hub)
        callers = await introduce(hub, issuer)
    except BaseException:
        await hub.close()
        raise
    url = address(listener)
    print(f"\nOpen {url} in a browser: GraphiQL with example operations.")
    print(f"The graph is at {url}/graphql; stop with Ctrl-C.\n", flush=True)
    async with simulated_stores(hub) as stores:
        print(f"Learners can link the simulated stores at {stores}.")
        print(f"A phone with a wallet scans a walletUri at {stores}{PHONE}/scan.\n")
        print(f"Sign in at {url}/auth/login/{PROVIDER}, or ask as one of these for a day:\n")
        print("\n".join(callers), flush=True)
        await run_server(hub, settings, listener)


async def _check(settings: Settings) -> bool:
    """Fill the hub, ask it its own examples over HTTP's own path, and print the answers."""
    hub = await Hub.open(settings, working=Path.cwd(), say=say, name=DATABASE)
    async with hub:
        ok = await fill(hub)
        graph = Graph(hub.database)
        for document in examples():
            answer = await graph.run(Operation(document))
            print(document.strip())
            print(orjson.dumps(answer.read(), option=orjson.OPT_INDENT_2).decode(), flush=True)
            ok = ok and not answer.errors and bool(answer.data)
    return ok


async def fill(hub: Hub, today: date | None = None) -> bool:
    """Read the simulated sources into the store; tell whether all were read to their end."""
    world = build_world(today or datetime.now(UTC).date())
    async with simulated(world) as base:
        await add_sources(hub, world, base)
        with SyncProgress() as progress:
            reports = await hub.sync(progress=progress, done=progress.report)
    return all(report.ok for report in reports)


async def add_sources(hub: Hub, world: World, base: str) -> None:
    """Point a source of each connector at the simulator."""
    archives = [f"ESCO-v1.1.1-{language}-csv.zip" for language in LANGUAGES]
    wanted: list[tuple[str, str, dict[str, Any], str | None]] = [
        ("frameworks", "frameworks", {}, None),
        ("simulated-esco", "esco", {"version": "1.1.1", "archives": archives}, f"{base}/esco"),
        ("simulated-learn", "microsoft-learn", {"locale": "en-us"}, f"{base}/microsoft-learn/api"),
        ("simulated-registry", "credential-registry", {"community": "ce-registry"},
         f"{base}/credential-registry"),
        *(
            (f"simulated-{board}", "greenhouse", {"board": board},
             f"{base}/greenhouse/v1/boards/{board}")
            for board in world.boards
        ),
    ]  # fmt: skip
    for name, connector, config, base_url in wanted:
        await hub.add_source(name, connector, config, base_url=base_url, replace=True)


@asynccontextmanager
async def simulated_stores(hub: Hub) -> AsyncIterator[str]:
    """Serve the stores that learners link, and a phone; give their address."""
    stores = create_stores()
    phone = create_phone(hub.verifier().contexts, Outbound(allow_private=True))
    stores.app.routes.extend(phone.routes())
    async with _served(stores.app) as base:
        keys = {"client_id": CLIENT, "client_secret": SECRET}
        wanted: list[tuple[str, str, dict[str, Any], str | None]] = [
            (
                "simulated-digilocker",
                "digilocker",
                {**keys, "token_version": "1"},
                f"{base}{LOCKER}",
            ),
            ("simulated-backpack", "badge-connect", {}, f"{base}{BACKPACK}"),
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
    async with _served(issuer.app(), listener) as base:
        yield base, known


@asynccontextmanager
async def simulated(world: World) -> AsyncIterator[str]:
    """Serve the simulator on a free port of this machine; give its address."""
    async with _served(create_simulator(world)) as base:
        yield base


@asynccontextmanager
async def _served(app: Any, at: socket.socket | None = None) -> AsyncIterator[str]:
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
