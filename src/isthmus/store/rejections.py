"""What could not be read: noted with its reason until a later run reads it or misses it."""

from __future__ import annotations

from collections.abc import Iterable

from isthmus.model.run import Rejection
from isthmus.store.database import Connection
from isthmus.store.storable import LONGEST_KEY, storable_text


async def write_rejections(
    connection: Connection, source: int, stream: str, run: int, rejections: Iterable[Rejection]
) -> None:
    """Note what could not be read, in place of what was noted of the same records before."""
    rows = [
        (
            source, stream, run, storable_text(r.source_key[:LONGEST_KEY]), r.reason,
            storable_text(r.message), storable_text(r.field), storable_text(r.sample),
        )
        for r in rejections
    ]  # fmt: skip
    if rows:
        await connection.executemany(
            "INSERT INTO rejected_record"
            " (source_id, stream, run_id, source_key, reason, message, field, sample)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            " ON CONFLICT (source_id, stream, source_key) DO UPDATE SET run_id = $3,"
            " reason = $5, message = $6, field = $7, sample = $8, at = now()",
            rows,
        )


async def forget_rejections(
    connection: Connection, source: int, stream: str, keys: list[str]
) -> None:
    """Drop the rejections of records that read now."""
    if keys:
        await connection.execute(
            "DELETE FROM rejected_record"
            " WHERE source_id = $1 AND stream = $2 AND source_key = ANY($3)",
            source,
            stream,
            keys,
        )


async def forget_older_rejections(
    connection: Connection, source: int, stream: str, run: int
) -> None:
    """Drop rejections of earlier runs, now that a complete one has rejected what it must."""
    await connection.execute(
        "DELETE FROM rejected_record WHERE source_id = $1 AND stream = $2"
        " AND run_id IS DISTINCT FROM $3",
        source,
        stream,
        run,
    )
