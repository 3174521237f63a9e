"""Putting jobs into the queue, in the transaction of whoever asks.

So a job is there if and only if what was written with it is. The functions called are the ones
procrastinate itself calls; whoever only asks need not load the rest of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import orjson

from isthmus.errors import IsthmusError

SCHEDULED = 0
"""The priority of what a schedule asks for."""
ASKED = 10
"""The priority of what a person asks for."""
QUEUE = "isthmus"
_UNIQUE_VIOLATION = "23505"


class AlreadyQueued(IsthmusError):
    """The same waits in the queue already."""

    code = "SYNC_QUEUED"


class Statements(Protocol):
    """A connection to the database, in a transaction."""

    async def fetchval(self, statement: str, *values: Any) -> Any:
        """Run a statement; give the first value of its first row."""
        ...


async def defer(
    connection: Statements, task: str, subject: str, arguments: Mapping[str, Any], priority: int
) -> int:
    """Put a job into the queue and give its number; raise `AlreadyQueued` where one waits.

    The transaction is spoilt then, and with it whatever else was written in it.
    """
    try:
        number: int = await connection.fetchval(
            "SELECT (procrastinate.procrastinate_defer_jobs_v1(ARRAY[ROW($1, $2, $3, $4, $4,"
            " $5::jsonb, NULL)::procrastinate.procrastinate_job_to_defer_v1]))[1]",
            QUEUE,
            task,
            priority,
            _lock(task, subject),
            orjson.dumps({"subject": subject, **arguments}).decode(),
        )
    except Exception as error:
        if getattr(error, "sqlstate", None) != _UNIQUE_VIOLATION:
            raise
        raise AlreadyQueued(f"{subject} waits in the queue already") from None
    return number


async def under_way(connection: Statements, task: str) -> set[str]:
    """Name the subjects that a job of a task waits for, or runs for."""
    found: list[str] = await connection.fetchval(
        "SELECT coalesce(array_agg(lock), '{}') FROM procrastinate.procrastinate_jobs"
        " WHERE task_name = $1 AND status IN ('todo', 'doing') AND lock IS NOT NULL",
        task,
    )
    return {lock.removeprefix(_lock(task, "")) for lock in found}


def _lock(task: str, subject: str) -> str:
    """Name what holds jobs of one subject apart, in the queue and while they run."""
    return f"{task}:{subject}"
