"""Sources set up: added, changed, given another mode, paused, resumed, laid by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg
import orjson

from isthmus.errors import Misconfigured
from isthmus.store.changes import SOURCE, Op, note, settle
from isthmus.store.database import Connection, Database
from isthmus.store.sources import StoredSource, get_source

ADVICE = {
    "SYNCED": "Run `isthmus sync {name}`, or `startSync`, to read it for the first time.",
    "HYBRID": "Run `isthmus sync {name}`, or `startSync`, to read it for the first time.",
    "LIVE": "It is asked when a question needs it; nothing of it is read beforehand.",
}
OF_LEARNERS = "Learners link it; nothing of it is read beforehand."
WAITS = "It waits for its secret"
"""How the advice of a source begins that is paused until it has what lets it in."""


async def add_source(database: Database, *, name: str, **said: Any) -> StoredSource:
    """Add a source, as `insert_source` does; raise `Misconfigured` when the name is taken."""
    async with database.transaction() as connection:
        await insert_source(connection, name=name, **said)
    return await get_source(database, name)


async def insert_source(
    connection: Connection,
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
    owner_id: int | None = None,
    missing: Sequence[str] = (),
) -> int:
    """Add a source in a transaction; raise `Misconfigured` when the name is taken.

    One of which secrets are `missing` is paused until it has them.
    """
    advice = OF_LEARNERS if "CREDENTIAL" in produces else ADVICE[mode].format(name=name)
    if missing:
        said = f"{WAITS} {', '.join(missing)}"
        advice = f"{said}: `setSourceSecret`, or `isthmus source set-secret {name}`, gives it."
    try:
        keys = await _change(
            connection,
            Op.ADDED,
            "INSERT INTO source (name, connector, connector_version, produces, config, base_url,"
            " mode, every_seconds, licence, attribution, redistributable, state, advice, owner_id,"
            " paused) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15) RETURNING id",
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
            "PAUSED" if missing else "NEVER_RUN",
            advice,
            owner_id,
            bool(missing),
        )
    except asyncpg.UniqueViolationError:
        raise Misconfigured("SOURCE_EXISTS", f"There is a source {name} already.") from None
    return keys[0]


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


async def change_source(
    database: Database,
    key: int,
    *,
    config: dict[str, Any],
    base_url: str | None,
    mode: str,
    every_seconds: int | None,
) -> None:
    """Change what a source was configured with; it is due at once, and read anew whole."""
    await _changed(
        database,
        Op.UPDATED,
        "UPDATE source SET config = $2, base_url = $3, mode = $4, every_seconds = $5::int,"
        " retry_at = CASE WHEN $5::int IS NOT NULL THEN now() END, failures = 0"
        " WHERE id = $1 RETURNING id",
        key,
        orjson.dumps(config).decode(),
        base_url,
        mode,
        every_seconds,
    )  # fmt: skip


async def set_config_value(database: Database, key: int, name: str, value: Any) -> None:
    """Put one value into a source's config, and leave the others; it is due at once."""
    await _changed(
        database,
        Op.UPDATED,
        "UPDATE source SET config = coalesce(config, '{}') || jsonb_build_object($2::text,"
        " $3::jsonb), failures = 0, retry_at = CASE WHEN every_seconds IS NOT NULL THEN now() END"
        " WHERE id = $1 RETURNING id",
        key,
        name,
        orjson.dumps(value).decode(),
    )


async def pause_source(database: Database, key: int, advice: str) -> None:
    """Stop reading a source until it is resumed; what is held of it stays."""
    await _changed(
        database,
        Op.UPDATED,
        "UPDATE source SET paused = true, state_since = CASE WHEN paused THEN state_since"
        " ELSE now() END, state = 'PAUSED', advice = $2 WHERE id = $1 RETURNING id",
        key,
        advice,
    )


async def resume_source(database: Database, key: int) -> None:
    """Read a source again; how it does the next run finds out."""
    await _changed(
        database,
        Op.UPDATED,
        "UPDATE source SET paused = false, state_since = now(), advice = NULL,"
        " state = CASE WHEN last_success IS NULL THEN 'NEVER_RUN'"
        " WHEN fault_code IS NOT NULL THEN 'DEGRADED' ELSE 'UP' END"
        " WHERE id = $1 AND paused RETURNING id",
        key,
    )


async def quarantine_sources(connection: Connection, connector: int, advice: str | None) -> None:
    """Mark every source of a connector as not to be read; None: they may be read again."""
    keys = await connection.fetch(
        "UPDATE source SET state_since = now(), advice = $2,"
        " state = CASE WHEN $2::text IS NOT NULL THEN 'QUARANTINED' WHEN paused THEN 'PAUSED'"
        " WHEN last_success IS NULL THEN 'NEVER_RUN' ELSE 'UP' END"
        " WHERE connector_id = $1 RETURNING id",
        connector,
        advice,
    )
    await note(connection, SOURCE, Op.UPDATED, [row["id"] for row in keys])


async def set_mode(
    database: Database, name: str, mode: str, every_seconds: int | None
) -> StoredSource:
    """Change how a source's records reach an answer; what the store holds of it stays."""
    await _changed(
        database,
        Op.UPDATED,
        "UPDATE source SET mode = $2, every_seconds = $3, retry_at = NULL, failures = 0,"
        " advice = CASE WHEN state = 'NEVER_RUN' THEN $4 ELSE advice END"
        " WHERE name = $1 RETURNING id",
        name,
        mode,
        every_seconds,
        ADVICE[mode].format(name=name),
    )
    return await get_source(database, name)


async def _changed(database: Database, op: Op, statement: str, *values: Any) -> None:
    async with database.transaction() as connection:
        await _change(connection, op, statement, *values)


async def _change(connection: Connection, op: Op, statement: str, *values: Any) -> list[int]:
    """Run a statement that gives the keys of sources, and tell of what it did to them."""
    keys = [row["id"] for row in await connection.fetch(statement, *values)]
    await note(connection, SOURCE, op, keys)
    await settle(connection, sources=True)
    return keys
