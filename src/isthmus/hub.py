"""Puts the parts together from the settings: start reading here.

    settings ──> Database ──┬──> Syncer <── Outbound, connectors, Linker
                            └──> graph

Everything below gets values, not settings; everything strangers must do together is wired here.
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

import stamina.instrumentation

from isthmus import __version__
from isthmus.connector import installed, template
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.manifest import Manifest, seconds
from isthmus.consent.consents import Consents
from isthmus.credentials.aside import Aside
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.proofs.fetching import CachingFetcher
from isthmus.credentials.registries import load_registry
from isthmus.credentials.verifier import Verifier
from isthmus.errors import Misconfigured
from isthmus.graph.people import People
from isthmus.graph.registering import Registering
from isthmus.identity.desk import Desk, Names
from isthmus.identity.providers import secret_name
from isthmus.identity.signing_in import may_return
from isthmus.live.presentations import Presentations
from isthmus.live.stores import Stores
from isthmus.live.wallet_client import create_wallet_client
from isthmus.model.connector import ConnectorForm, ConnectorTier
from isthmus.model.run import SourceMode
from isthmus.outbound import Outbound, Terms
from isthmus.registering.approving import Approvals
from isthmus.registering.in_force import InForce
from isthmus.registering.registry import Registry
from isthmus.registering.sourcing import NAME_RULE, NAMED, SourceDesk
from isthmus.registering.submission import produced, shown
from isthmus.settings import SECRET_PREFIX, Settings
from isthmus.skills import ConceptLabels, Linker
from isthmus.store import changes, connectors, source_secrets, sources
from isthmus.store.database import FAILURES, Database
from isthmus.store.labels import concept_rows, label_generation, scheme_names
from isthmus.store.listening import Listener
from isthmus.store.people.anchoring import FILE as ANCHORS
from isthmus.store.people.sweeping import Sweeper
from isthmus.store.people.vault import Vault
from isthmus.store.sealing import Keyring
from isthmus.store.sources import StoredSource
from isthmus.sync import Limits, SourceReport, Syncer
from isthmus.sync.syncing import Progress
from isthmus.sync.understanding import NOUNS
from isthmus.trials.bench import Bench

TAXONOMIES = {"SKILL", "OCCUPATION", "FRAMEWORK"}
"""Nouns that others are linked to, read first when all sources are."""

KEYS = f"{SECRET_PREFIX}KEYS"
"""The variable that holds the master keys; no setting, so that nothing ever prints them."""

Say = Callable[[str], None]

stamina.instrumentation.set_on_retry_hooks([])  # its log lines would carry addresses


def contexts_folder(settings: Settings) -> Path:
    """Give the folder of the pinned contexts."""
    return Path(settings.contexts_dir) if settings.contexts_dir else settings.home / "contexts"


def create_outbound(settings: Settings) -> Outbound:
    """Make the way out, with the hub's own name on every call."""
    return Outbound(allow_private=settings.allow_loopback, user_agent=f"isthmus/{__version__}")


def create_verifier(
    settings: Settings, *, offline: bool = False, aside: Aside | None = None
) -> Verifier:
    """Put a verifier together; it needs no database."""
    fetcher = CachingFetcher(
        create_outbound(settings),
        now=lambda: datetime.now(UTC),
        keep_seconds=settings.status_ttl,
        offline=offline,
    )
    return Verifier(
        contexts=Contexts.of_folder(contexts_folder(settings)),
        fetcher=fetcher,
        registries=tuple(load_registry(place) for place in settings.trust_registries),
        aside=aside,
    )


def _is_live(source: StoredSource) -> bool:
    return source.mode == SourceMode.LIVE.value


class Hub:
    """One running hub."""

    def __init__(self, settings: Settings, database: Database, working: Path) -> None:
        self.settings = settings
        self.database = database
        self.listener = Listener(database.url)
        self.stopping = asyncio.Event()
        self.in_force = InForce(database)
        self.bench = Bench()
        self._beginning: asyncio.Task[None] | None = None
        self._places = installed.folders(settings.connectors_dir, working)
        self._linker: Linker | None = None
        self._linker_lock = asyncio.Lock()
        self._verifier: Verifier | None = None
        self._aside = Aside()
        self._vault: Vault | None = None
        self._presentations: Presentations | None = None
        self._stores: Stores | None = None
        self._people: People | None = None
        self._vault_lock = asyncio.Lock()
        self.sweeper = Sweeper(self.vault, settings.sweep_every, settings.home / ANCHORS)

    @classmethod
    async def open(
        cls, settings: Settings, *, working: Path, say: Say = lambda _: None, name: str = "isthmus"
    ) -> Self:
        """Open the database, migrated, and give the hub."""
        database = await Database.open(
            url=settings.database_url,
            home=settings.home,
            name=name,
            size=settings.database_pool,
            say=say,
        )
        if settings.hub_id:
            await changes.name_hub(database, settings.hub_id)
        return cls(settings, database, working)

    async def close(self) -> None:
        """Let go of everything."""
        await self.sweeper.stop()
        if self._stores is not None:
            await self._stores.close()
        self._aside.stop()
        if self._beginning is not None:
            self._beginning.cancel()
            await asyncio.gather(self._beginning, return_exceptions=True)
        await self.registry.close()
        await self.approvals.close()
        await self.bench.close()
        await self.listener.stop()
        await self.database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # ---- people

    async def vault(self) -> Vault:
        """Give the vault, opened when first asked for; raise `Misconfigured` where it cannot be."""
        async with self._vault_lock:
            if self._vault is None:
                reread = None if os.environ.get(KEYS) else self.master_keys
                self._vault = await Vault.open(self.database, self.master_keys(), reread=reread)
            return self._vault

    async def presentations(self) -> Presentations:
        """Give the presentations from wallets, with the hub's client, made when first asked for."""
        if self._presentations is None:
            vault = await self.vault()
            client = await create_wallet_client(vault, self.settings.address)
            self._presentations = Presentations(
                vault,
                self.verifier(),
                client,
                may_return=partial(may_return, allowed=self.settings.return_addresses),
            )
        return self._presentations

    def identity(self) -> Desk:
        """Put together who is let in, and who gets tokens."""
        settings = self.settings
        return Desk(
            self.vault,
            create_outbound(settings),
            Names(settings.name, settings.audience or settings.name, settings.address),
            issuers=settings.issuers,
            providers=settings.providers,
            returns=settings.return_addresses,
            secret_of=lambda name: os.environ.get(secret_name(name)) or None,
        )

    async def stores(self) -> Stores:
        """Give the stores that learners link, made when first asked for."""
        if self._stores is None:
            vault, outbound = await self.vault(), create_outbound(self.settings)
            self._stores = self._stores or Stores(
                vault, outbound, self.connector, refresh=self.in_force.refresh
            )
        return self._stores

    async def people(self) -> People:
        """Give what the graph needs to show people."""
        vault = await self.vault()
        if self._people is None:
            self._people = People(
                vault=vault,
                consents=Consents(vault, public_url=self.settings.address),
                verifier=self.verifier,
                linker=self.linker,
                stores=await self.stores(),
                presentations=await self.presentations(),
            )
        return self._people

    def master_keys(self) -> Keyring:
        """Read the master keys: the operator's, else those beside the embedded database."""
        stated = os.environ.get(KEYS)
        return Keyring.of_text(stated) if stated else Keyring.of_home(self.settings.home)

    # ---- connectors and sources

    def connector_names(self) -> list[str]:
        """Name the connectors at hand."""
        return installed.names(self._places)

    def connector(self, name: str) -> InstalledConnector:
        """Get a connector ready; raise `Misconfigured` where there is none or it is faulty.

        One that was registered is known once `in_force` was refreshed.
        """
        return self.in_force.find(name) or installed.load(name, self._places)

    @cached_property
    def registry(self) -> Registry:
        """Give what takes connectors in."""
        return Registry(
            self.database,
            self.bench,
            create_outbound(self.settings),
            allow_private=self.settings.allow_loopback,
            places=self._places,
        )

    @cached_property
    def approvals(self) -> Approvals:
        """Give what puts connectors in force."""
        return Approvals(
            self.database,
            self.in_force,
            create_outbound(self.settings),
            opened=self._open_config,
            terms=self._terms(),
        )

    @cached_property
    def source_desk(self) -> SourceDesk:
        """Give what configures sources for those who own them."""
        return SourceDesk(
            self.database,
            self.connector,
            self.in_force.refresh,
            self._config_key,
            create_outbound(self.settings),
            allow_private=self.settings.allow_loopback,
        )

    async def registering(self) -> Registering:
        """Give what the graph needs to take connectors and sources in."""
        return Registering(self.registry, self.approvals, self.source_desk, await self.vault())

    async def note_connectors(self) -> None:
        """Write down the connectors at hand, where the store does not know them as they are."""
        held = await connectors.installed_digests(self.database)
        for name in installed.names(self._places):
            folder = installed.find_folder(name, self._places)
            with suppress(Misconfigured):  # whoever uses it is told
                if folder is not None and held.get(name) != installed.digest_of(folder):
                    ready = await asyncio.to_thread(installed.load_folder, folder)
                    await self._note_connector(name, ready)

    def begin(self) -> None:
        """Begin what a process that serves does beside it: connectors at hand, checks left over."""
        self._beginning = asyncio.create_task(self._begin())

    async def _begin(self) -> None:
        with suppress(*FAILURES):  # the next start does it
            await self.in_force.refresh()
            await self.note_connectors()
            await self.registry.check_left()

    async def _note_connector(self, name: str, ready: InstalledConnector) -> None:
        is_package = ready.part is not None or bool(ready.mappings)
        form = ConnectorForm.PACKAGE if is_package else ConnectorForm.MANIFEST
        about = shown(ready.manifest, form, ConnectorTier.DRAFT, ready.digest)
        await connectors.note_installed(self.database, name, about)

    async def add_source(
        self,
        name: str,
        connector_name: str,
        config: Mapping[str, Any],
        *,
        base_url: str | None = None,
        every: str | None = None,
        replace: bool = False,
    ) -> StoredSource:
        """Add a source of a connector, its config checked; `replace` changes one that is there."""
        if not NAMED.match(name):
            raise Misconfigured("CONFIG_INVALID", f"{name!r}: {NAME_RULE}.")
        await self.in_force.refresh()
        connector = self.connector(connector_name)
        manifest = connector.manifest
        await self._note_connector(connector_name, connector)
        connector.check_config(config)
        if base_url is not None and (said := template.check_address(base_url)):
            raise Misconfigured("CONFIG_INVALID", f"--base-url: {said}.")
        stored_config = await self._sealed(name, config, manifest)
        held = await sources.find_source(self.database, name) if replace else None
        if held is not None and held.connector == connector_name:
            return await sources.update_source(
                self.database,
                name,
                connector_version=manifest.version,
                config=stored_config,
                base_url=base_url,
            )
        is_synced = manifest.mode is SourceMode.SYNCED
        return await sources.add_source(
            self.database,
            name=name,
            connector=connector_name,
            connector_version=manifest.version,
            produces=produced(manifest),
            config=stored_config,
            base_url=base_url,
            mode=manifest.mode.value,
            every_seconds=seconds(every or manifest.schedule.every) if is_synced else None,
            licence=manifest.licence,
            attribution=manifest.attribution,
            redistributable=manifest.redistributable,
        )

    async def _sealed(
        self, name: str, config: Mapping[str, Any], manifest: Manifest
    ) -> dict[str, Any]:
        """Give a config as it is stored: what is secret in it sealed."""
        if not manifest.secrets:
            return dict(config)
        return source_secrets.seal_config(await self._config_key(), name, config, manifest.secrets)

    async def _config_key(self) -> bytes:
        return await (await self.vault()).hub_secret(source_secrets.SECRET)

    async def _open_config(self, source: StoredSource) -> dict[str, Any]:
        """Give the config of a source with its secrets in the clear."""
        return source_secrets.open_config(await self._config_key(), source.name, source.config)

    async def _opened(self, source: StoredSource, connector: InstalledConnector) -> StoredSource:
        """Give a source with the secrets of its config in the clear, for one reading."""
        if not connector.manifest.secrets:
            return source
        return replace(source, config=await self._open_config(source))

    # ---- sync

    async def sync(
        self,
        names: Sequence[str] = (),
        *,
        full: bool = False,
        confirm_removals: bool = False,
        progress: Progress = lambda *_: None,
        done: Callable[[SourceReport], None] = lambda _: None,
    ) -> list[SourceReport]:
        """Read sources one after the other, taxonomies first; all of them when none is named.

        One that cannot be read at all, such as one whose connector is gone, does not stop the
        others: its report says why.
        """
        await self.in_force.refresh()
        found = [await sources.get_source(self.database, name) for name in names]
        if paused := next((source for source in found if source.paused), None):
            message = f"{paused.name} is paused; `isthmus source resume {paused.name}` ends that."
            raise Misconfigured("SOURCE_PAUSED", message)
        if live := next((source for source in found if _is_live(source)), None):
            message = f"{live.name} is asked live, for the learners who link it; nothing is synced."
            raise Misconfigured("SOURCE_LIVE", message)
        found = found or await sources.list_sources(self.database)
        found = [source for source in found if not _is_live(source) and not source.paused]
        syncer = self._syncer(progress)
        reports = []
        for source in sorted(found, key=self._is_not_taxonomy):
            try:
                connector = self.connector(source.connector)
                opened = await self._opened(source, connector)
                report = await syncer.sync(
                    opened, connector, full=full, confirm_removals=confirm_removals
                )
            except Misconfigured as error:
                report = await syncer.refuse(source, error)
            reports.append(report)
            done(report)
        with suppress(*FAILURES):  # else the next run does it
            await changes.sweep(self.database, self.settings.changes_kept)
        return reports

    def _is_not_taxonomy(self, source: StoredSource) -> bool:
        with suppress(Misconfigured):  # its turn comes, and with it its fault
            streams = self.connector(source.connector).manifest.streams.values()
            return not TAXONOMIES & {NOUNS[stream.produces].value for stream in streams}
        return True

    def _terms(self) -> Terms:
        settings = self.settings
        return Terms(
            timeout=settings.source_timeout,
            max_bytes=settings.source_max_bytes,
            max_file_bytes=settings.source_max_file_bytes,
            attempts=settings.source_attempts,
        )

    def _syncer(self, progress: Progress) -> Syncer:
        settings = self.settings
        return Syncer(
            self.database,
            create_outbound(settings),
            self.linker,
            Limits(
                self._terms(),
                settings.sync_page,
                settings.sync_max_loss,
                settings.sync_max_rejected,
            ),
            work=settings.home / "work",
            progress=progress,
        )

    def verifier(self) -> Verifier:
        """Give the verifier, with its contexts, registries and cache."""
        if self._verifier is None:
            self._verifier = create_verifier(self.settings, aside=self._aside)
        return self._verifier

    async def linker(self) -> Linker:
        """Give the linker for the schemes as they stand, built anew only when they changed."""
        async with self._linker_lock:
            generation = await label_generation(self.database)
            if self._linker is None or self._linker.generation != generation:
                self._linker = await self._build_linker(generation)
            return self._linker

    async def _build_linker(self, generation: str) -> Linker:
        skills = [ConceptLabels(**row) async for row in concept_rows(self.database, "skill")]
        occupations = [
            ConceptLabels(**row) async for row in concept_rows(self.database, "occupation")
        ]
        schemes = await scheme_names(self.database)
        linker = await asyncio.to_thread(
            Linker, skills, occupations, schemes=schemes, generation=generation
        )
        # hundreds of thousands of small objects that live as long as the process: without this
        # the collector walks them all again and again
        gc.collect()
        gc.freeze()
        return linker
