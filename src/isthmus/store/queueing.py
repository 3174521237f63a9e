"""Runs that were asked for and did not begin yet: QUEUED until a worker takes them up."""

from __future__ import annotations

from collections.abc import Sequence

from isthmus.store.changes import settle
from isthmus.store.database import Connection, Database
from isthmus.store.runs import RESUMABLE


async def queue_runs(connection: Connection, source: int, streams: Sequence[str]) -> list[int]:
    """Write down that streams shall be read; give the runs that will.

    A run that was broken off is queued again, since the next reading goes on with it.
    """
    runs = [await _queue_run(connection, source, stream) for stream in streams]
    await settle(connection, sources=True)
    return runs


async def _queue_run(connection: Connection, source: int, stream: str) -> int:
    broken_off: int | None = await connection.fetchval(
        "UPDATE sync_run r SET state = 'QUEUED', finished_at = NULL, fault_code = NULL,"
        " fault = NULL FROM stream_state s WHERE s.source_id = $1 AND s.stream = $2"
        " AND r.id = s.run_id AND r.state NOT IN ('RUNNING', 'DONE')"
        f" AND r.heartbeat_at > now() - interval '{RESUMABLE}' RETURNING r.id",
        source,
        stream,
    )
    if broken_off is not None:
        return broken_off
    run: int = await connection.fetchval(
        "INSERT INTO sync_run (source_id, stream, state) VALUES ($1, $2, 'QUEUED') RETURNING id",
        source,
        stream,
    )
    return run


async def end_queued(database: Database, source: int) -> None:
    """End the runs of a source that its reading did not come to."""
    async with database.transaction() as connection:
        ended = await connection.fetch(
            "UPDATE sync_run SET state = 'STOPPED', finished_at = now(), fault_code = 'STOPPED',"
            " fault = 'its reading did not come to it' WHERE source_id = $1 AND state = 'QUEUED'"
            " RETURNING id",
            source,
        )
        if ended:
            await settle(connection, sources=True)
