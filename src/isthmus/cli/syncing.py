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
from isthmus.store.sources import count_rejections, due_sources, get_source


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


async def replay_source(settings: Settings, name: str) -> bool:
    """Read a source anew, the records that were rejected among the others; say what came of them.

    Where privacy allows only a short sample of what was rejected, the source itself is what it is
    read from again.
    """
    async with open_hub(settings) as hub:
        source = await get_source(hub.database, name)
        before = await count_rejections(hub.database, source.id)
        if not before:
            say(f"no record of {name} is rejected; there is nothing to replay")
            return True
        with SyncProgress() as progress:
            reports = await hub.sync([name], full=True, progress=progress, done=progress.report)
        after = await count_rejections(hub.database, source.id)
    print(f"{name}: {before:,} records were rejected, {after:,} are.")
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
