"""Who approves of what, and what follows: in force, in shadow, back again, laid by, at an end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from isthmus.connector.installed import InstalledConnector
from isthmus.errors import IsthmusError
from isthmus.model.connector import ConnectorStatus
from isthmus.outbound import Outbound, Terms
from isthmus.registering.applicant import Applicant, Declined, Refusal, unknown
from isthmus.registering.in_force import InForce
from isthmus.registering.shadowing import Comparison, Shadow
from isthmus.registering.submission import of_version, shown
from isthmus.store import connectors, source_setup, sources
from isthmus.store.changes import settle
from isthmus.store.connectors import StoredConnector, StoredVersion
from isthmus.store.database import Connection, Database
from isthmus.store.sources import StoredSource

CONSENTS = "A connector that is asked live needs two approvers: somebody else must approve too."


WAIT_SECONDS = 10.0
"""How long a caller waits for the end of a run in shadow."""

log = logging.getLogger(__name__)


class Approvals:
    """What is done with the versions of registered connectors once they are checked."""

    def __init__(
        self,
        database: Database,
        in_force: InForce,
        outbound: Outbound,
        *,
        opened: Callable[[StoredSource], Awaitable[Mapping[str, Any]]],
        terms: Terms,
    ) -> None:
        self.database = database
        self.in_force = in_force
        self.outbound = outbound
        self._opened = opened
        self._terms = terms
        self._running: set[asyncio.Task[Shadow]] = set()

    # ---- approving

    async def find(self, applicant: Applicant, key: int) -> StoredConnector:
        """Give a connector that is the applicant's to see; raise `Declined`."""
        found = await connectors.find_connector_by_key(self.database, key)
        if found is None or not applicant.owns(found.owner_id):
            raise unknown("connector")
        return found

    async def approve(self, applicant: Applicant, key: int, number: str) -> StoredVersion:
        """Approve of a version; the first of a connector is in force at once."""
        applicant.must_approve("Approving")
        connector = await self.find(applicant, key)
        async with self.database.transaction() as connection:
            version = await connectors.lock_version(connection, connector.id, number)
            version = _approvable(version)
            if applicant.name in version.approved_by:
                message = f"You approved of it already. {CONSENTS}"
                raise Declined(Refusal("CONFLICT", message, ("version",)))
            manifest = of_version(version).ready().manifest
            approvers = (*version.approved_by, applicant.name)
            is_enough = "live" not in manifest.modes or len(approvers) > 1
            await connectors.note_approved(connection, version.id, approvers, is_enough=is_enough)
            if is_enough and connector.current_id is None:
                await self._put(connection, connector, version, previous=None)
            await settle(connection, sources=True)
        await self.in_force.refresh()
        found = await connectors.find_version(self.database, version.id)
        if found is None:
            raise unknown("version")
        return found

    async def _put(
        self,
        connection: Connection,
        connector: StoredConnector,
        version: StoredVersion,
        previous: int | None,
    ) -> None:
        manifest = of_version(version).ready().manifest
        about = shown(manifest, version.form, version.tier, version.digest)
        await connectors.put_in_force(connection, connector.id, version.id, previous, about)

    # ---- in shadow

    async def shadow(self, applicant: Applicant, key: int, number: str) -> Shadow:
        """Read every synced source by a version too, write nothing, and keep what it came to."""
        connector = await self.find(applicant, key)
        version = await connectors.find_version_of(self.database, connector.id, number)
        current = await connectors.find_version(self.database, connector.current_id or 0)
        if version is None or current is None or version.status not in _MAY_SHADOW:
            message = "A version runs in shadow once it is checked, beside one that is in force."
            raise Declined(Refusal("CONFLICT", message, ("version",)))
        versions = of_version(current).ready(), of_version(version).ready()
        comparison = Comparison(versions, self.database, self.outbound, self._terms)
        for source in await sources.sources_of(self.database, connector.id):
            if source.mode == "SYNCED" and not source.paused:
                _check_still_fits(versions[1], source.name, source.config)
                await comparison.add(source, await self._opened(source))
        await connectors.note_shadow(self.database, version.id, comparison.found.as_json())
        return comparison.found

    async def shadow_soon(self, applicant: Applicant, key: int, number: str) -> Shadow | None:
        """Begin a run in shadow, and wait a while for its end; None: it goes on by itself."""
        task = asyncio.create_task(self.shadow(applicant, key, number))
        self._running.add(task)
        task.add_done_callback(self._ended)
        await asyncio.wait({task}, timeout=WAIT_SECONDS)
        return task.result() if task.done() else None

    def _ended(self, task: asyncio.Task[Shadow]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.info("a run in shadow ended: %s", type(error).__name__)

    async def close(self) -> None:
        """End what is under way."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    # ---- switching, and back

    async def switch(self, applicant: Applicant, key: int, number: str) -> StoredConnector:
        """Put an approved version in force for every source; the one before is kept."""
        applicant.must_approve("Switching")
        connector = await self.find(applicant, key)
        version = await connectors.find_version_of(self.database, connector.id, number)
        if version is None or version.status is not ConnectorStatus.APPROVED:
            message = "Only a version that is approved and not in force can be switched to."
            raise Declined(Refusal("CONFLICT", message, ("version",)))
        used = await sources.sources_of(self.database, connector.id)
        if version.shadow is None and any(s.mode == "SYNCED" for s in used):
            message = "Run it in shadow first: the sources of this connector are in use."
            raise Declined(Refusal("CONFLICT", message, ("version",)))
        return await self._in_force(connector, version, connector.current_id)

    async def rollback(self, applicant: Applicant, key: int) -> StoredConnector:
        """Put the version before in force again."""
        applicant.must_approve("Rolling back")
        connector = await self.find(applicant, key)
        version = await connectors.find_version(self.database, connector.previous_id or 0)
        if version is None:
            message = "There is no version before the one in force, or it was gone back to already."
            raise Declined(Refusal("CONFLICT", message, ("connector",)))
        return await self._in_force(connector, version, None)

    async def _in_force(
        self, connector: StoredConnector, version: StoredVersion, previous: int | None
    ) -> StoredConnector:
        ready = of_version(version).ready()
        for source in await sources.sources_of(self.database, connector.id):
            _check_still_fits(ready, source.name, source.config)
        async with self.database.transaction() as connection:
            await self._put(connection, connector, version, previous)
            await settle(connection, sources=True)
        await self.in_force.refresh()
        return await connectors.get_connector(self.database, connector.name)

    async def retire(self, applicant: Applicant, key: int) -> StoredConnector:
        """End a connector: nothing is read by it any more; what its sources brought stays."""
        applicant.must_approve("Retiring")
        said = "Its connector is retired; `isthmus source list` shows what it could be instead."
        return await self._lay_by(applicant, key, ConnectorStatus.RETIRED, said)

    async def quarantine(self, applicant: Applicant, key: int, reason: str) -> StoredConnector:
        """Stop every source of a connector until it is released."""
        applicant.must_approve("Quarantining")
        said = f"Its connector is in quarantine: {reason}"
        return await self._lay_by(applicant, key, ConnectorStatus.QUARANTINED, said)

    async def release(self, applicant: Applicant, key: int) -> StoredConnector:
        """Let the sources of a connector be read again."""
        applicant.must_approve("Releasing")
        return await self._lay_by(applicant, key, ConnectorStatus.ACTIVE, None)

    async def _lay_by(
        self, applicant: Applicant, key: int, status: ConnectorStatus, said: str | None
    ) -> StoredConnector:
        connector = await self.find(applicant, key)
        if connector.status not in _LAID_BY_FROM[status]:
            message = f"The connector is {connector.status.value}."
            raise Declined(Refusal("CONFLICT", message, ("connector",)))
        async with self.database.transaction() as connection:
            await connectors.set_status(connection, connector.id, status)
            await source_setup.quarantine_sources(connection, connector.id, said)
            await settle(connection, sources=True)
        await self.in_force.refresh()
        return await connectors.get_connector(self.database, connector.name)


_MAY_SHADOW = {ConnectorStatus.CHECKED, ConnectorStatus.APPROVED}
_LAID_BY_FROM = {
    ConnectorStatus.RETIRED: {ConnectorStatus.ACTIVE, ConnectorStatus.QUARANTINED},
    ConnectorStatus.QUARANTINED: {ConnectorStatus.ACTIVE},
    ConnectorStatus.ACTIVE: {ConnectorStatus.QUARANTINED},
}


def _approvable(version: StoredVersion | None) -> StoredVersion:
    if version is None:
        raise unknown("version")
    said = {
        ConnectorStatus.CHECKED: None,
        ConnectorStatus.SUBMITTED: "It is still being checked.",
        ConnectorStatus.REJECTED: "Its check found faults; a version without them is needed.",
    }.get(version.status, "It is approved already.")
    if said:
        raise Declined(Refusal("CONFLICT", said, ("version",)))
    return version


def _check_still_fits(
    connector: InstalledConnector, source: str, config: Mapping[str, Any]
) -> None:
    """Check a stored config against another version; a sealed value counts as any text."""
    try:
        connector.check_config(config, without=connector.manifest.secrets)
    except IsthmusError as refused:
        message = f"The source {source} does not fit it: {refused}"
        raise Declined(Refusal("CONFLICT", message, ("version",))) from None
