"""A worker: takes jobs from the queue, so many at once, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import DeleteJobCondition, Job
from procrastinate.sync_psycopg_connector import wrap_exceptions
from procrastinate.worker import Worker as Fetching

from isthmus.jobs.queue import QUEUE
from isthmus.jobs.roll import Roll

log = logging.getLogger(__name__)

GRACE = 3.0
"""Seconds that jobs have to end by themselves when the worker is told to stop."""
POLL = 1.0
"""Seconds between looks for jobs that nobody told of, such as those put back."""
BEAT = 5.0
STALLED = 60.0
PAUSE = 2.0
LONGEST_AGAIN = 120.0
MOST_AGAIN = 100
"""So often a job that could not be done yet is put back, before it is given up: hours."""

for chatty in ("procrastinate", "psycopg", "psycopg.pool"):
    # what becomes of jobs is said here; their lines carry tracebacks and arguments
    logging.getLogger(chatty).setLevel(logging.CRITICAL)

Do = Callable[[Mapping[str, Any]], Awaitable[None]]


class Again(Exception):
    """Raised by a job that should be tried again, after so many seconds at first."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _Restarts(BaseRetryStrategy):
    """Puts back what was cut off, and what could not be done yet."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Decide."""
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, Again) and job.attempts < MOST_AGAIN:
            wait = min(exception.seconds * (job.attempts + 1), LONGEST_AGAIN)
            return RetryDecision(retry_in={"seconds": int(wait)})
        return None


class Worker:
    """Does jobs by the names of their tasks, `at_once` at a time.

    `duty` is what one worker alone does at a time, every `every` seconds; another takes it over
    within that time when this one is gone. `session` has settings of its connections, as the
    rest of the hub's have them.
    """

    def __init__(
        self,
        url: str,
        tasks: Mapping[str, Do],
        duty: Callable[[], Awaitable[None]],
        *,
        at_once: int = 1,
        every: float = 5.0,
        session: Mapping[str, str] | None = None,
    ) -> None:
        self._url = url
        self._session = {"search_path": "procrastinate", **(session or {})}
        self._tasks = tasks
        self._duty = duty
        self._at_once = at_once
        self._every = every
        self._stopping = asyncio.Event()
        self._fetching: Any = None  # its methods carry no types

    def stop(self) -> None:
        """Take no further job; those under way have a moment to end, then they are put back."""
        self._stopping.set()
        if self._fetching is not None:
            self._fetching.stop()

    async def run(self) -> None:
        """Work until told to stop; a database that goes away is waited for."""
        while not self._stopping.is_set():
            try:
                with wrap_exceptions():
                    await self._work()
            except (ProcrastinateException, OSError, TimeoutError) as error:
                log.warning("the queue cannot be reached: %s", type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), PAUSE)

    async def _work(self) -> None:
        connector = PsycopgConnector(
            conninfo=self._url,
            min_size=2,
            max_size=4,
            timeout=5.0,
            configure=self._configured,
        )
        app = App(connector=connector)
        for name, do in self._tasks.items():
            app.task(name=name, pass_context=True, retry=_Restarts())(_told(do))
        async with app.open_async(), connector.pool.connection() as connection:
            roll = app.job_manager = Roll(connector, connection)
            fetching: Any = Fetching(
                app=app,
                queues=[QUEUE],
                concurrency=self._at_once,
                fetch_job_polling_interval=POLL,
                shutdown_graceful_timeout=GRACE,
                delete_jobs=DeleteJobCondition.ALWAYS,
                install_signal_handlers=False,
                update_heartbeat_interval=BEAT,
                stalled_worker_timeout=STALLED,
            )
            self._fetching = fetching
            attending = asyncio.create_task(self._attend(roll))
            attending.add_done_callback(lambda _: fetching.stop())
            try:
                if not self._stopping.is_set():
                    await fetching.run()
            finally:
                self._fetching = None
                attending.cancel()
                ended = await asyncio.gather(attending, return_exceptions=True)
            if isinstance(ended[0], Exception):
                raise ended[0]

    async def _configured(self, connection: Any) -> None:
        """Let a connection find the queue's tables, and write each statement at once."""
        await connection.set_autocommit(True)
        for name, value in self._session.items():
            await connection.execute("SELECT set_config(%s, %s, false)", (name, value))

    async def _attend(self, roll: Roll) -> None:
        """Sweep and do one's duty for as long as this worker is the one that does."""
        while True:
            if await roll.leads():
                await roll.sweep()
                await self._duty()
            await asyncio.sleep(self._every)


def _told(do: Do) -> Callable[..., Awaitable[None]]:
    async def run(_: JobContext, **arguments: Any) -> None:
        await do(arguments)

    return run
