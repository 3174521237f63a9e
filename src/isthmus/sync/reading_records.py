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
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import orjson

from isthmus.connector.expression import Compiled, compile_expression, compile_map
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.record_fault import RecordFault
from isthmus.connector.records import TYPES
from isthmus.model.run import Rejection
from isthmus.normalise.dates import moment
from isthmus.normalise.drift import Drift
from isthmus.normalise.texts import TitleMissing
from isthmus.store.entries import Entry, Known, PageOfEntries
from isthmus.store.page_writer import content_hash
from isthmus.store.storable import is_key
from isthmus.sync.understanding import alignments_of

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


class RawRecord(NamedTuple):
    """A record as the source wrote it, with its key and hash."""

    key: str
    payload: Any
    raw_hash: bytes


class Identified(NamedTuple):
    """The records of a page with their keys, what has none, and a mark of the page as it came.

    The mark is of all records, other streams' too: of two pages that are not the same the few
    records of one stream may well be. `repeats` came more than once, and the same each time.
    """

    records: list[RawRecord]
    rejections: list[Rejection]
    digest: bytes
    repeats: int


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
        self._folder = connector.folder

    def identify(self, payloads: Sequence[Any]) -> Identified:
        """Give each record of this stream its key and hash; reject those without a key.

        Of records that share a key the last one is kept, the others are rejected.
        """
        found: dict[str, RawRecord] = {}
        rejections: list[Rejection] = []
        repeats = 0
        hashes = list(map(self._hash, payloads))
        for payload, raw_hash in zip(payloads, hashes, strict=True):
            named = self._named(payload, raw_hash)
            if named is None:
                continue
            if isinstance(named, Rejection):
                rejections.append(named)
                continue
            before = found.get(named.key)
            if before is not None and before.raw_hash != raw_hash:
                rejections.append(_duplicate(named.key))
            elif before is not None:
                repeats += 1
            found[named.key] = named
        digest = hashlib.blake2b(b"".join(hashes), digest_size=16).digest()
        return Identified(list(found.values()), rejections, digest, repeats)

    def _named(self, payload: Any, raw_hash: bytes) -> RawRecord | Rejection | None:
        """Give a record its key; None where it belongs to another stream."""
        try:
            if self._where is not None and not self._where(payload):
                return None
            key = self._key(payload)
        except Exception as error:  # noqa: BLE001 - as in `_read`
            return _nameless(payload, raw_hash, "MAPPING_FAILED", _said(error, self._folder))
        if key is None:
            return _without_key(payload, raw_hash)
        if not is_key(key):
            message = "has an id that is too long or holds what no text may"
            return _nameless(payload, raw_hash, "FIELD_INVALID", message, "id")
        return RawRecord(key, payload, raw_hash)

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
        newest = ""
        for payload in payloads:
            stated = self._stated("changed", self._changed, payload)
            if stated and (text := str(stated)) > newest:
                newest = text
        return newest or None

    def _read(self, record: RawRecord, held: Known | None, reading: Reading) -> None:
        mapped: Any = None
        try:
            mapped = self._map(record.payload)
            entity = self._understand(msgspec.convert(mapped, self._type))
        except msgspec.ValidationError as error:
            self._reject(record, held, reading, *_invalid(str(error)), mapped)
            return
        except TitleMissing:
            said = "says no title that reads"
            self._reject(record, held, reading, "FIELD_MISSING", said, "title", mapped)
            return
        except RecordFault as fault:
            self._reject(record, held, reading, fault.reason, str(fault), fault.field, mapped)
            return
        except Exception as error:  # noqa: BLE001 - one record's fault must not stop the others
            self._reject(
                record, held, reading, "MAPPING_FAILED", _said(error, self._folder), None, mapped
            )
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
        return hashlib.blake2b(data, digest_size=16, salt=self._salt).digest()

    def _key(self, payload: Any) -> str | None:
        key = self._id(payload)
        kind = key.__class__
        if kind is str:
            return key.strip() or None
        if key is None or kind in (dict, list, bool):
            return None
        return str(key).strip() or None

    def _page_of(self, payload: Any, entity: Any) -> str | None:
        if self._uri is None:
            found = getattr(entity, "uri", None)
        else:
            found = self._stated("uri", self._uri, payload)
        return str(found) if found else None

    def _stated(self, word: str, expression: Compiled, payload: Any) -> Any:
        """Give what a record says beside its mapping; what does not read is not said."""
        try:
            return expression(payload)
        except Exception as error:  # noqa: BLE001 - as in `_read`
            self._drift.note(word, _said(error, self._folder))
            return None

    def _changed_at(self, payload: Any) -> datetime | None:
        if self._changed is None:
            return None
        found = self._stated("changed", self._changed, payload)
        return moment(str(found), "changed", self._drift) if found else None


def salt_of(
    connector: InstalledConnector, config: Mapping[str, Any], generation: str | None
) -> bytes:
    """Name what records are read with: another salt has every one of them read anew.

    `generation` is that of the skill schemes, where texts are linked to them.
    """
    parts = [connector.digest, orjson.dumps(config)]
    if generation is not None:
        parts.append(generation.encode())
    return hashlib.blake2b(b"\0".join(parts), digest_size=16).digest()


def portion_of(
    reading: Reading, rejections: Sequence[Rejection], digest: bytes, repeats: int = 0
) -> PageOfEntries:
    """Give what was read as it is written, with no cursor."""
    statements = [a for entry in reading.entries for a in alignments_of(entry.entity)]
    return PageOfEntries(
        digest=digest,
        cursor=None,
        entries=reading.entries,
        rehashed=reading.rehashed,
        unchanged=reading.unchanged,
        kept=reading.kept,
        rejections=[*rejections, *reading.rejections],
        repeats=repeats,
        statements=len(statements),
        matched=sum(1 for a in statements if a.skill is not None),
    )


def _optional(expression: str | None, functions: ConnectorFunctions) -> Compiled | None:
    return None if expression is None else compile_expression(expression, functions)


def is_nameless(rejection: Rejection) -> bool:
    """Tell whether a rejected record could be any: its id does not read."""
    return rejection.source_key.startswith("#")


def _duplicate(key: str) -> Rejection:
    message = "the id stands twice on one page; the last one is kept"
    return Rejection(f"{key}#duplicate", "ID_DUPLICATE", message, "id")


def _without_key(payload: Any, raw_hash: bytes) -> Rejection:
    if isinstance(payload, dict):
        return _nameless(payload, raw_hash, "ID_MISSING", "has no id", "id")
    return _nameless(payload, raw_hash, "RECORD_NOT_MAP", "is not a map", "id")


def _nameless(
    payload: Any, raw_hash: bytes, reason: str, message: str, field_name: str | None = None
) -> Rejection:
    return Rejection(f"#{raw_hash.hex()}", reason, message, field_name, _keys_of(payload))


def _invalid(message: str) -> tuple[str, str, str | None]:
    """Part msgspec's sentence into a reason, a sentence and the field."""
    said, _, where = message.partition(" - at `$")
    field_name = where.strip("`").lstrip(".") or None
    if "missing required field" in said:
        return "FIELD_MISSING", said, said.split("`")[1]
    return "FIELD_INVALID", said, field_name


def _said(error: Exception, folder: Path) -> str:
    """Say what went wrong in a mapping and where, without the data it went wrong on.

    Where is told of the Python in a connector's `folder`; its author does not know the hub's.
    """
    frames = traceback.extract_tb(error.__traceback__)
    its_own = (f for f in reversed(frames) if folder in Path(f.filename).parents)
    place = next(its_own, None)
    if place is None:
        return f"does not map ({type(error).__name__})"
    file = place.filename.rsplit("/", 1)[-1]
    return f"{type(error).__name__} in {file} line {place.lineno}"


def _sample(mapped: Any) -> str:
    """Show what was mapped: fields the connector names, so nothing it was told to leave out."""
    return orjson.dumps(mapped, default=str, option=orjson.OPT_NON_STR_KEYS).decode()[:SAMPLE]


def _keys_of(payload: Any) -> str:
    if isinstance(payload, dict):
        return f"a map of {', '.join(sorted(map(str, payload)))}"[:SAMPLE]
    return f"a {type(payload).__name__}"
