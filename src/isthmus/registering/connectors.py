"""The connectors that a hub can use, installed or registered, and what deals with them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from isthmus.connector import installed, template
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.manifest import Manifest
from isthmus.errors import Misconfigured
from isthmus.model.connector import ConnectorForm, ConnectorTier
from isthmus.model.run import SourceMode
from isthmus.outbound import Outbound, Terms
from isthmus.registering.approving import Approvals
from isthmus.registering.in_force import InForce
from isthmus.registering.registry import Registry
from isthmus.registering.sourcing import NAME_RULE, NAMED, SourceDesk
from isthmus.registering.submission import produced, shown
from isthmus.store import connectors, source_secrets, source_setup, sources
from isthmus.store.database import FAILURES, Database
from isthmus.store.sources import StoredSource
from isthmus.trials.bench import Bench


class Connectors:
    """The connectors of one hub; opened with it and closed with it."""

    def __init__(
        self,
        database: Database,
        places: list[Path],
        outbound: Outbound,
        terms: Terms,
        give_key: Callable[[], Awaitable[bytes]],
        *,
        allow_private: bool,
    ) -> None:
        """Look for installed ones in `places`; `give_key` gives what seals secrets in configs."""
        self.database = database
        self.in_force = InForce(database)
        self.bench = Bench()
        self._places = places
        self._outbound = outbound
        self._terms = terms
        self._give_key = give_key
        self._allow_private = allow_private
        self._beginning: asyncio.Task[None] | None = None

    # ---- getting them ready

    def names(self) -> list[str]:
        """Name the installed connectors."""
        return installed.names(self._places)

    def find(self, name: str) -> InstalledConnector:
        """Get a connector ready; raise `Misconfigured` where there is none or it is faulty.

        One that was registered is known once `in_force` was refreshed.
        """
        return self.in_force.find(name) or installed.load(name, self._places)

    async def current(self, name: str) -> InstalledConnector:
        """Get a connector ready as it is in force now, whichever process put it there."""
        await self.in_force.refresh()
        return self.find(name)

    async def note_installed(self) -> None:
        """Write down the connectors at hand, where the store does not know them as they are."""
        held = await connectors.installed_digests(self.database)
        for name in self.names():
            folder = installed.find_folder(name, self._places)
            with suppress(Misconfigured):  # whoever uses it is told
                if folder is not None and held.get(name) != installed.digest_of(folder):
                    ready = await asyncio.to_thread(installed.load_folder, folder)
                    await self._note(name, ready)

    async def _note(self, name: str, ready: InstalledConnector) -> None:
        is_package = ready.part is not None or bool(ready.mappings)
        form = ConnectorForm.PACKAGE if is_package else ConnectorForm.MANIFEST
        about = shown(ready.manifest, form, ConnectorTier.DRAFT, ready.digest)
        await connectors.note_installed(self.database, name, about)

    def begin(self) -> None:
        """Begin what a process that serves does beside it: connectors at hand, checks left over."""
        self._beginning = asyncio.create_task(self._begin())

    async def _begin(self) -> None:
        with suppress(*FAILURES):  # the next start does it
            await self.in_force.refresh()
            await self.note_installed()
            await self.registry.check_left()

    async def close(self) -> None:
        """End what is under way."""
        if self._beginning is not None:
            self._beginning.cancel()
            await asyncio.gather(self._beginning, return_exceptions=True)
        await self.registry.close()
        await self.approvals.close()
        await self.bench.close()

    # ---- what partners, stewards and operators deal with

    @cached_property
    def registry(self) -> Registry:
        """Give what takes connectors in."""
        return Registry(
            self.database,
            self.bench,
            self._outbound,
            allow_private=self._allow_private,
            places=self._places,
        )

    @cached_property
    def approvals(self) -> Approvals:
        """Give what puts connectors in force."""
        return Approvals(
            self.database,
            self.in_force,
            self._outbound,
            opened=self._open_config,
            terms=self._terms,
        )

    @cached_property
    def source_desk(self) -> SourceDesk:
        """Give what configures sources for those who own them."""
        return SourceDesk(
            self.database,
            self.find,
            self.in_force.refresh,
            self._give_key,
            self._outbound,
            allow_private=self._allow_private,
        )

    async def add_source(
        self,
        name: str,
        connector_name: str,
        config: Mapping[str, Any],
        *,
        base_url: str | None = None,
        every: str | None = None,
        mode: SourceMode | None = None,
        replace: bool = False,
    ) -> StoredSource:
        """Add a source of a connector, its config checked; `replace` changes one that is there."""
        if not NAMED.match(name):
            raise Misconfigured("CONFIG_INVALID", f"{name!r}: {NAME_RULE}.")
        connector = await self.current(connector_name)
        manifest = connector.manifest
        await self._note(connector_name, connector)
        connector.check_config(config)
        if base_url is not None and (said := template.check_address(base_url)):
            raise Misconfigured("CONFIG_INVALID", f"--base-url: {said}.")
        stored_config = await self._sealed(name, config, manifest)
        held = await sources.find_source(self.database, name) if replace else None
        if held is not None and held.connector == connector_name:
            return await source_setup.update_source(
                self.database,
                name,
                connector_version=manifest.version,
                config=stored_config,
                base_url=base_url,
            )
        mode = manifest.allowed(mode or manifest.mode)
        return await source_setup.add_source(
            self.database,
            name=name,
            connector=connector_name,
            connector_version=manifest.version,
            produces=produced(manifest),
            config=stored_config,
            base_url=base_url,
            mode=mode.value,
            every_seconds=manifest.interval(mode, every),
            licence=manifest.licence,
            attribution=manifest.attribution,
            redistributable=manifest.redistributable,
        )

    async def set_mode(
        self, name: str, mode: SourceMode, *, every: str | None = None
    ) -> StoredSource:
        """Change how a source's records reach an answer; no query and no field changes with it."""
        source = await sources.get_source(self.database, name)
        manifest = (await self.current(source.connector)).manifest
        interval = manifest.interval(manifest.allowed(mode), every)
        return await source_setup.set_mode(self.database, name, mode.value, interval)

    # ---- secrets of sources

    async def _sealed(
        self, name: str, config: Mapping[str, Any], manifest: Manifest
    ) -> dict[str, Any]:
        """Give a config as it is stored: what is secret in it sealed."""
        if not manifest.secrets:
            return dict(config)
        key = await self._give_key()
        return source_secrets.seal_config(key, name, config, manifest.secrets)

    async def _open_config(self, source: StoredSource) -> dict[str, Any]:
        """Give the config of a source with its secrets in the clear."""
        return source_secrets.open_config(await self._give_key(), source.name, source.config)

    async def opened(self, source: StoredSource, connector: InstalledConnector) -> StoredSource:
        """Give a source with the secrets of its config in the clear, for one reading."""
        if not connector.manifest.secrets:
            return source
        return replace(source, config=await self._open_config(source))
