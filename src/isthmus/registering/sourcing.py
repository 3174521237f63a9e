"""Sources that partners and operators configure: added, changed, given secrets, paused, resumed."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from isthmus.connector import template
from isthmus.connector.config import typed
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.manifest import Manifest
from isthmus.errors import Misconfigured
from isthmus.model.connector import IN_USE
from isthmus.model.run import SourceMode
from isthmus.outbound import Outbound
from isthmus.registering.applicant import Applicant, Declined, Refusal, own_source, unknown
from isthmus.registering.previewing import Preview, preview
from isthmus.registering.registry import Writing, check_config, unreachable
from isthmus.registering.submission import produced
from isthmus.store import connectors, source_secrets, source_setup, sources
from isthmus.store.connectors import StoredConnector
from isthmus.store.database import Connection, Database
from isthmus.store.sources import StoredSource

SHORTEST = 60
"""Seconds between two readings of a source."""
NAMED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")
NAME_RULE = "the name of a source is letters, digits, dots, dashes and underscores"
LONGEST_SECRET = 10_000
OWN_ADDRESS, LIVE = "An address of its own", "A source that is asked live"

Find = Callable[[str], InstalledConnector]
GiveKey = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source as somebody wants it; None leaves a thing as it is, or as its connector says."""

    name: str = ""
    config: Mapping[str, str] | None = field(default=None, repr=False)
    base_url: str | None = None
    mode: SourceMode | None = None
    every_seconds: int | None = None
    owner: int | None = None


class SourceDesk:
    """The sources of one hub, as their owners deal with them."""

    def __init__(
        self,
        database: Database,
        find_connector: Find,
        refresh: Callable[[], Awaitable[None]],
        give_key: GiveKey,
        outbound: Outbound,
        *,
        allow_private: bool,
    ) -> None:
        self.database = database
        self._find_connector = find_connector
        self._refresh = refresh
        self._give_key = give_key
        self._outbound = outbound
        self._allow_private = allow_private

    # ---- adding

    async def dry_run(
        self, applicant: Applicant, key: int, wanted: Wanted
    ) -> tuple[Preview | None, list[Refusal]]:
        """Read the first page with a config, and store nothing."""
        _, ready = await self._usable(applicant, key)
        config = self._checked(applicant, ready, wanted)
        await self._check_name(wanted.name)
        if ready.manifest.personal:
            return None, []  # it is asked for learners who consent, and for nobody else
        if missing := _missing(ready.manifest, config):
            message = f"To look at the source its {missing[0]} is needed; a dry run keeps nothing."
            raise Declined(Refusal("CONFIG_INVALID", message, ("config",)))
        check_config(ready, config, "config")
        seen = await preview(ready, config, wanted.base_url, self._outbound)
        return seen, unreachable(seen)

    async def add(self, applicant: Applicant, key: int, wanted: Wanted, writing: Writing) -> int:
        """Add a source; gives its key."""
        stored, ready = await self._usable(applicant, key)
        config, manifest = self._checked(applicant, ready, wanted), ready.manifest
        owner = self._owner(applicant, wanted)
        mode = wanted.mode or manifest.mode
        sealed = await self._sealed(wanted.name, config, manifest)

        async def write(connection: Connection) -> int:
            return await source_setup.insert_source(
                connection, name=wanted.name, connector=stored.name,
                connector_version=manifest.version, produces=produced(manifest), config=sealed,
                base_url=wanted.base_url, mode=mode.value,
                every_seconds=_every(manifest, mode, wanted), licence=manifest.licence,
                attribution=manifest.attribution,
                redistributable=manifest.redistributable, owner_id=owner,
                missing=_missing(manifest, config),
            )  # fmt: skip

        try:
            return await writing(write)
        except Misconfigured as refused:
            raise Declined(Refusal("DUPLICATE", str(refused), ("name",))) from None

    async def _usable(
        self, applicant: Applicant, key: int
    ) -> tuple[StoredConnector, InstalledConnector]:
        stored = await connectors.find_connector_by_key(self.database, key)
        if stored is None or not applicant.may_use(stored):
            raise unknown("connector")
        if stored.status not in IN_USE:
            message = f"The connector is {stored.status.value}; sources need one that is ACTIVE."
            raise Declined(Refusal("CONFLICT", message, ("connector",)))
        return stored, await self._ready(stored.name)

    async def _ready(self, name: str) -> InstalledConnector:
        await self._refresh()
        try:
            return self._find_connector(name)
        except Misconfigured as refused:
            raise Declined(Refusal("CONFLICT", str(refused), ("connector",))) from None

    async def _check_name(self, name: str) -> None:
        if await sources.find_source(self.database, name) is not None:
            raise Declined(Refusal("DUPLICATE", f"There is a source {name} already.", ("name",)))

    def _checked(
        self, applicant: Applicant, ready: InstalledConnector, wanted: Wanted
    ) -> dict[str, Any]:
        """Check what is wanted; give its config typed. Secrets that are missing come later."""
        if not NAMED.match(wanted.name):
            raise Declined(Refusal("INVALID", NAME_RULE, ("name",)))
        self._check_terms(applicant, ready.manifest, wanted)
        config = _typed(wanted.config or {}, ready.manifest)
        missing = ready.manifest.secrets - config.keys()
        _check_config(ready, config, missing)
        return config

    def _check_terms(self, applicant: Applicant, manifest: Manifest, wanted: Wanted) -> None:
        mode = wanted.mode or manifest.mode
        try:
            manifest.allowed(mode)
        except Misconfigured as refused:
            raise Declined(Refusal("INVALID", str(refused), ("mode",))) from None
        if mode is not SourceMode.SYNCED:
            applicant.must_approve(LIVE)
        if wanted.base_url is not None:
            applicant.must_approve(OWN_ADDRESS)
            said = template.check_address(wanted.base_url)
            if not applicant.is_operator:
                said = address_fault(wanted.base_url, allow_private=self._allow_private)
            if said:
                raise Declined(Refusal("INVALID", said, ("baseUrl",)))
        if wanted.every_seconds is not None and wanted.every_seconds < SHORTEST:
            message = f"a source is read every {SHORTEST} seconds at most"
            raise Declined(Refusal("INVALID", message, ("schedule",)))

    def _owner(self, applicant: Applicant, wanted: Wanted) -> int | None:
        if wanted.owner is None or wanted.owner == applicant.body:
            return applicant.body
        if not applicant.sees_all:
            raise unknown("owner")
        return wanted.owner

    async def _sealed(
        self, name: str, config: Mapping[str, Any], manifest: Manifest
    ) -> dict[str, Any]:
        if not manifest.secrets & config.keys():
            return dict(config)
        key = await self._give_key()
        return source_secrets.seal_config(key, name, config, manifest.secrets)

    # ---- changing

    async def update(self, applicant: Applicant, key: int, wanted: Wanted) -> None:
        """Change a source; its secrets stay, and values that are not given go."""
        source = await self._own(applicant, key)
        ready = await self._ready(source.connector)
        same_mode = wanted.mode is not None and wanted.mode.value == source.mode
        self._check_terms(
            applicant, ready.manifest, replace(wanted, mode=None) if same_mode else wanted
        )
        mode = wanted.mode or SourceMode(source.mode)
        every = wanted.every_seconds or source.every_seconds
        config = source.config
        if wanted.config is not None:
            stated = _typed(wanted.config, ready.manifest)
            if named := sorted(stated.keys() & ready.manifest.secrets):
                message = f"{named[0]} is a secret: setSourceSecret takes it."
                raise Declined(Refusal("CONFIG_INVALID", message, ("config",)))
            _check_config(ready, stated, ready.manifest.secrets)
            kept = {n: v for n, v in config.items() if n in ready.manifest.secrets}
            config = stated | kept
        await source_setup.change_source(
            self.database, source.id, config=config, base_url=wanted.base_url or source.base_url,
            mode=mode.value,
            every_seconds=_every(ready.manifest, mode, replace(wanted, every_seconds=every)),
        )  # fmt: skip

    async def set_secret(self, applicant: Applicant, key: int, name: str, value: str) -> None:
        """Seal a secret into a source's config; it is never given back."""
        source = await self._own(applicant, key)
        ready = await self._ready(source.connector)
        if name not in ready.manifest.secrets:
            known = ", ".join(sorted(ready.manifest.secrets)) or "none"
            message = f"That is no secret of this connector; there are: {known}."
            raise Declined(Refusal("CONFIG_INVALID", message, ("name",)))
        if not value.strip() or len(value) > LONGEST_SECRET:
            raise Declined(Refusal("INVALID", "A secret is some text, and no book.", ("value",)))
        others = ready.manifest.secrets - {name}
        open_values = {n: v for n, v in source.config.items() if n not in ready.manifest.secrets}
        try:
            ready.check_config(open_values | {name: value}, without=others)
        except Misconfigured:  # the sentence of the schema may repeat a value
            message = "It does not fit the schema of the connector's config."
            raise Declined(Refusal("CONFIG_INVALID", message, ("value",))) from None
        sealed = source_secrets.seal_config(
            await self._give_key(), source.name, {name: value}, {name}
        )
        await source_setup.set_config_value(self.database, source.id, name, sealed[name])
        waited = source.paused and (source.advice or "").startswith(source_setup.WAITS)
        if waited and not _missing(ready.manifest, {**source.config, name: value}):
            await source_setup.resume_source(self.database, source.id)

    async def pause(self, applicant: Applicant, key: int, reason: str | None) -> None:
        """Stop reading a source."""
        source = await self._own(applicant, key)
        said = f" ({reason.strip()})" if reason and reason.strip() else ""
        advice = f"It was paused{said}; `resumeSource` reads it again."
        await source_setup.pause_source(self.database, source.id, advice[:500])

    async def resume(self, applicant: Applicant, key: int) -> None:
        """Read a source again."""
        source = await self._own(applicant, key)
        if not source.paused:
            raise Declined(Refusal("CONFLICT", "The source is not paused.", ("source",)))
        if missing := _missing((await self._ready(source.connector)).manifest, source.config):
            message = f"It waits for its secret {missing[0]}: setSourceSecret gives it."
            raise Declined(Refusal("CONFLICT", message, ("source",)))
        await source_setup.resume_source(self.database, source.id)

    async def key_of(self, name: str) -> int:
        """Give the key of a source by its name, for commands."""
        return (await sources.get_source(self.database, name)).id

    async def _own(self, applicant: Applicant, key: int) -> StoredSource:
        found = (await sources.find_sources(self.database, [key])).get(key)
        return own_source(applicant, found)


def _missing(manifest: Manifest, config: Mapping[str, Any]) -> list[str]:
    """Name the secrets that a config must have and has not."""
    required = manifest.secrets & set(manifest.config.get("required", ()))
    return sorted(required - config.keys())


def _typed(stated: Mapping[str, str], manifest: Manifest) -> dict[str, Any]:
    try:
        return typed(stated, manifest.config)
    except Misconfigured as refused:
        raise Declined(Refusal("CONFIG_INVALID", str(refused), ("config",))) from None


def _check_config(
    ready: InstalledConnector, config: Mapping[str, Any], without: frozenset[str]
) -> None:
    try:
        ready.check_config(config, without=without)
    except Misconfigured as refused:
        raise Declined(Refusal("CONFIG_INVALID", str(refused), ("config",))) from None


def _every(manifest: Manifest, mode: SourceMode, wanted: Wanted) -> int | None:
    interval = manifest.interval(mode, None)
    return interval and (wanted.every_seconds or interval)


def address_fault(address: str, *, allow_private: bool) -> str | None:
    """Say why an address cannot be a source's own, or None."""
    said = template.check_address(address)
    parts = urlsplit(address) if said is None else None
    if parts is not None and parts.scheme == "file":
        return "a file of the hub's own machine is its operator's to name"
    if parts is not None and parts.scheme != "https" and not allow_private:
        return "the address must begin with https://"
    return said
