"""Puts the parts together from the settings: start reading here.

    settings ──> Database ──┬──> Syncer <── Outbound, connectors, Linker
                            └──> graph

Everything below gets values, not settings; everything strangers must do together is wired here.
"""

from __future__ import annotations

import asyncio
import gc
import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
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
from isthmus.identity.desk import Desk, Names
from isthmus.identity.providers import secret_name
from isthmus.identity.signing_in import may_return
from isthmus.live.presentations import Presentations
from isthmus.live.stores import Stores
from isthmus.live.wallet_client import create_wallet_client
from isthmus.model.run import SourceMode
from isthmus.outbound import Outbound, Terms
from isthmus.settings import SECRET_PREFIX, Settings
from isthmus.skills import ConceptLabels, Linker
from isthmus.store import callbacks, changes, source_secrets, sources
from isthmus.store.database import FAILURES, Database
from isthmus.store.labels import concept_rows, label_generation, scheme_names
from isthmus.store.listening import Listener
from isthmus.store.people.anchoring import FILE as ANCHORS
from isthmus.store.people.sweeping import Sweeper
from isthmus.store.people.vault import Vault
from isthmus.store.sealing import Keyring
from isthmus.store.sources import StoredSource
from isthmus.sync import Limits, SourceReport, Syncer
from isthmus.sync.readings import Readings, refuse_live
from isthmus.sync.syncing import Progress
from isthmus.sync.understanding import NOUNS

TAXONOMIES = {"SKILL", "OCCUPATION", "FRAMEWORK"}
"""Nouns that others are linked to, read first when all sources are."""

KEYS = f"{SECRET_PREFIX}KEYS"
"""The variable that holds the master keys; no setting, so that nothing ever prints them."""

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")

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


def _produced(manifest: Manifest) -> list[str]:
    """Name the nouns that a connector brings; credentials are never among the synced ones."""
    named = (NOUNS.get(s.produces) for s in manifest.streams.values())
    return list(dict.fromkeys("CREDENTIAL" if noun is None else noun.value for noun in named))


class Hub:
    """One running hub."""

    def __init__(self, settings: Settings, database: Database, working: Path) -> None:
        self.settings = settings
        self.database = database
        self.listener = Listener(database.url)
        self.stopping = asyncio.Event()
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
            self._stores = self._stores or Stores(vault, outbound, self.connector)
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
        """Get a connector ready; raise `Misconfigured` where there is none or it is faulty."""
        return installed.load(name, self._places)

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
        if not _NAME.match(name):
            message = "the name of a source is letters, digits, dots, dashes and underscores"
            raise Misconfigured("CONFIG_INVALID", f"{name!r}: {message}.")
        connector = self.connector(connector_name)
        manifest = connector.manifest
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
            produces=_produced(manifest),
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
        key = await (await self.vault()).hub_secret(source_secrets.SECRET)
        return source_secrets.seal_config(key, name, config, manifest.secrets)

    async def opened(self, source: StoredSource, connector: InstalledConnector) -> StoredSource:
        """Give a source with the secrets of its config in the clear, for one reading."""
        if not connector.manifest.secrets:
            return source
        key = await (await self.vault()).hub_secret(source_secrets.SECRET)
        config = source_secrets.open_config(key, source.name, source.config)
        return replace(source, config=config)

    # ---- sync

    async def sync(
        self,
        names: Sequence[str] = (),
        *,
        full: bool = False,
        confirm_removals: bool | Collection[str] = False,
        progress: Progress = lambda *_: None,
        done: Callable[[SourceReport], None] = lambda _: None,
    ) -> list[SourceReport]:
        """Read sources one after the other, taxonomies first; all of them when none is named.

        One that cannot be read at all, such as one whose connector is gone, does not stop the
        others: its report says why. `confirm_removals` lets any number of records go, of the
        streams named or of all.
        """
        found = [await sources.get_source(self.database, name) for name in names]
        for source in found:
            refuse_live(source)
        found = found or await self.synced_sources()
        syncer = self._syncer(progress)
        reports = []
        for source in sorted(found, key=self._is_not_taxonomy):
            try:
                connector = self.connector(source.connector)
                opened = await self.opened(source, connector)
                every = connector.manifest.streams if confirm_removals else ()
                confirmed = every if isinstance(confirm_removals, bool) else confirm_removals
                report = await syncer.sync(opened, connector, full=full, confirmed=confirmed)
            except Misconfigured as error:
                report = await syncer.refuse(source, error)
            reports.append(report)
            done(report)
        with suppress(*FAILURES):  # else the next run does it
            await changes.sweep(self.database, self.settings.changes_kept)
            await callbacks.sweep(self.database)
        return reports

    async def synced_sources(self) -> list[StoredSource]:
        """List the sources that are read into the store."""
        found = await sources.list_sources(self.database)
        return [source for source in found if not source.is_live]

    def readings(
        self,
        progress: Progress = lambda *_: None,
        done: Callable[[SourceReport], None] = lambda _: None,
    ) -> Readings:
        """Give what asks for readings as jobs, and does them."""
        sync = partial(self.sync, progress=progress, done=done)
        return Readings(self.database, self.connector, sync)

    def _is_not_taxonomy(self, source: StoredSource) -> bool:
        with suppress(Misconfigured):  # its turn comes, and with it its fault
            streams = self.connector(source.connector).manifest.streams.values()
            return not TAXONOMIES & {NOUNS[stream.produces].value for stream in streams}
        return True

    def _syncer(self, progress: Progress) -> Syncer:
        settings = self.settings
        terms = Terms(
            timeout=settings.source_timeout,
            max_bytes=settings.source_max_bytes,
            max_file_bytes=settings.source_max_file_bytes,
            attempts=settings.source_attempts,
        )
        return Syncer(
            self.database,
            create_outbound(settings),
            self.linker,
            Limits(terms, settings.sync_page, settings.sync_max_loss, settings.sync_max_rejected),
            work=settings.home / "work",
            progress=progress,
            address=settings.address,
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
