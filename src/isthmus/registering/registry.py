"""Registered connectors, from what is sent in to what is in force, and back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from isthmus.connector import feed, installed
from isthmus.connector.differences import Difference, differences, version_fault
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.manifest import Finding, Manifest, ManifestInvalid, line_of
from isthmus.connector.yaml_lines import read_yaml
from isthmus.errors import Misconfigured, SourceFault
from isthmus.model.connector import ConnectorForm, ConnectorStatus, ConnectorTier
from isthmus.outbound import Outbound
from isthmus.registering.applicant import Applicant, Declined, Refusal, unknown
from isthmus.registering.checking import Checked, Checker, tried, with_finding
from isthmus.registering.previewing import Preview, preview
from isthmus.registering.submission import Submission, of_version, shown
from isthmus.store import connectors
from isthmus.store.changes import settle
from isthmus.store.database import Connection, Database
from isthmus.trials.bench import Bench
from isthmus.trials.feeding import fetch_manifest

WAIT_SECONDS = 10.0
"""How long a caller waits for the end of a check; one that takes longer goes on without them."""
MOST_WAITING = 4
MOST_UNAPPROVED = 20
"""Versions of one body that wait for an approval."""

log = logging.getLogger(__name__)
Work = Callable[[Connection], Awaitable[int]]
Writing = Callable[[Work], Awaitable[int]]
"""Does some work in a transaction, once however often it is asked for; gives its key."""


@dataclass(slots=True)
class Outcome:
    """What came of sending a connector in."""

    connector_id: int | None = None
    version: str = ""
    preview: Preview | None = None
    refusals: list[Refusal] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    checked: Checked | None = None


class Registry:
    """The registered connectors of one hub."""

    def __init__(
        self,
        database: Database,
        bench: Bench,
        outbound: Outbound,
        *,
        allow_private: bool,
        places: list[Path],
    ) -> None:
        self.database = database
        self.outbound = outbound
        self._checker = Checker(bench, outbound, allow_private=allow_private)
        self._bench = bench
        self._places = places
        self._checks: dict[int, asyncio.Task[None]] = {}

    async def close(self) -> None:
        """Let no check go on; what was not checked to its end is checked at the next start."""
        for task in self._checks.values():
            task.cancel()
        await asyncio.gather(*self._checks.values(), return_exceptions=True)

    # ---- sending in

    async def sent_by_feed(self, address: str) -> Submission:
        """Ask a feed what it is; raise `Declined`."""
        stated = feed.address_of(address)
        try:
            text = await fetch_manifest(stated, self.outbound)
        except SourceFault as fault:
            raise Declined(Refusal("SOURCE_UNREACHABLE", str(fault), ("feed",))) from None
        return Submission(ConnectorForm.FEED, text, {}, stated)

    async def dry_run(
        self, applicant: Applicant, sent: Submission, config: Mapping[str, Any] | None
    ) -> Outcome:
        """Try a connector and store nothing; with a config its real source is asked too."""
        self._check_room()
        connector = _ready(sent)
        before, faults = await self._before(applicant, sent, connector)
        checked = await tried(self._checker, sent, connector.manifest.id, is_short=True)
        for finding in faults:
            checked = with_finding(checked, finding)
        made = _outcome(connector, checked, before)
        is_public_feed = sent.form is ConnectorForm.FEED and not connector.manifest.secrets
        if (
            checked.ok
            and not connector.manifest.personal
            and (config is not None or is_public_feed)
        ):
            check_config(connector, config or {}, "config")
            made.preview = await preview(connector, config or {}, None, self.outbound)
            made.refusals += unreachable(made.preview)
        return made

    async def register(
        self, applicant: Applicant, sent: Submission, writing: Writing | None = None
    ) -> Outcome:
        """Store a connector, and try it; a check that takes long goes on by itself."""
        self._check_room()
        connector = _ready(sent)
        before, faults = await self._before(applicant, sent, connector)
        if faults:
            return _outcome(connector, Checked(False, ConnectorTier.DRAFT, faults), before)

        async def write(connection: Connection) -> int:
            made = await self._write(connection, applicant, sent, connector)
            await settle(connection, sources=True)
            return made

        key = await (writing or self.writing)(write)
        await asyncio.wait({self._begin(key)}, timeout=WAIT_SECONDS)
        return await self._came(key, sent, connector, before)

    async def writing(self, work: Work) -> int:
        """Do some work in a transaction."""
        async with self.database.transaction() as connection:
            return await work(connection)

    async def _came(
        self, key: int, sent: Submission, connector: InstalledConnector, before: Manifest | None
    ) -> Outcome:
        version = await connectors.find_version(self.database, key)
        if version is None:  # rejected, and sent anew meanwhile
            raise unknown("manifest")
        checked = Checked(
            version.status is not ConnectorStatus.REJECTED,
            version.tier,
            [Finding(**finding) for finding in version.findings],
        )
        made = _outcome(connector, checked, before)
        made.connector_id = version.connector_id
        return made

    def _check_room(self) -> None:
        if self._bench.waiting >= MOST_WAITING:
            message = "The hub is trying other connectors; send it again in a minute."
            raise Declined(Refusal("QUOTA_EXCEEDED", message))

    async def _before(
        self, applicant: Applicant, sent: Submission, connector: InstalledConnector
    ) -> tuple[Manifest | None, list[Finding]]:
        """Look at what is there of a connector; raise `Declined` where it is another's."""
        manifest = connector.manifest
        if installed.find_folder(manifest.id, self._places) is not None:
            message = f"{manifest.id} is a connector that is installed here: choose another id."
            raise Declined(Refusal("DUPLICATE", message, ("manifest",)))
        held = await connectors.find_connector(self.database, manifest.id)
        if held is None:
            return None, []
        if not applicant.owns(held.owner_id):
            message = f"{manifest.id} is taken: choose another id."
            raise Declined(Refusal("DUPLICATE", message, ("manifest",)))
        same = await connectors.find_version_of(self.database, held.id, manifest.version)
        if same is not None and same.digest != sent.digest and same.status not in _REPLACED:
            message = f"There is a version {manifest.version} already; a new one has a new number."
            raise Declined(Refusal("DUPLICATE", message, ("manifest",)))
        if held.current_id is None or (same is not None and same.id == held.current_id):
            return None, []
        current = await connectors.find_version(self.database, held.current_id)
        if current is None:
            return None, []
        before = of_version(current).ready().manifest
        said = version_fault(before, manifest)
        return before, [_at_version(sent, said)] if said else []

    async def _write(
        self,
        connection: Connection,
        applicant: Applicant,
        sent: Submission,
        connector: InstalledConnector,
    ) -> int:
        manifest = connector.manifest
        about = shown(manifest, sent.form, ConnectorTier.DRAFT, sent.digest)
        held = await connectors.find_connector(connection, manifest.id)
        if held is None:
            await self._check_quota(connection, applicant)
            key = await connectors.add_connector(connection, manifest.id, applicant.body, about)
        else:
            key = held.id
            same = await connectors.find_version_of(connection, key, manifest.version)
            if same is not None and same.digest == sent.digest and same.status not in _REPLACED:
                return same.id
            if held.current_id is None:
                await connectors.show_connector(connection, key, about)
                await connectors.set_status(connection, key, ConnectorStatus.SUBMITTED)
        return await connectors.add_version(
            connection, key, version=manifest.version, digest=sent.digest, form=sent.form,
            manifest=sent.manifest, files=sent.files, address=sent.address, by=applicant.name,
        )  # fmt: skip

    async def _check_quota(self, connection: Connection, applicant: Applicant) -> None:
        if applicant.body is None:
            return
        waiting = await connectors.count_unapproved(connection, applicant.body)
        if waiting >= MOST_UNAPPROVED:
            message = f"{waiting} connectors of yours wait for an approval already."
            raise Declined(Refusal("QUOTA_EXCEEDED", message))

    # ---- checks

    def _begin(self, version: int) -> asyncio.Task[None]:
        task = self._checks.get(version)
        if task is None:
            task = self._checks[version] = asyncio.create_task(self._check(version))
            task.add_done_callback(lambda _: self._checks.pop(version, None))
        return task

    async def check_left(self) -> None:
        """Check what a process that ended left unchecked."""
        for version in await connectors.unchecked_versions(self.database):
            await self._begin(version.id)

    async def _check(self, key: int) -> None:
        version = await connectors.find_version(self.database, key)
        if version is None or version.status is not ConnectorStatus.SUBMITTED:
            return
        sent = of_version(version)
        connector = await connectors.find_connector_by_key(self.database, version.connector_id)
        if connector is None:
            return
        checked = await tried(self._checker, sent, connector.name, is_short=False)
        status = ConnectorStatus.CHECKED if checked.ok else ConnectorStatus.REJECTED
        async with self.database.transaction() as connection:
            await connectors.note_checked(connection, key, status, checked.tier, checked.as_json())
            if connector.current_id is None:
                about = shown(sent.ready().manifest, sent.form, checked.tier, sent.digest)
                await connectors.show_connector(connection, connector.id, about)
                await connectors.set_status(connection, connector.id, status)
            await settle(connection, sources=True)


_REPLACED = {ConnectorStatus.REJECTED, ConnectorStatus.SUBMITTED}


def _ready(sent: Submission) -> InstalledConnector:
    """Read a manifest; raise `Declined` with the line of each fault."""
    try:
        return sent.ready()
    except ManifestInvalid as invalid:
        raise Declined(*(_as_refusal(finding) for finding in invalid.findings)) from None
    except Misconfigured as refused:
        raise Declined(Refusal("MANIFEST_INVALID", str(refused), ("manifest",))) from None


def _as_refusal(finding: Finding) -> Refusal:
    is_sample = finding.file.startswith("samples")
    path = ("samples",) if is_sample else ("manifest",)
    said = str(finding) if finding.line else f"{finding.file}: {finding.message}"
    return Refusal("MANIFEST_INVALID", said, path)


def _outcome(
    connector: InstalledConnector,
    checked: Checked,
    before: Manifest | None,
) -> Outcome:
    return Outcome(
        version=connector.manifest.version,
        preview=checked.seen,
        refusals=[] if checked.ok else [_as_refusal(finding) for finding in checked.findings],
        differences=differences(before, connector.manifest),
        checked=checked,
    )


def _at_version(sent: Submission, said: str) -> Finding:
    name = feed.FILE if sent.form is ConnectorForm.FEED else installed.FILE
    _, lines = read_yaml(sent.manifest, name)
    return Finding(name, line_of(("version",), lines), said)


def check_config(connector: InstalledConnector, config: Mapping[str, Any], *path: str) -> None:
    """Raise `Declined` where a config does not fit."""
    try:
        connector.check_config(config)
    except Misconfigured as refused:
        raise Declined(Refusal("CONFIG_INVALID", str(refused), path)) from None


def unreachable(seen: Preview) -> list[Refusal]:
    """Give what could not be read as what is to be put right."""
    return [Refusal("SOURCE_UNREACHABLE", fault) for fault in seen.faults]
