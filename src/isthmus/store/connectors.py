"""Connectors as rows: what is in force of each, and the versions that were registered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from isthmus.errors import Misconfigured
from isthmus.model.connector import ConnectorForm, ConnectorStatus, ConnectorTier
from isthmus.store.changes import settle
from isthmus.store.database import Connection, Database, Row


@dataclass(frozen=True, slots=True)
class Shown:
    """What the graph tells of a connector, or of a version that is put in force."""

    version: str
    form: ConnectorForm
    tier: ConnectorTier
    title: str
    transport: str
    modes: Sequence[str]
    produces: Sequence[str]
    maintainers: Sequence[str]
    config_schema: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class StoredConnector:
    """A connector."""

    id: int
    name: str
    owner_id: int | None
    form: ConnectorForm
    status: ConnectorStatus
    tier: ConnectorTier
    version: str
    digest: bytes | None
    current_id: int | None
    previous_id: int | None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of a registered connector; `files` are the tables and samples it came with."""

    id: int
    connector_id: int
    version: str
    digest: bytes
    form: ConnectorForm
    manifest: str
    files: Mapping[str, str]
    address: str | None
    status: ConnectorStatus
    tier: ConnectorTier
    findings: Sequence[Mapping[str, Any]]
    submitted_by: str
    submitted_at: datetime
    approved_by: Sequence[str]
    approved_at: datetime | None = None
    in_force_at: datetime | None = None
    shadow: Mapping[str, Any] | None = field(default=None, repr=False)


_SHOWN = "form = {0}, tier = {1}, title = {2}, version = {3}, transport = {4}, modes = {5},"
_SHOWN += " produces = {6}, maintainers = {7}, config_schema = {8}, digest = {9}"


_REGISTERED = "connector_version v WHERE v.connector_id = connector.id"


def _values(shown: Shown) -> tuple[Any, ...]:
    return (
        shown.form.value, shown.tier.value, shown.title, shown.version, shown.transport,
        list(shown.modes), list(shown.produces), list(shown.maintainers), shown.config_schema,
        shown.digest,
    )  # fmt: skip


async def find_connector(where: Database | Connection, name: str) -> StoredConnector | None:
    """Find a connector by its name."""
    row = await _row(where, "SELECT * FROM connector WHERE name = $1", name)
    return None if row is None else _connector(row)


async def find_connector_by_key(where: Database | Connection, key: int) -> StoredConnector | None:
    """Find a connector by its key."""
    row = await _row(where, "SELECT * FROM connector WHERE id = $1", key)
    return None if row is None else _connector(row)


async def _row(where: Database | Connection, statement: str, *values: Any) -> Row | None:
    if isinstance(where, Database):
        return await where.row(statement, *values)
    return await where.fetchrow(statement, *values)


async def note_installed(database: Database, name: str, shown: Shown) -> None:
    """Write down what stands in a folder; a registered connector of that name is left alone."""
    values = _values(shown)
    columns = "form, tier, title, version, transport, modes, produces, maintainers, config_schema"
    async with database.transaction() as connection:
        places = [f"${number}" for number in range(2, 12)]
        done = await connection.fetchval(
            f"INSERT INTO connector (name, status, {columns}, digest)"
            f" VALUES ($1, 'ACTIVE', {', '.join(places)})"
            f" ON CONFLICT (name) DO UPDATE SET {_SHOWN.format(*places)}"
            f" WHERE NOT EXISTS (SELECT FROM {_REGISTERED})"
            " AND connector.digest IS DISTINCT FROM excluded.digest RETURNING id",
            name,
            *values,
        )
        if done is not None:
            await settle(connection, sources=True)


async def installed_digests(database: Database) -> dict[str, bytes | None]:
    """Give what is written down of the connectors that stand in folders."""
    rows = await database.fetch(
        f"SELECT name, digest FROM connector WHERE NOT EXISTS (SELECT FROM {_REGISTERED})"
    )
    return {row["name"]: row["digest"] for row in rows}


async def add_connector(connection: Connection, name: str, owner: int | None, shown: Shown) -> int:
    """Add a registered connector of which nothing is in force."""
    places = ", ".join(f"${number}" for number in range(3, 13))
    key: int = await connection.fetchval(
        "INSERT INTO connector (name, owner_id, status, form, tier, title, version, transport,"
        " modes, produces, maintainers, config_schema, digest)"
        f" VALUES ($1, $2, 'SUBMITTED', {places}) RETURNING id",
        name,
        owner,
        *_values(shown),
    )
    return key


async def show_connector(connection: Connection, key: int, shown: Shown) -> None:
    """Tell of a connector what one of its versions says."""
    places = [f"${number}" for number in range(2, 12)]
    await connection.execute(
        f"UPDATE connector SET {_SHOWN.format(*places)} WHERE id = $1", key, *_values(shown)
    )


async def set_status(connection: Connection, key: int, status: ConnectorStatus) -> None:
    """Say where a connector stands."""
    await connection.execute("UPDATE connector SET status = $2 WHERE id = $1", key, status.value)


async def put_in_force(
    connection: Connection, connector: int, version: int, previous: int | None, shown: Shown
) -> None:
    """Put a version in force, for every source of the connector at once."""
    await show_connector(connection, connector, shown)
    await connection.execute(
        "UPDATE connector SET current_id = $2, previous_id = $3, status = 'ACTIVE' WHERE id = $1",
        connector,
        version,
        previous,
    )
    await connection.execute(
        "UPDATE connector_version SET status = CASE WHEN id = $2 THEN 'ACTIVE' ELSE 'APPROVED' END,"
        " in_force_at = CASE WHEN id = $2 THEN now() ELSE in_force_at END"
        " WHERE connector_id = $1 AND (id = $2 OR status = 'ACTIVE')",
        connector,
        version,
    )
    await connection.execute(
        "UPDATE source SET connector_version = $2 WHERE connector_id = $1",
        connector,
        shown.version,
    )


# ---- versions


async def add_version(
    connection: Connection,
    connector: int,
    *,
    version: str,
    digest: bytes,
    form: ConnectorForm,
    manifest: str,
    files: Mapping[str, str],
    address: str | None,
    by: str,
) -> int:
    """Add a version; one of that number that was rejected, or never checked, gives way to it."""
    await connection.execute(
        "DELETE FROM connector_version WHERE connector_id = $1 AND (version = $2 OR digest = $3)"
        " AND status IN ('REJECTED', 'SUBMITTED')",
        connector,
        version,
        digest,
    )
    key: int = await connection.fetchval(
        "INSERT INTO connector_version (connector_id, version, digest, form, manifest, files,"
        " address, status, tier, submitted_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 'SUBMITTED', 'DRAFT', $8) RETURNING id",
        connector,
        version,
        digest,
        form.value,
        manifest,
        orjson.dumps(dict(files)).decode(),
        address,
        by,
    )
    return key


async def find_version(where: Database | Connection, key: int) -> StoredVersion | None:
    """Find a version by its key."""
    row = await _row(where, "SELECT * FROM connector_version WHERE id = $1", key)
    return None if row is None else _version(row)


async def find_version_of(
    where: Database | Connection, connector: int, version: str
) -> StoredVersion | None:
    """Find a version of a connector by its number."""
    statement = "SELECT * FROM connector_version WHERE connector_id = $1 AND version = $2"
    row = await _row(where, statement, connector, version)
    return None if row is None else _version(row)


async def lock_version(
    connection: Connection, connector: int, version: str
) -> StoredVersion | None:
    """Find a version, alone with it until the transaction ends."""
    statement = (
        "SELECT * FROM connector_version WHERE connector_id = $1 AND version = $2 FOR UPDATE"
    )
    row = await connection.fetchrow(statement, connector, version)
    return None if row is None else _version(row)


async def count_unapproved(connection: Connection, owner: int) -> int:
    """Count the connectors of a body of which nothing is in force."""
    found: int = await connection.fetchval(
        "SELECT count(*) FROM connector WHERE owner_id = $1 AND current_id IS NULL", owner
    )
    return found


async def versions_of(database: Database, connector: int) -> list[StoredVersion]:
    """List the versions of a connector, the newest first."""
    rows = await database.fetch(
        "SELECT * FROM connector_version WHERE connector_id = $1 ORDER BY id DESC", connector
    )
    return [_version(row) for row in rows]


async def unchecked_versions(database: Database) -> list[StoredVersion]:
    """List the versions whose check never came to an end."""
    rows = await database.fetch(
        "SELECT * FROM connector_version WHERE status = 'SUBMITTED' ORDER BY id"
    )
    return [_version(row) for row in rows]


async def versions_in_force(database: Database) -> dict[str, int]:
    """Name the registered connectors with a version in force, and the key of that version."""
    rows = await database.fetch(
        "SELECT name, current_id FROM connector WHERE current_id IS NOT NULL"
    )
    return {row["name"]: row["current_id"] for row in rows}


async def statuses(database: Database) -> dict[str, ConnectorStatus]:
    """Give where each connector stands."""
    rows = await database.fetch("SELECT name, status FROM connector")
    return {row["name"]: ConnectorStatus(row["status"]) for row in rows}


async def note_checked(
    connection: Connection,
    version: int,
    status: ConnectorStatus,
    tier: ConnectorTier,
    findings: Sequence[Mapping[str, Any]],
) -> None:
    """Write down what the check of a version came to."""
    await connection.execute(
        "UPDATE connector_version SET status = $2, tier = $3, findings = $4"
        " WHERE id = $1 AND status = 'SUBMITTED'",
        version,
        status.value,
        tier.value,
        orjson.dumps(list(findings)).decode(),
    )


async def note_approved(
    connection: Connection, version: int, approvers: Sequence[str], *, is_enough: bool
) -> None:
    """Write down who approved of a version, and that it is approved where those are enough."""
    await connection.execute(
        "UPDATE connector_version SET approved_by = $2,"
        " status = CASE WHEN $3 THEN 'APPROVED' ELSE status END,"
        " approved_at = CASE WHEN $3 THEN now() END WHERE id = $1",
        version,
        list(approvers),
        is_enough,
    )


async def note_shadow(database: Database, version: int, report: Mapping[str, Any]) -> None:
    """Keep what a version's run in shadow came to."""
    await database.execute(
        "UPDATE connector_version SET shadow = $2 WHERE id = $1",
        version,
        orjson.dumps(dict(report)).decode(),
    )


async def list_connectors(
    database: Database, *, body: int | None, sees_all: bool, after: int | None, most: int
) -> tuple[list[int], int]:
    """Give the keys of connectors a caller may see, the newest first, and how many there are."""
    visible = "($1 OR status IN ('ACTIVE', 'QUARANTINED', 'RETIRED') OR owner_id = $2::bigint)"
    rows = await database.fetch(
        f"SELECT id FROM connector WHERE {visible} AND ($3::bigint IS NULL OR id < $3)"
        " ORDER BY id DESC LIMIT $4",
        sees_all,
        body,
        after,
        most,
    )
    count = await database.value(f"SELECT count(*) FROM connector WHERE {visible}", sees_all, body)
    return [row["id"] for row in rows], count


async def get_connector(database: Database, name: str) -> StoredConnector:
    """Get a connector by its name; raise `Misconfigured` when there is none."""
    found = await find_connector(database, name)
    if found is None:
        message = f"There is no connector {name}. `isthmus connector list` shows those there are."
        raise Misconfigured("CONNECTOR_UNKNOWN", message)
    return found


def _connector(row: Row) -> StoredConnector:
    return StoredConnector(
        id=row["id"],
        name=row["name"],
        owner_id=row["owner_id"],
        form=ConnectorForm(row["form"]),
        status=ConnectorStatus(row["status"]),
        tier=ConnectorTier(row["tier"]),
        version=row["version"],
        digest=row["digest"],
        current_id=row["current_id"],
        previous_id=row["previous_id"],
    )


def _version(row: Row) -> StoredVersion:
    return StoredVersion(
        id=row["id"],
        connector_id=row["connector_id"],
        version=row["version"],
        digest=row["digest"],
        form=ConnectorForm(row["form"]),
        manifest=row["manifest"],
        files=orjson.loads(row["files"] or "{}"),
        address=row["address"],
        status=ConnectorStatus(row["status"]),
        tier=ConnectorTier(row["tier"]),
        findings=orjson.loads(row["findings"] or "[]"),
        submitted_by=row["submitted_by"],
        submitted_at=row["submitted_at"],
        approved_by=tuple(row["approved_by"]),
        approved_at=row["approved_at"],
        in_force_at=row["in_force_at"],
        shadow=orjson.loads(row["shadow"]) if row["shadow"] else None,
    )
