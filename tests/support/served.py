"""The whole application behind a real server on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn

from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store import changes
from isthmus.store.changes import Op
from isthmus.store.database import Database
from isthmus.trials.bench import Bench
from isthmus.web.app import create_app

ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def served(
    database: Database, home: Path, *, bench: Bench | None = None, **chosen: Any
) -> AsyncIterator[str]:
    """Serve a hub over a database; give `host:port`. `bench` is where it tries connectors."""
    settings = Settings(home=home, **chosen)
    hub = Hub(settings, database, ROOT)
    hub.connectors.bench = bench or hub.connectors.bench
    config = uvicorn.Config(
        create_app(hub, settings),
        ws="websockets-sansio",
        ws_max_size=settings.body_max_bytes,
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=8,
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        await hub.listener.start()
        task = asyncio.create_task(server._serve([listener]))
        try:
            yield f"127.0.0.1:{port}"
        finally:
            hub.stopping.set()
            server.should_exit = True
            await task
            await hub.listener.stop()
            await hub.connectors.bench.close()


async def tell(database: Database, *keys: int, noun: str = "VACANCY") -> None:
    """Write changes as a sync would."""
    async with database.transaction() as connection:
        await changes.note(connection, noun, Op.ADDED, keys)
        await changes.settle(connection, sources=noun == changes.SOURCE)
