"""What every command begins with: settings from the surroundings, a hub, a loop."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from isthmus.errors import Misconfigured
from isthmus.hub import Hub
from isthmus.settings import Loaded, Settings, load
from isthmus.store.database import LOST
from isthmus.web.request_ids import RequestIdFilter

T = TypeVar("T")


def loaded(**options: Any) -> Loaded:
    """Read the settings of the working directory and environment."""
    return load(directory=Path.cwd(), environment=os.environ, options=options)


def say(sentence: str) -> None:
    """Tell the operator something, beside whatever a command prints."""
    print(f"isthmus: {sentence}", file=sys.stderr, flush=True)


@asynccontextmanager
async def open_hub(settings: Settings, *, name: str = "isthmus") -> AsyncIterator[Hub]:
    """Open the hub of the working directory."""
    async with await Hub.open(settings, working=Path.cwd(), say=say, name=name) as hub:
        yield hub


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work to its end; a database that goes away under it is a sentence."""
    try:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            return runner.run(work)
    except LOST as error:
        message = f"The database went away ({type(error).__name__}); the next start goes on."
        raise Misconfigured("DATABASE_UNREACHABLE", message) from None


def new_loop() -> asyncio.AbstractEventLoop:
    """Give uvloop's event loop where there is one."""
    try:
        import uvloop  # noqa: PLC0415 - not on every system
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def log_to_stderr(level: str) -> None:
    """Send log lines to standard error, ours from `level` on, others' warnings only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RequestIdFilter())
    line = "%(asctime)s %(levelname)s %(request)s %(message)s"
    logging.basicConfig(handlers=[handler], level=logging.WARNING, format=line)
    logging.getLogger("isthmus").setLevel(level.upper())
    # a lost database is said once, with its code; the pool would add a traceback a connection
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)
