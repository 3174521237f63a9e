"""`isthmus sync`."""

from __future__ import annotations

from collections.abc import Sequence

from isthmus.cli.progress import SyncProgress
from isthmus.cli.surroundings import open_hub, say
from isthmus.settings import Settings


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
