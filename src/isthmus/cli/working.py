"""`isthmus worker`, and what `isthmus sync --queue` leaves to it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from isthmus.cli.progress import SyncProgress
from isthmus.cli.surroundings import open_hub, say
from isthmus.hub import Hub
from isthmus.jobs import AlreadyQueued
from isthmus.jobs.worker import Again, Worker
from isthmus.settings import Settings
from isthmus.store import sources
from isthmus.store.database import SESSION
from isthmus.sync.readings import BUSY_SECONDS, TASK

BESIDE = 4
"""Connections that a worker needs beside the one of each run."""


async def work(settings: Settings, at_once: int, every: float) -> None:
    """Read what is asked for and what is due, and sweep away what has run out, until stopped.

    A stop in the middle of a run ends the run as STOPPED, and its job is put back: the next
    worker goes on from there.
    """
    pool = max(settings.database_pool, at_once + BESIDE)
    settings = msgspec.structs.replace(settings, database_pool=pool)
    async with open_hub(settings) as hub:
        worker = work_of(hub, at_once, every)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, worker.stop)
        say(f"reading {at_once} at once, looking for what is due every {every:g} s")
        hub.sweeper.start()
        await worker.run()
    say("stopped")


def work_of(hub: Hub, at_once: int, every: float) -> Worker:
    """Give a worker that reads the sources of a hub, and says what became of each."""
    progress = SyncProgress(plain=True)
    readings = hub.readings(progress, progress.report)

    async def read(job: Mapping[str, Any]) -> None:
        if not await readings.read(job):
            raise Again(BUSY_SECONDS)

    return Worker(
        hub.database.url,
        {TASK: read},
        readings.look,
        at_once=at_once,
        every=every,
        session=SESSION,
    )


async def queue_sources(
    settings: Settings, names: Sequence[str], *, full: bool, confirm_removals: bool
) -> bool:
    """Have sources read by a worker, all when none is named; tell whether each was queued."""
    ok = True
    async with open_hub(settings) as hub:
        readings = hub.readings()
        found = [await sources.get_source(hub.database, name) for name in names]
        for source in found or await hub.synced_sources():
            streams = hub.connector(source.connector).manifest.streams
            confirmed = streams if confirm_removals else ()
            try:
                await readings.ask(source, full=full, confirmed=confirmed, by="the operator")
            except AlreadyQueued as queued:
                say(f"{queued} [{queued.code}]")
                ok = False
            else:
                print(f"{source.name}: queued", flush=True)
    return ok
