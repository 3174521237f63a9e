"""`isthmus serve`: the hub behind uvicorn."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Sequence
from pathlib import Path

import msgspec
import uvicorn

from isthmus.cli.surroundings import new_loop, say
from isthmus.errors import Misconfigured
from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.web.app import create_app

STOP_SECONDS = 8
BACKLOG = 512
COLLECT_EVERY = (50_000, 20, 50)


def serve(settings: Settings) -> None:
    """Serve until stopped."""
    listener = listen(settings.host, settings.port)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(_serve(settings, listener))


async def _serve(settings: Settings, listener: socket.socket) -> None:
    settings = at_port(settings, listener)
    hub = await Hub.open(settings, working=Path.cwd(), say=say)
    try:
        await hub.vault()  # a key that is not at hand is said now, not at the first sign-in
    except BaseException:
        await hub.close()
        raise
    await run_server(hub, settings, listener)


async def run_server(
    hub: Hub, settings: Settings, listener: socket.socket, *, further: Sequence[str] = ()
) -> None:
    """Serve an open hub on a listening socket; the hub is closed when the server stops.

    `further` operations stand in tabs of the explorer, after the examples.
    """
    calm_collector()

    def started() -> None:
        say(f"serving at {address(listener)}")

    app = create_app(hub, settings, on_start=started, further=further)
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=settings.body_max_bytes,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # `trusted_proxies` says whom to believe
        date_header=True,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    await _Server(config, hub.stopping).serve(sockets=[listener])


class _Server(uvicorn.Server):
    """A server that says when it stops, before it waits for what is under way."""

    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        self._stopping.set()
        await super().shutdown(sockets)


def calm_collector() -> None:
    """Let the collector of cycles look seldom, and never at what was there at the start.

    An answer is thousands of small objects that are gone when it is sent, none of them in a
    cycle: at the default a quarter of the time of a large one went into looking for cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_EVERY)


def listen(host: str, port: int) -> socket.socket:
    """Bind before anything slow happens, so that a taken port is said at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        message = f"Port {port} of {host} cannot be listened on: {error.strerror}."
        raise Misconfigured("PORT_TAKEN", message) from None
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener


def at_port(settings: Settings, listener: socket.socket) -> Settings:
    """Give the settings with the port that was taken, where any free one would do."""
    return msgspec.structs.replace(settings, port=listener.getsockname()[1])


def address(listener: socket.socket) -> str:
    """Give the address a browser can open."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - shown, not bound
    return f"http://{shown}:{port}"
