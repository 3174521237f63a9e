"""Reads a stream as a sync does, up to the canonical records: real HTTP, no database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from isthmus.connector.callback.contract import CallbackDesk
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.part import Context
from isthmus.connector.pull import StreamReader
from isthmus.model.run import Rejection
from isthmus.normalise.drift import Drift
from isthmus.outbound import SourceClient
from isthmus.skills import Linker
from isthmus.sync.reading_records import RecordReader
from isthmus.sync.understanding import NOUNS, understanding


@dataclass(slots=True)
class Mapped:
    """What a stream's records came to: canonical records by key, and the rejected ones."""

    records: dict[str, Any] = field(default_factory=dict)
    entities: dict[str, Any] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)
    pages: int = 0
    seen: int = 0
    drift: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Give what a sample's expectation says of a stream."""
        rejected = [
            {name: value for name, value in _rejection(r).items() if value is not None}
            for r in self.rejections
        ]
        return {"records": self.records} | ({"rejected": rejected} if rejected else {})


class Mapper:
    """Maps payloads of one stream."""

    def __init__(
        self,
        connector: InstalledConnector,
        stream: str,
        config: Mapping[str, Any] | None = None,
    ) -> None:
        self.result = Mapped()
        self._drift = Drift()
        self.functions = ConnectorFunctions(connector.tables, config)
        noun = NOUNS[connector.manifest.streams[stream].produces]
        self._understand = understanding(noun, Linker(()), self._drift)
        self._canonical: Any = None
        self._reader = RecordReader(
            connector, stream, self.functions, self._note, salt=b"", drift=self._drift
        )

    def take(self, payloads: Sequence[Any], rejected: Sequence[Rejection] = ()) -> None:
        """Map one page's payloads."""
        result = self.result
        raw, without_key = self._reader.identify(payloads)[:2]
        result.rejections += [*without_key, *rejected]
        result.pages += 1
        result.seen += len(payloads)
        for record in raw:
            reading = self._reader.read([record], {})
            result.rejections += reading.rejections
            for entry in reading.entries:
                result.records[record.key] = msgspec.to_builtins(self._canonical)
                result.entities[record.key] = entry.entity
        result.drift = [*self._drift.lines(), *self.functions.drift]

    def _note(self, record: Any) -> Any:
        self._canonical = record
        return self._understand(record)


ReadStream = Callable[..., Awaitable[Mapped]]


def reading(http: SourceClient, folder: Path, callbacks: CallbackDesk | None = None) -> ReadStream:
    """Give the function that reads a stream of `http` to its end."""

    async def read(
        connector: InstalledConnector,
        stream: str,
        config: Mapping[str, Any],
        cursor: str | None = None,
    ) -> Mapped:
        mapper = Mapper(connector, stream, config)
        context = Context(config, http, folder, callbacks)
        pages = StreamReader(connector, stream, context, mapper.functions)
        async for page in pages.pages(cursor):
            mapper.take(page.records, page.rejected)
            mapper.result.deleted += page.deleted
            mapper.result.missed += [page.missed] if page.missed else []
        return mapper.result

    return read


def _rejection(rejection: Rejection) -> dict[str, str | None]:
    key = rejection.source_key
    named = None if key.startswith("#") else key  # a record without a key goes by its hash
    return {"key": named, "reason": rejection.reason, "field": rejection.field}
