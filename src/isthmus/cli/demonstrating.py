"""`isthmus demo`: invented data over real HTTP, through the same connectors as any source."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import orjson

from isthmus.cli.introducing import PROVIDER, introduce, platform_token
from isthmus.cli.progress import SyncProgress
from isthmus.cli.serving import address, at_port, listen, run_server
from isthmus.cli.simulating import served, simulated, simulated_provider, simulated_stores
from isthmus.cli.storytelling import GUIDE, tell
from isthmus.cli.surroundings import new_loop, say
from isthmus.hub import Hub
from isthmus.playground.people import trusted_issuers
from isthmus.playground.phone import PHONE
from isthmus.playground.stores import create_stores
from isthmus.playground.stories.callers import Caller, documents
from isthmus.playground.world import World, build_world
from isthmus.settings import Settings
from isthmus.web.app import create_app, examples

DATABASE = "isthmus_demo"
LANGUAGES = ("en", "fr", "es")


def demonstrate(settings: Settings, *, check: bool) -> bool:
    """Run the demo until stopped; with `check` only until it checked itself."""
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
        print("\n".join(callers))
        print(GUIDE, flush=True)
        await run_server(hub, settings, listener, further=documents())


async def _check(settings: Settings) -> bool:
    """Serve the hub, ask it its own examples over HTTP, and tell the stories of its people."""
    listener = listen("127.0.0.1", 0)
    async with simulated_provider(at_port(settings, listener)) as (issuer, known):
        hub = await Hub.open(known, working=Path.cwd(), say=say, name=DATABASE)
        async with hub:
            ok = await fill(hub)
            await introduce(hub, issuer)
            stores = create_stores()
            async with (
                simulated_stores(hub, stores) as base,
                served(create_app(hub, known), listener) as url,
            ):
                ok = await _ask_examples(url) and ok
                platform = await platform_token(hub)
                return await tell(url, PROVIDER, platform, stores, base) and ok


async def _ask_examples(url: str) -> bool:
    caller, ok = Caller(url), True
    for document in examples():
        told = await caller.ask(document)
        print(document.strip())
        print(orjson.dumps(orjson.loads(told.text), option=orjson.OPT_INDENT_2).decode())
        ok = ok and not told.errors and bool(told.data)
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
