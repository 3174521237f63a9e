"""Any application behind a real server on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


def listener() -> tuple[socket.socket, str]:
    """Take a free port; give it with its address."""
    found = socket.create_server(("127.0.0.1", 0))
    return found, f"http://127.0.0.1:{found.getsockname()[1]}"


@asynccontextmanager
async def serving(app: Any, at: socket.socket) -> AsyncIterator[None]:
    """Serve an application at a port that was taken."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
    task = asyncio.create_task(server._serve([at]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
        at.close()
