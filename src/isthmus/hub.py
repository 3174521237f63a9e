"""Puts the parts together from the settings: start reading here.

    settings ──> Database ──┬──> Syncer <── Outbound, connectors, Linker
                            └──> graph

Everything below gets values, not settings; everything strangers must do together is wired here.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Self

import stamina.instrumentation

from isthmus import __version__
from isthmus.connector import installed
from isthmus.connector.installed import InstalledConnector
from isthmus.consent.consents import Consents
from isthmus.credentials.aside import Aside
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.proofs.fetching import CachingFetcher
from isthmus.credentials.registries import load_registry
from isthmus.credentials.verifier import Verifier
from isthmus.errors import Misconfigured
from isthmus.fresh.freshening import Freshening
from isthmus.graph.people import People
from isthmus.graph.registering import Registering
from isthmus.identity.desk import Desk, Names
from isthmus.identity.providers import secret_name
from isthmus.identity.signing_in import may_return
from isthmus.live.presentations import Presentations
from isthmus.live.stores import Stores
from isthmus.live.wallet_client import create_wallet_client
from isthmus.outbound import Outbound, Terms
from isthmus.registering.connectors import Connectors
from isthmus.settings import SECRET_PREFIX, Settings
from isthmus.store import callbacks, changes, source_secrets, sources
from isthmus.store.database import FAILURES, Database
from isthmus.store.listening import Listener
from isthmus.store.people.anchoring import FILE as ANCHORS
from isthmus.store.people.sweeping import Sweeper
from isthmus.store.people.vault import Vault
from isthmus.store.sealing import Keyring
from isthmus.store.sources import StoredSource
from isthmus.sync import Limits, SourceReport, Syncer
from isthmus.sync.linking import CurrentLinker
from isthmus.sync.readings import Readings, refuse_unread
from isthmus.sync.syncing import Progress
from isthmus.sync.understanding import NOUNS

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


class Hub:
    """One running hub."""

    def __init__(self, settings: Settings, database: Database, working: Path) -> None:
        self.settings = settings
        self.database = database
        self.listener = Listener(database.url)
        self.stopping = asyncio.Event()
        self.connectors = Connectors(
            database,
            installed.folders(settings.connectors_dir, working),
            create_outbound(settings),
            self._terms(),
            self._config_key,
            allow_private=settings.allow_loopback,
        )
        self.add_source = self.connectors.add_source
        self.linker = CurrentLinker(database)
        self._verifier: Verifier | None = None
        self._aside = Aside()
        self._vault: Vault | None = None
        self._presentations: Presentations | None = None
        self._stores: Stores | None = None
        self._people: People | None = None
        self._vault_lock = asyncio.Lock()
        self.freshening = self._freshening()
        self.sweeper = Sweeper(
            self.vault, settings.sweep_every, settings.home / ANCHORS, self.freshening.sweep
        )

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
        await self.freshening.close()
        if self._stores is not None:
            await self._stores.close()
        self._aside.stop()
        await self.connectors.close()
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
            refresh = self.connectors.in_force.refresh
            self._stores = self._stores or Stores(vault, outbound, self.connector, refresh=refresh)
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

    def connector(self, name: str) -> InstalledConnector:
        """Get a connector ready; raise `Misconfigured` where there is none or it is faulty."""
        return self.connectors.find(name)

    async def _config_key(self) -> bytes:
        """Give what secrets in the configs of sources are sealed with."""
        return await (await self.vault()).hub_secret(source_secrets.SECRET)

    async def registering(self) -> Registering:
        """Give what the graph needs to take connectors and sources in."""
        held = self.connectors
        return Registering(held.registry, held.approvals, held.source_desk, await self.vault())

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
        await self.connectors.in_force.refresh()
        found = [await sources.get_source(self.database, name) for name in names]
        for source in found:
            refuse_unread(source)
        found = found or await self.synced_sources()
        syncer = self._syncer(progress)
        reports = []
        for source in sorted(found, key=self._is_not_taxonomy):
            try:
                connector = self.connector(source.connector)
                opened = await self.connectors.opened(source, connector)
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
        """List the sources that are read without being named; those asked live are not."""
        found = await sources.list_sources(self.database)
        return [source for source in found if not source.is_live and not source.paused]

    def readings(
        self,
        progress: Progress = lambda *_: None,
        done: Callable[[SourceReport], None] = lambda _: None,
    ) -> Readings:
        """Give what asks for readings as jobs, and does them."""
        sync = partial(self.sync, progress=progress, done=done)
        return Readings(self.database, self.connectors.current, sync)

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

    def _limits(self) -> Limits:
        settings = self.settings
        held = settings.sync_page, settings.sync_max_loss, settings.sync_max_rejected
        return Limits(self._terms(), *held)

    def _syncer(self, progress: Progress) -> Syncer:
        return Syncer(
            self.database,
            create_outbound(self.settings),
            self.linker,
            self._limits(),
            work=self.settings.home / "work",
            progress=progress,
            address=self.settings.address,
        )

    def _freshening(self) -> Freshening:
        settings = self.settings
        return Freshening.of(
            self.database,
            create_outbound(settings),
            self.linker,
            self._limits(),
            find_connector=self.connectors.current,
            open_config=self.connectors.opened,
            work=settings.home / "work",
            deadline=settings.live_deadline,
            generation=lambda: self.listener.sources_generation,
        )

    def verifier(self) -> Verifier:
        """Give the verifier, with its contexts, registries and cache."""
        if self._verifier is None:
            self._verifier = create_verifier(self.settings, aside=self._aside)
        return self._verifier
