"""The roll of workers: who is there, and the jobs of those who are not any more.

Each worker holds a lock of the database under its number, on a connection of its own: when the
process dies, however it does, the lock is free at once. A job that is said to run under a number
that nobody holds was left, and is taken up again. (procrastinate leaves such jobs in `doing`,
its issue 1518.)
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.psycopg_connector import PsycopgConnector

log = logging.getLogger(__name__)

_WORKER = 0x69737457
"""The first half of the lock of a worker; its number is the second."""
_LEADER = 0x69737453
_HALF = 2**31
AT_ONCE = 3
"""So many times a job that was left is taken up at once; then later and later."""
FIRST_WAIT = 5.0
LONGEST_WAIT = 300.0


class Roll(JobManager):
    """procrastinate's manager of jobs, with the locks of one worker."""

    def __init__(self, connector: PsycopgConnector, connection: Any) -> None:
        super().__init__(connector)
        self._held = connection
        self._psycopg = connector

    async def register_worker(self) -> int:
        """Enrol this worker, its lock held before it is given any job."""
        number = await super().register_worker()
        await self._ask(
            "SELECT pg_advisory_lock(%(kind)s, %(number)s)", kind=_WORKER, number=number % _HALF
        )
        return number

    async def leads(self) -> bool:
        """Tell whether this is the one worker that does what one alone should do."""
        # asked for each time: a connection that was lost must be noticed, and locks may add up
        row = await self._ask("SELECT pg_try_advisory_lock(%(kind)s, 0) AS held", kind=_LEADER)
        return bool(row["held"])

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Put a job back; where the same was asked for meanwhile, that one stands for both."""
        try:
            await super().retry_job(job, retry_at, priority, queue, lock)
        except UniqueViolation:
            await self.finish_job(job, Status.ABORTED, delete_job=True)

    async def sweep(self) -> None:
        """Take up the jobs of workers that are gone."""
        rows = await self._psycopg.execute_query_all_async(
            "SELECT j.id, j.attempts, j.task_name, j.lock, j.queue_name FROM procrastinate_jobs j"
            " WHERE j.status = 'doing' AND NOT EXISTS (SELECT FROM pg_locks l"
            " WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted"
            " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND l.classid = %(kind)s::oid AND l.objid = (j.worker_id %% 2147483648)::oid)",
            kind=_WORKER,
        )
        for row in rows:
            log.warning("the worker of %s is gone; it is taken up again", row["lock"])
            job = Job(
                id=row["id"], queue=row["queue_name"], task_name=row["task_name"],
                lock=row["lock"], queueing_lock=row["lock"], attempts=row["attempts"],
            )  # fmt: skip
            wait = timedelta(seconds=_wait(row["attempts"]))
            await self.retry_job(job, retry_at=datetime.now(UTC) + wait)

    async def _ask(self, statement: Any, **values: Any) -> dict[str, Any]:
        row: dict[str, Any] = await self._psycopg.execute_query_one_async_with_connection(
            self._held, statement, **values
        )
        return row


def _wait(attempts: int) -> float:
    """Give the seconds before a job that was left so often is taken up: one may kill its worker."""
    if attempts < AT_ONCE:
        return 0.0
    return float(min(FIRST_WAIT * 2 ** min(attempts - AT_ONCE, 10), LONGEST_WAIT))
