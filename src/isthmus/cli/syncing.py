"""`isthmus sync` and `isthmus source replay`."""

from __future__ import annotations

from collections.abc import Sequence

from isthmus.cli.progress import SyncProgress
from isthmus.cli.surroundings import open_hub, say
from isthmus.settings import Settings
from isthmus.store.sources import count_rejections, get_source


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
