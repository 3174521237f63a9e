"""From the raw records of a page to entities: keys, hashes, canonical records, entities.

The raw record is hashed before anything else is done with it, so that an unchanged one costs
no mapping. The hash is salted with the connector's version and, where skills are linked, with
the state of the skill schemes: a new mapping or a new taxonomy reads everything anew.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import orjson

from isthmus.connector.expression import Compiled, compile_expression, compile_map
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.records import TYPES
from isthmus.model.run import Rejection
from isthmus.normalise.dates import moment
from isthmus.normalise.drift import Drift
from isthmus.store.entries import Entry, Known
from isthmus.store.page_writer import content_hash
from isthmus.store.storable import is_key

SAMPLE = 400

Understand = Callable[[Any], Any]


@dataclass(slots=True)
class Reading:
    """What a page's records came to."""

    entries: list[Entry] = field(default_factory=list)
    rehashed: list[tuple[int, bytes]] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as the source wrote it, with its key and hash."""

    key: str
    payload: Any
    raw_hash: bytes


class RecordReader:
    """Reads the records of one stream in one run."""

    def __init__(
        self,
        connector: InstalledConnector,
        stream: str,
        functions: ConnectorFunctions,
        understand: Understand,
        *,
        salt: bytes,
        drift: Drift,
    ) -> None:
        words = connector.manifest.streams[stream]
        self._produces = words.produces
        self._id = compile_expression(words.id, functions)
        self._where = _optional(words.where, functions)
        self._uri = _optional(words.uri, functions)
        self._changed = _optional(words.changed, functions)
        if words.map is not None:
            self._map: Compiled = compile_map(words.map, functions)
        else:
            self._map = connector.mappings[stream]
        self._type = TYPES[words.produces]
        self._understand = understand
        self._salt = salt
        self._drift = drift

    def identify(self, payloads: Sequence[Any]) -> tuple[list[RawRecord], list[Rejection]]:
        """Give each record its key and hash; reject those without a key.

        Of records that share a key the last one is kept, the others are rejected.
        """
        found: dict[str, RawRecord] = {}
        rejections = []
        for payload in payloads:
            if self._where is not None and not self._where(payload):
                continue
            raw_hash = self._hash(payload)
            key = self._key(payload)
            if key is None:
                rejections.append(_without_key(payload, raw_hash))
                continue
            if not is_key(key):
                rejections.append(_unfit_key(payload, raw_hash))
                continue
            if key in found and found[key].raw_hash != raw_hash:
                message = "the id stands twice on one page; the last one is kept"
                rejections.append(Rejection(f"{key}#duplicate", "ID_DUPLICATE", message, "id"))
            found[key] = RawRecord(key, payload, raw_hash)
        return list(found.values()), rejections

    def read(self, records: Sequence[RawRecord], known: Mapping[str, Known]) -> Reading:
        """Read what is new or changed; an unchanged record stops at its hash."""
        reading = Reading()
        for record in records:
            held = known.get(record.key)
            if held is not None and held.raw_hash == record.raw_hash and not held.gone:
                reading.unchanged.append(held.record_id)
            else:
                self._read(record, held, reading)
        return reading

    def watermark(self, payloads: Sequence[Any]) -> str | None:
        """Give the newest `changed` among records, as the source writes it."""
        if self._changed is None:
            return None
        return max((str(c) for c in map(self._changed, payloads) if c), default=None)

    def _read(self, record: RawRecord, held: Known | None, reading: Reading) -> None:
        mapped: Any = None
        try:
            mapped = self._map(record.payload)
            entity = self._understand(msgspec.convert(mapped, self._type))
        except msgspec.ValidationError as error:
            self._reject(record, held, reading, *_invalid(str(error)), mapped)
            return
        except Exception as error:  # noqa: BLE001 - one record's fault must not stop the others
            self._reject(record, held, reading, "MAPPING_FAILED", _said(error), None, mapped)
            return
        if entity is None:
            message = f"says too little to be a {self._produces}"
            self._reject(record, held, reading, "FIELD_MISSING", message, None, mapped)
            return
        says = content_hash(entity)
        if held is not None and held.content_hash == says and not held.gone:
            reading.rehashed.append((held.record_id, record.raw_hash))
            return
        reading.entries.append(
            Entry(
                record.key, record.raw_hash, says, entity,
                uri=self._page_of(record.payload, entity),
                changed_at_source=self._changed_at(record.payload),
                known=held,
            )
        )  # fmt: skip

    def _reject(
        self,
        record: RawRecord,
        held: Known | None,
        reading: Reading,
        reason: str,
        message: str,
        field_name: str | None,
        mapped: Any,
    ) -> None:
        if held is not None:
            reading.kept.append(held.record_id)
        sample = _sample(mapped) if mapped is not None else _keys_of(record.payload)
        reading.rejections.append(Rejection(record.key, reason, message, field_name, sample))

    def _hash(self, payload: Any) -> bytes:
        data = orjson.dumps(payload, default=str)
        return hashlib.blake2b(data, digest_size=16, key=self._salt).digest()

    def _key(self, payload: Any) -> str | None:
        key = self._id(payload)
        if key is None or key.__class__ in (dict, list, bool):
            return None
        return str(key).strip() or None

    def _page_of(self, payload: Any, entity: Any) -> str | None:
        found = self._uri(payload) if self._uri is not None else getattr(entity, "uri", None)
        return str(found) if found else None

    def _changed_at(self, payload: Any) -> datetime | None:
        found = self._changed(payload) if self._changed is not None else None
        return moment(str(found), "changed", self._drift) if found else None


def _optional(expression: str | None, functions: ConnectorFunctions) -> Compiled | None:
    return None if expression is None else compile_expression(expression, functions)


def is_nameless(rejection: Rejection) -> bool:
    """Tell whether a rejected record could be any: its id does not read."""
    return rejection.source_key.startswith("#")


def _without_key(payload: Any, raw_hash: bytes) -> Rejection:
    kind = "is not a map" if not isinstance(payload, dict) else "has no id"
    reason = "ID_MISSING" if isinstance(payload, dict) else "RECORD_NOT_MAP"
    return Rejection(f"#{raw_hash.hex()}", reason, kind, "id", _keys_of(payload))


def _unfit_key(payload: Any, raw_hash: bytes) -> Rejection:
    message = "has an id that is too long or holds what no text may"
    return Rejection(f"#{raw_hash.hex()}", "FIELD_INVALID", message, "id", _keys_of(payload))


def _invalid(message: str) -> tuple[str, str, str | None]:
    """Part msgspec's sentence into a reason, a sentence and the field."""
    said, _, where = message.partition(" - at `$")
    field_name = where.strip("`").lstrip(".") or None
    if "missing required field" in said:
        return "FIELD_MISSING", said, said.split("`")[1]
    return "FIELD_INVALID", said, field_name


def _said(error: Exception) -> str:
    """Say what went wrong in a mapping and where, without the data it went wrong on."""
    frames = traceback.extract_tb(error.__traceback__)
    place = next((f for f in reversed(frames) if "connectors" in f.filename), frames[-1])
    file = place.filename.rsplit("/", 1)[-1]
    return f"{type(error).__name__} in {file} line {place.lineno}"


def _sample(mapped: Any) -> str:
    """Show what was mapped: fields the connector names, so nothing it was told to leave out."""
    return orjson.dumps(mapped, default=str, option=orjson.OPT_NON_STR_KEYS).decode()[:SAMPLE]


def _keys_of(payload: Any) -> str:
    if isinstance(payload, dict):
        return f"a map of {', '.join(sorted(map(str, payload)))}"[:SAMPLE]
    return f"a {type(payload).__name__}"
