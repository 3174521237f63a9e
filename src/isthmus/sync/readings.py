"""Readings of sources as jobs: asked for here, done by whichever worker has its hands free.

One job is one reading of one source; its streams have leases of their own, so that a worker and
an `isthmus sync` never read one at once.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from isthmus.connector.installed import InstalledConnector
from isthmus.errors import IsthmusError, Misconfigured
from isthmus.jobs import ASKED, SCHEDULED, AlreadyQueued, defer, under_way
from isthmus.store import sources
from isthmus.store.database import FAILURES, Database
from isthmus.store.queueing import end_queued, queue_runs
from isthmus.store.runs import RunLost, StreamBusy
from isthmus.store.sources import StoredSource
from isthmus.sync.report import SourceReport

TASK = "read"
BUSY_SECONDS = 5.0
"""After so many seconds a reading is tried again that could not be done now; then ever later."""

log = logging.getLogger(__name__)

NOT_NOW = frozenset({StreamBusy.code, RunLost.code})


class Sync(Protocol):
    """Reads sources by name."""

    def __call__(
        self, names: Sequence[str], *, full: bool, confirm_removals: Collection[str]
    ) -> Awaitable[Sequence[SourceReport]]:
        """Read them; of the streams named any number of records may go."""
        ...


class Readings:
    """Asks for readings of sources, and does them."""

    def __init__(
        self, database: Database, connector: Callable[[str], InstalledConnector], sync: Sync
    ) -> None:
        self.database = database
        self._connector = connector
        self._sync = sync

    async def ask(
        self,
        source: StoredSource,
        *,
        full: bool = False,
        confirmed: Collection[str] = (),
        by: str | None = None,
        priority: int = ASKED,
    ) -> int:
        """Have a source read as soon as a worker can; give the run of its first stream.

        Where streams are `confirmed`, it is the run of the first of those.

        Raises `AlreadyQueued` where it waits in the queue already, and `Misconfigured` where it
        cannot be read at all. `confirmed` are streams of which any number of records may go.
        """
        refuse_live(source)
        streams = list(self._connector(source.connector).manifest.streams)
        # the run whose removals are confirmed is the one that is waited for
        streams.sort(key=lambda stream: stream not in confirmed)
        wanted = {"full": full, "confirmed": sorted(confirmed), "by": by}
        async with self.database.transaction() as connection:
            await defer(connection, TASK, source.name, wanted, priority)
            runs = await queue_runs(connection, source.id, streams)
        return runs[0]

    async def ask_for_due(self) -> list[str]:
        """Have every source read that is due and not under way yet; give their names."""
        due = await sources.due_sources(self.database)
        if not due:
            return []
        async with self.database.transaction() as connection:
            busy = await under_way(connection, TASK)
        asked = []
        for name in due:
            if name not in busy:
                with suppress(AlreadyQueued):
                    await self._ask_for(name)
                    asked.append(name)
        return asked

    async def _ask_for(self, name: str) -> None:
        source = await sources.get_source(self.database, name)
        try:
            await self.ask(source, priority=SCHEDULED)
        except Misconfigured:  # its reading says why it cannot be read
            async with self.database.transaction() as connection:
                await defer(connection, TASK, name, {}, SCHEDULED)

    async def look(self) -> None:
        """Ask for what is due; what stands in the way is said, and the next look may do better."""
        try:
            for name in await self.ask_for_due():
                log.info("%s is due", name)
        except (IsthmusError, *FAILURES) as error:
            code = getattr(error, "code", None) or type(error).__name__
            log.warning("what is due could not be asked for: %s", code)

    async def read(self, job: Mapping[str, Any]) -> bool:
        """Do a job; tell whether it is done, or should be tried again in a while."""
        name = job["subject"]
        if job.get("by"):
            log.info("%s is read, as %s asked", name, job["by"])
        try:
            reports = await self._sync(
                [name], full=bool(job.get("full")), confirm_removals=job.get("confirmed") or ()
            )
        except IsthmusError as error:
            log.warning("%s could not be read: %s", name, error.code)
            await self._end(name, failed=True)
            return True
        except FAILURES as error:
            log.warning("%s could not be read: %s", name, type(error).__name__)
            return False
        ended = {stream.fault_code for report in reports for stream in report.streams}
        if ended & NOT_NOW:
            return False
        await self._end(name, failed=False)
        return True

    async def _end(self, name: str, *, failed: bool) -> None:
        with suppress(*FAILURES):
            source = await sources.find_source(self.database, name)
            if source is None:
                return
            await end_queued(self.database, source.id)
            if failed:
                await sources.note_attempt(
                    self.database, source.id, failed=True, again=True, begun=False
                )


def refuse_live(source: StoredSource) -> None:
    """Refuse to sync what is asked live."""
    if source.is_live:
        message = f"{source.name} is asked live, for the learners who link it; nothing is synced."
        raise Misconfigured("SOURCE_LIVE", message)
