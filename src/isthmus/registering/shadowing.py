"""A new version in shadow: a source read by both versions, and what comes out compared.

Nothing is written to the catalogue. Of each record a hash is kept, and of the first ones their
fields, so that a list of any length can be compared.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from isthmus.connector.authorizing import authority_of, without_secrets
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.part import Context
from isthmus.connector.pull import StreamReader
from isthmus.errors import SourceFault
from isthmus.outbound import Outbound, Terms
from isthmus.store.database import Database
from isthmus.store.sources import StoredSource
from isthmus.store.traffic import source_client
from isthmus.trials.mapping import Mapper

COMPARED = 2000
"""Records of which the fields are compared too."""
EXAMPLES = 10


@dataclass(slots=True)
class Shadow:
    """What a version makes other than the one in force, over all streams of all sources."""

    same: int = 0
    changed: int = 0
    only_old: int = 0
    only_new: int = 0
    rejected_old: int = 0
    rejected_new: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> Mapping[str, Any]:
        """Give it as it is kept."""
        return {
            "same": self.same, "changed": self.changed, "only_old": self.only_old,
            "only_new": self.only_new, "rejected_old": self.rejected_old,
            "rejected_new": self.rejected_new, "fields": dict(self.fields.most_common(20)),
            "examples": self.examples[:EXAMPLES], "faults": self.faults[:EXAMPLES],
        }  # fmt: skip

    def note(self, stream: str, old: _Read, new: _Read) -> None:
        """Compare what two versions made of a stream."""
        self.rejected_old += old.rejected
        self.rejected_new += new.rejected
        gone, come = old.hashes.keys() - new.hashes.keys(), new.hashes.keys() - old.hashes.keys()
        self.only_old += len(gone)
        self.only_new += len(come)
        for key, digest in new.hashes.items():
            if key not in old.hashes:
                continue
            if old.hashes[key] == digest:
                self.same += 1
            else:
                self.changed += 1
                self._tell(f"{stream}: {key} is changed")
                self.fields.update(_fields(old.records.get(key), new.records.get(key)))
        for said, keys in (("only in the old version", gone), ("only in the new version", come)):
            for key in sorted(keys)[:EXAMPLES]:
                self._tell(f"{stream}: {key} is {said}")

    def _tell(self, example: str) -> None:
        if len(self.examples) < EXAMPLES:
            self.examples.append(example[:300])


@dataclass(slots=True)
class _Read:
    """What one version made of a stream."""

    hashes: dict[str, bytes] = field(default_factory=dict)
    records: dict[str, Any] = field(default_factory=dict)
    rejected: int = 0

    def take(self, mapper: Mapper) -> None:
        """Keep a page's records, and let the mapper forget them."""
        result = mapper.result
        for key, record in result.records.items():
            data = orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
            self.hashes[key] = hashlib.blake2b(data, digest_size=16).digest()
            if len(self.records) < COMPARED:
                self.records[key] = record
        self.rejected += len(result.rejections)
        result.records.clear()
        result.entities.clear()
        result.rejections.clear()


class Comparison:
    """Reads sources by the version in force and by another, as often as the one in force may."""

    def __init__(
        self,
        versions: tuple[InstalledConnector, InstalledConnector],
        database: Database,
        outbound: Outbound,
        terms: Terms,
    ) -> None:
        self._versions = versions
        self._database = database
        self._outbound = outbound
        self._terms = terms.at_rate(versions[0].manifest.http.rate)
        self.found = Shadow()

    async def add(self, source: StoredSource, config: Mapping[str, Any]) -> None:
        """Read a source by both and note the differences; `config` has secrets in the clear."""
        old, new = self._versions
        for stream in dict.fromkeys((*old.manifest.streams, *new.manifest.streams)):
            try:
                reads = [await self._read(made, stream, source, config) for made in (old, new)]
            except SourceFault as fault:
                self.found.faults.append(f"{source.name}/{stream}: {fault} [{fault.code}]")
                continue
            self.found.note(f"{source.name}/{stream}", *reads)

    async def _read(
        self,
        connector: InstalledConnector,
        stream: str,
        source: StoredSource,
        config: Mapping[str, Any],
    ) -> _Read:
        found, manifest = _Read(), connector.manifest
        if stream not in manifest.streams:
            return found
        public = without_secrets(manifest, config)
        seen = replace(source, config=public)
        with tempfile.TemporaryDirectory(prefix="isthmus-shadow-") as work:
            async with source_client(
                self._database, self._outbound, seen, manifest.http, self._terms
            ) as client:
                mapper = Mapper(connector, stream, public)
                http = client.allowed_by(authority_of(manifest, config))
                context = Context(public, http, Path(work))
                reader = StreamReader(connector, stream, context, mapper.functions)
                async for page in reader.pages(None):
                    mapper.take(page.records, page.rejected)
                    found.take(mapper)
        return found


def _fields(old: Any, new: Any) -> list[str]:
    """Name the fields in which two records part."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return []
    return [name for name in {**old, **new} if old.get(name) != new.get(name)]
