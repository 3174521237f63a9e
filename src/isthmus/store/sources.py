"""Configured sources: adding, finding, and how each is doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import orjson

from isthmus.errors import Misconfigured
from isthmus.model.run import HealthState, SourceMode
from isthmus.store.changes import SOURCE, Op, note, settle
from isthmus.store.database import Database, Row

MOST_FAILURES = 6
FIRST_RETRY = 30.0
LONGEST_RETRY = 3600.0


@dataclass(frozen=True, slots=True)
class StoredSource:
    """One configured use of a connector, as the store keeps it."""

    id: int
    name: str
    connector: str
    connector_version: str
    config: dict[str, Any]
    base_url: str | None
    mode: str
    every_seconds: int | None
    paused: bool
    state: HealthState
    last_success: datetime | None
    advice: str | None

    @property
    def is_live(self) -> bool:
        """Whether it is asked while a question waits, and never read beforehand."""
        return self.mode == SourceMode.LIVE.value


async def add_source(
    database: Database,
    *,
    name: str,
    connector: str,
    connector_version: str,
    produces: Sequence[str],
    config: dict[str, Any],
    base_url: str | None,
    mode: str,
    every_seconds: int | None,
    licence: str | None,
    attribution: str | None,
    redistributable: bool,
) -> StoredSource:
    """Add a source; raise `Misconfigured` when the name is taken."""
    try:
        await _changed(
            database,
            Op.ADDED,
            "INSERT INTO source (name, connector, connector_version, produces, config, base_url,"
            " mode, every_seconds, licence, attribution, redistributable, state, advice)"
            " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,'NEVER_RUN',$12) RETURNING id",
            name,
            connector,
            connector_version,
            list(produces),
            orjson.dumps(config).decode(),
            base_url,
            mode,
            every_seconds,
            licence,
            attribution,
            redistributable,
            f"Run `isthmus sync {name}` to read it for the first time."
            if mode == "SYNCED"
            else "Learners link it; nothing of it is read beforehand.",
        )
    except asyncpg.UniqueViolationError:
        raise Misconfigured("SOURCE_EXISTS", f"There is a source {name} already.") from None
    return await get_source(database, name)


async def update_source(
    database: Database,
    name: str,
    *,
    connector_version: str,
    config: dict[str, Any],
    base_url: str | None,
) -> StoredSource:
    """Change a source's configuration; its next run reads everything anew."""
    await _changed(
        database,
        Op.UPDATED,
        "UPDATE source SET connector_version = $2, config = $3, base_url = $4 WHERE name = $1"
        " RETURNING id",
        name,
        connector_version,
        orjson.dumps(config).decode(),
        base_url,
    )
    return await get_source(database, name)


async def _changed(database: Database, op: Op, statement: str, *values: Any) -> None:
    """Run a statement that gives the keys of sources, and tell of what it did to them."""
    async with database.transaction() as connection:
        rows = await connection.fetch(statement, *values)
        await note(connection, SOURCE, op, [row["id"] for row in rows])
        await settle(connection, sources=True)


async def find_source(database: Database, name: str) -> StoredSource | None:
    """Find a source by its name."""
    row = await database.row("SELECT * FROM source WHERE name = $1", name)
    return _stored(row) if row is not None else None


async def get_source(database: Database, name: str) -> StoredSource:
    """Get a source by its name; raise `Misconfigured` when there is none."""
    found = await find_source(database, name)
    if found is None:
        message = f"There is no source {name}. `isthmus source list` shows those there are."
        raise Misconfigured("SOURCE_UNKNOWN", message)
    return found


async def find_sources(database: Database, ids: Sequence[int]) -> dict[int, StoredSource]:
    """Find sources by their keys."""
    rows = await database.fetch("SELECT * FROM source WHERE id = ANY($1)", list(ids))
    return {row["id"]: _stored(row) for row in rows}


async def list_sources(database: Database) -> list[StoredSource]:
    """List every source, oldest first."""
    return [_stored(row) for row in await database.fetch("SELECT * FROM source ORDER BY id")]


async def due_sources(database: Database) -> list[str]:
    """Name the sources that should be read now, those that wait longest first.

    Due is a source whose interval has passed since it was last begun, and one whose readings
    failed when it is time to try again.
    """
    rows = await database.fetch(
        "SELECT s.name FROM source s,"
        " LATERAL (SELECT s.began_at + s.every_seconds * interval '1 second' AS at) next"
        " WHERE NOT s.paused AND (s.retry_at <= now() OR (s.every_seconds IS NOT NULL"
        " AND (s.began_at IS NULL OR next.at < now())))"
        " AND NOT EXISTS (SELECT FROM sync_run r WHERE r.source_id = s.id AND r.state = 'RUNNING'"
        " AND r.heartbeat_at > now() - interval '2 minutes')"
        " ORDER BY least(s.retry_at, next.at) NULLS FIRST, s.id"
    )
    return [row["name"] for row in rows]


async def note_attempt(
    database: Database, source: int, *, failed: bool, again: bool, begun: bool = True
) -> None:
    """Note that a source was read, or could not be; `again`: it should be tried again soon.

    One of which no run was `begun` counts as begun now, or it would be due again at once.

    Each failure in a row doubles the wait, never beyond the source's interval or an hour. One
    without an interval is given up after some.
    """
    await database.execute(
        "UPDATE source SET began_at = CASE WHEN $7 THEN began_at ELSE now() END,"
        " failures = CASE WHEN $2 THEN failures + 1 ELSE 0 END, retry_at ="
        " CASE WHEN $3 AND (every_seconds IS NOT NULL OR failures + 1 < $4) THEN"
        " now() + make_interval(secs => least($5::float8 * 2 ^ least(failures, 10),"
        " every_seconds, $6::float8)) END WHERE id = $1",
        source,
        failed,
        failed and again,
        MOST_FAILURES,
        FIRST_RETRY,
        LONGEST_RETRY,
        begun,
    )


async def note_health(
    database: Database,
    source: int,
    state: HealthState,
    *,
    advice: str | None,
    fault_code: str | None = None,
    succeeded: bool = False,
    drift: Sequence[str] = (),
) -> None:
    """Note how a source is doing after a run; `state_since` moves only when the state does."""
    async with database.transaction() as connection:
        held = await connection.fetchval(
            "SELECT state FROM source WHERE id = $1 FOR UPDATE", source
        )
        await connection.execute(
            "UPDATE source SET state_since = CASE WHEN state = $2 THEN state_since ELSE now() END,"
            " state = $2, advice = $3, fault_code = $4, drift = $5,"
            " last_success = CASE WHEN $6 THEN now() ELSE last_success END WHERE id = $1",
            source,
            state.value,
            advice,
            fault_code,
            list(drift),
            succeeded,
        )
        if held != state.value:
            await note(connection, SOURCE, Op.UPDATED, [source])
        await settle(connection, sources=True)


async def counts_by_noun(database: Database, source: int) -> dict[str, int]:
    """Count a source's records in the store, by noun."""
    rows = await database.fetch(
        "SELECT noun, count(*) FROM record WHERE source_id = $1 AND gone_at IS NULL"
        " AND stream NOT LIKE '%#%' GROUP BY noun ORDER BY noun",
        source,
    )
    return {row[0]: row[1] for row in rows}


async def held_records(database: Database, source: int) -> dict[tuple[str, str], bytes]:
    """Give what a source's records say, as hashes, by stream and key."""
    rows = await database.fetch(
        "SELECT stream, source_key, content_hash FROM record"
        " WHERE source_id = $1 AND gone_at IS NULL AND stream NOT LIKE '%#%'",
        source,
    )
    return {(row[0], row[1]): bytes(row[2] or b"") for row in rows}


async def last_runs(database: Database, source: int) -> list[Row]:
    """Give the newest run of each stream."""
    return await database.fetch(
        "SELECT DISTINCT ON (stream) * FROM sync_run WHERE source_id = $1 ORDER BY stream, id DESC",
        source,
    )


async def newest_rejections(database: Database, source: int, most: int = 10) -> list[Row]:
    """Give the records of a source rejected last."""
    return await database.fetch(
        "SELECT * FROM rejected_record WHERE source_id = $1 ORDER BY at DESC, id LIMIT $2",
        source,
        most,
    )


def _stored(row: Row) -> StoredSource:
    return StoredSource(
        id=row["id"],
        name=row["name"],
        connector=row["connector"],
        connector_version=row["connector_version"],
        config=orjson.loads(row["config"] or "{}"),
        base_url=row["base_url"],
        mode=row["mode"],
        every_seconds=row["every_seconds"],
        paused=row["paused"],
        state=HealthState(row["state"]),
        last_success=row["last_success"],
        advice=row["advice"],
    )
