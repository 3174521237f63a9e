"""What a stored version changes of what is in force."""

from __future__ import annotations

from isthmus.connector.differences import Difference, differences
from isthmus.registering.submission import of_version
from isthmus.store import connectors
from isthmus.store.connectors import StoredVersion
from isthmus.store.database import Database


async def differences_of(database: Database, version: StoredVersion) -> list[Difference]:
    """Say what a version changes of what is in force, or of nothing where it is the first."""
    connector = await connectors.find_connector_by_key(database, version.connector_id)
    before = None
    if connector is not None and connector.current_id not in {None, version.id}:
        current = await connectors.find_version(database, connector.current_id or 0)
        before = of_version(current).ready().manifest if current else None
    return differences(before, of_version(version).ready().manifest)
