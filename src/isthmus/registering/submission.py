"""What somebody sends in: a manifest with its tables and samples, or a feed's own words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from isthmus.connector import feed, installed
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.manifest import Manifest
from isthmus.model.connector import ConnectorForm, ConnectorTier
from isthmus.registering.applicant import Declined, Refusal
from isthmus.store.connectors import Shown, StoredVersion
from isthmus.sync.understanding import NOUNS

MOST_FILES = 60
MOST_CHARACTERS = 900_000
TABLES = "tables/"
_STEP = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")
_STEPS = 3


@dataclass(frozen=True, slots=True)
class Submission:
    """A connector as it was sent; `files` by name, tables as `tables/<name>.json`."""

    form: ConnectorForm
    manifest: str
    files: Mapping[str, str] = field(default_factory=dict)
    address: str | None = None

    @property
    def digest(self) -> bytes:
        """Identify it by its content."""
        made = hashlib.blake2b(digest_size=16)
        for part in (self.form.value, self.address or "", self.manifest):
            made.update(f"{len(part)}:{part}".encode())
        for name in sorted(self.files):
            made.update(f"{len(name)}:{name}{len(self.files[name])}:{self.files[name]}".encode())
        return made.digest()

    def ready(self) -> InstalledConnector:
        """Get it ready, as one in a folder is; raise `Misconfigured` where it is faulty."""
        if self.form is ConnectorForm.FEED:
            return feed.ready(self.manifest, self.address or "")
        tables = {
            name.removeprefix(TABLES).removesuffix(".json"): text
            for name, text in self.files.items()
            if name.startswith(TABLES)
        }
        return installed.of_data(self.manifest, tables)

    def lay_out(self, folder: Path) -> None:
        """Write it as the folder of a connector, for the kit."""
        files = {installed.FILE: self.manifest}
        for name, text in self.files.items():
            files[name if name.startswith(TABLES) else f"samples/{name}"] = text
        for name, text in files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")


def of_version(version: StoredVersion) -> Submission:
    """Give a version as it was sent."""
    return Submission(version.form, version.manifest, version.files, version.address)


def of_manifest(manifest: str, files: Iterable[tuple[str, str]]) -> Submission:
    """Take a manifest with its files; raise `Declined` where a name is none of a sample's."""
    held: dict[str, str] = {}
    for stated, text in files:
        name = stated.removeprefix("samples/")
        if not _is_name(name):
            message = "a sample is called <situation>.json, <situation>.expected.json,"
            message += " <situation>/<part> or tables/<name>.json"
            raise Declined(Refusal("INVALID", f"{stated[:100]!r}: {message}", ("samples",)))
        if name in held:
            raise Declined(Refusal("DUPLICATE", f"{name} is given twice", ("samples",)))
        held[name] = text
    size = len(manifest) + sum(map(len, held.values()))
    if len(held) > MOST_FILES or size > MOST_CHARACTERS:
        message = f"at most {MOST_FILES} files of {MOST_CHARACTERS} characters in all"
        raise Declined(Refusal("QUOTA_EXCEEDED", message, ("samples",)))
    return Submission(ConnectorForm.MANIFEST, manifest, held)


def of_folder(folder: Path) -> Submission:
    """Take the folder of a connector, or its manifest alone."""
    home = folder if folder.is_dir() else folder.parent
    text = (home / installed.FILE if folder.is_dir() else folder).read_text("utf-8")
    places = [home / "samples", home / "tables"] if folder.is_dir() else []
    files = [f for place in places for f in sorted(place.rglob("*")) if f.is_file()]
    return of_manifest(
        text, [(f.relative_to(home).as_posix(), f.read_text("utf-8")) for f in files]
    )


def _is_name(name: str) -> bool:
    steps = name.split("/")
    fits = len(steps) <= _STEPS and all(_STEP.match(step) for step in steps)
    if name.startswith(TABLES):
        return fits and len(steps) == 2 and name.endswith(".json")  # noqa: PLR2004
    return fits


def shown(manifest: Manifest, form: ConnectorForm, tier: ConnectorTier, digest: bytes) -> Shown:
    """Give what the graph tells of a connector."""
    return Shown(
        version=manifest.version,
        form=form,
        tier=tier,
        title=manifest.title,
        transport=manifest.transport.upper(),
        modes=[mode.upper() for mode in manifest.modes],
        produces=produced(manifest),
        maintainers=manifest.maintainers,
        config_schema=_as_text(manifest),
        digest=digest,
    )


def produced(manifest: Manifest) -> list[str]:
    """Name the nouns that a connector brings; credentials are never among the synced ones."""
    named = (NOUNS.get(s.produces) for s in manifest.streams.values())
    return list(dict.fromkeys("CREDENTIAL" if noun is None else noun.value for noun in named))


def _as_text(manifest: Manifest) -> str:
    return orjson.dumps(manifest.config or {"type": "object"}, default=str).decode()
