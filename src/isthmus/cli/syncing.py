"""`isthmus sync` and `isthmus worker`."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence

from isthmus.cli.progress import SyncProgress
from isthmus.cli.surroundings import open_hub, say
from isthmus.errors import IsthmusError
from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store.sources import due_sources


async def sync_sources(
    settings: Settings, names: Sequence[str], *, full: bool, confirm_removals: bool
) -> bool:
    """Read sources, saying what became of each; tell whether all were read to their end."""
    async with open_hub(settings) as hub:
        with SyncProgress() as progress:
            reports = await hub.sync(
                names,
                full=full,
                confirm_removals=confirm_removals,
                progress=progress,
                done=progress.report,
            )
    if not reports:
        say("there are no sources; `isthmus source add` adds one")
    return all(report.ok for report in reports)


async def _read_one(hub: Hub, name: str) -> None:
    """Read one source; a source that cannot be read at all does not stop the others."""
    try:
        with SyncProgress() as progress:
            await hub.sync([name], progress=progress, done=progress.report)
    except IsthmusError as error:
        say(f"{name}: {error} [{error.code}]")


async def keep_fresh(settings: Settings, every: float) -> None:
    """Read what is due and sweep away what has run out, until the process is told to stop.

    A stop in the middle of a run ends the run as STOPPED; the next one goes on from there.
    """
    task = asyncio.current_task()

    def stop() -> None:
        if task is not None:
            task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    async with open_hub(settings) as hub:
        say(f"keeping sources fresh, looking every {every:g} s")
        hub.sweeper.start()
        try:
            while True:
                for name in await due_sources(hub.database):
                    await _read_one(hub, name)
                await asyncio.sleep(every)
        except asyncio.CancelledError:
            say("stopped")
