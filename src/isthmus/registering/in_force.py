"""The registered connectors that are in force, ready for use in this process."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from isthmus.connector.installed import InstalledConnector
from isthmus.errors import Misconfigured
from isthmus.model.connector import ConnectorStatus
from isthmus.registering.submission import of_version
from isthmus.store import connectors
from isthmus.store.database import Database

_LAID_BY = {
    ConnectorStatus.QUARANTINED: ("CONNECTOR_QUARANTINED", "is in quarantine"),
    ConnectorStatus.RETIRED: ("CONNECTOR_RETIRED", "is retired"),
}

_WAITS = {ConnectorStatus.SUBMITTED, ConnectorStatus.CHECKED, ConnectorStatus.REJECTED}


class InForce:
    """What the store says is in force, read again whenever it may have changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ready: dict[str, tuple[int, InstalledConnector]] = {}
        self._status: dict[str, ConnectorStatus] = {}
        self._turn = asyncio.Lock()

    async def refresh(self) -> None:
        """Read what is in force now; only what changed is got ready anew."""
        async with self._turn:
            self._status = await connectors.statuses(self._database)
            named = await connectors.versions_in_force(self._database)
            found = {}
            for name, key in named.items():
                held = self._ready.get(name)
                if held is not None and held[0] == key:
                    found[name] = held
                    continue
                version = await connectors.find_version(self._database, key)
                with suppress(Misconfigured):  # words that this isthmus does not know any more
                    if version is not None:
                        found[name] = (key, of_version(version).ready())
            self._ready = found

    def find(self, name: str) -> InstalledConnector | None:
        """Find a registered connector; raise `Misconfigured` for one that was laid by."""
        status = self._status.get(name)
        if status in _LAID_BY:
            code, said = _LAID_BY[status]
            raise Misconfigured(code, f"The connector {name} {said}; nothing is read by it.")
        held = self._ready.get(name)
        if held is None and status in _WAITS:
            said = f"{name} is {status.value}: nobody approved of it yet, so nothing uses it."
            raise Misconfigured("NOT_APPROVED", said)
        return None if held is None else held[1]

    def names(self) -> list[str]:
        """Name the registered connectors that are in force."""
        return sorted(self._ready)
