"""Writes a page: new and changed entities, their children and pointers, and their provenance.

A first sync is close to bare COPY: keys of new rows are fetched in one statement, and every
table is filled by COPY. Changed rows go through a temporary table and one UPDATE.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from isthmus.model.reference import Noun
from isthmus.model.skill import ConceptScheme
from isthmus.store import changes
from isthmus.store.database import Connection
from isthmus.store.entries import Counts, Entry, Known
from isthmus.store.overlays import overlay_of, write_overlays
from isthmus.store.pointers import (
    PointerRow,
    forget_pointers,
    pointer_rows,
    stated_links,
    write_pointers,
)
from isthmus.store.writers import WRITERS, Derived, NounWriter
from isthmus.store.writers.skill import scheme_key

RECORD_COLUMNS = (
    "source_id", "stream", "source_key", "noun", "entity_id", "uri",
    "raw_hash", "content_hash", "changed_at_source", "overlay",
)  # fmt: skip

AHEAD = 3
"""So many pages' keys are fetched beyond those of the page at hand."""

KnownKeys = dict[tuple[Noun, str], int]

_NOTHING = (0, b"", None)

# twice as fast on an entity as JSON
_said_by = msgspec.msgpack.Encoder(enc_hook=str).encode


def content_hash(entity: Any) -> bytes:
    """Identify what an entity says, whatever the raw record looked like."""
    return hashlib.blake2b(_said_by(entity), digest_size=16).digest()


class PageWriter:
    """Writes pages of one stream of one source, on the connection that holds its lease."""

    def __init__(self, connection: Connection, source: int, stream: str, noun: Noun) -> None:
        self._connection = connection
        self._source = source
        self._stream = stream
        self._noun = noun
        self._schemes: dict[str, int] = {}
        self._spare: dict[str, list[int]] = {}
        self._derived: dict[tuple[Noun, str], tuple[int, bytes, Any]] = {}

    async def known(self, keys: Sequence[str], stream: str | None = None) -> dict[str, Known]:
        """Look up which of `keys` the store holds."""
        rows = await self._connection.fetch(
            "SELECT source_key, id, entity_id, raw_hash, content_hash, gone_at IS NOT NULL AS gone"
            " FROM record WHERE source_id = $1 AND stream = $2 AND source_key = ANY($3)",
            self._source,
            stream or self._stream,
            keys,
        )
        return {row[0]: Known(row[1], row[2], row[3], row[4], row[5]) for row in rows}

    async def write(self, entries: Sequence[Entry]) -> tuple[Counts, list[int]]:
        """Write entries; give what became of them and the keys of their records."""
        if not entries:
            return Counts(), []
        writer = WRITERS[self._noun]
        entities = [e.entity for e in entries]
        keys = await self._write_derived(writer, entities)
        keys |= await self._write_schemes(writer, entities)
        return await self._upsert(writer, self._stream, entries, keys)

    def forget(self) -> None:
        """Drop what was remembered between pages, after a page that was not written."""
        self._derived.clear()
        self._schemes.clear()

    async def _write_derived(self, writer: NounWriter, entities: Iterable[Any]) -> KnownKeys:
        """Write what entities describe in passing; map each description to its hub key."""
        by_noun: dict[Noun, dict[str, Derived]] = {}
        keys: KnownKeys = {}
        for entity in entities:
            for derived in writer.derived(entity):
                name = derived.noun, derived.key
                held = self._derived.get(name)
                # a page describes the same few again and again, most of them in one object
                if held is not None and held[2] is derived.entity:
                    keys[name] = held[0]
                else:
                    by_noun.setdefault(derived.noun, {})[derived.key] = derived
        for noun, found in by_noun.items():
            hashes = {key: content_hash(d.entity) for key, d in found.items()}
            fresh = [
                key for key in found if self._derived.get((noun, key), _NOTHING)[1] != hashes[key]
            ]
            if fresh:
                await self._write_fresh(noun, [found[key] for key in fresh], hashes)
            keys |= {(noun, key): self._derived[noun, key][0] for key in found}
        return keys

    async def _write_fresh(
        self, noun: Noun, found: list[Derived], hashes: Mapping[str, bytes]
    ) -> None:
        stream = f"{self._stream}#{noun.value.lower()}"
        known = await self.known([d.key for d in found], stream)
        entries = []
        for derived in found:
            held, wanted = known.get(derived.key), hashes[derived.key]
            if held is not None and held.content_hash == wanted:
                self._derived[noun, derived.key] = (held.entity_id, wanted, derived.entity)
            else:
                entries.append(Entry(derived.key, wanted, wanted, derived.entity, known=held))
        if entries:
            await self._upsert(WRITERS[noun], stream, entries, {})
            written = await self.known([e.source_key for e in entries], stream)
            for entry in entries:
                key = written[entry.source_key].entity_id
                self._derived[noun, entry.source_key] = (key, entry.content_hash, entry.entity)

    async def _write_schemes(self, writer: NounWriter, entities: Iterable[Any]) -> KnownKeys:
        keys: KnownKeys = {}
        for scheme in {s for s in map(writer.scheme_of, entities) if s is not None}:
            name = scheme_key(scheme)
            if name not in self._schemes:
                self._schemes[name] = await self._write_scheme(scheme)
            keys[writer.noun, name] = self._schemes[name]
        return keys

    async def _write_scheme(self, scheme: ConceptScheme) -> int:
        key: int = await self._connection.fetchval(
            "INSERT INTO concept_scheme AS s (uri, name, version, languages)"
            " VALUES ($1, $2, $3, $4) ON CONFLICT (uri, version) DO UPDATE SET name = $2,"
            " languages = ARRAY(SELECT DISTINCT l FROM unnest(s.languages || $4::text[]) l"
            " ORDER BY l) RETURNING id",
            scheme.uri,
            scheme.name,
            scheme.version,
            list(scheme.languages),
        )
        return key

    async def _upsert(
        self, writer: NounWriter, stream: str, entries: Sequence[Entry], keys: KnownKeys
    ) -> tuple[Counts, list[int]]:
        described = await self._described_elsewhere(writer, stream, entries)
        placed = await self._place(writer, entries, described)
        own = [(e, key) for e, key, is_own, _ in placed if is_own]
        new = [(e, key) for e, key, _, is_new in placed if is_new]
        changed = [(e, key) for e, key, is_own, is_new in placed if is_own and not is_new]
        foreign = [(e, key) for e, key, is_own, _ in placed if not is_own]
        await self._insert(writer, new, keys)
        await self._update(writer, changed, keys)
        has_more = await self._write_children(writer, own, keys)
        if foreign:
            await write_overlays(self._connection, writer, foreign)
        records = await self._write_records(writer, stream, placed)
        if has_more or changed:  # from what is new and stands alone nothing is derived
            for statement in writer.after:
                await self._connection.execute(statement, [key for _, key in own])
        await self._note_changes(writer.noun, placed)
        added = sum(1 for e, *_ in placed if e.known is None)
        counts = Counts(seen=len(placed), added=added, changed=len(placed) - added)
        return counts, records

    async def _note_changes(
        self, noun: Noun, placed: Sequence[tuple[Entry, int, bool, bool]]
    ) -> None:
        new = [key for _, key, _, is_new in placed if is_new]
        await changes.note(self._connection, noun, changes.Op.ADDED, new)
        if len(new) < len(placed):
            added = set(new)
            others = (key for _, key, _, _ in placed if key not in added)
            await changes.note(self._connection, noun, changes.Op.UPDATED, others)

    async def _described_elsewhere(
        self, writer: NounWriter, stream: str, entries: Sequence[Entry]
    ) -> set[str]:
        """Name the entries described in passing whose entity has a record of its own.

        A body named by a course must not overwrite what the register says of that body.
        """
        if "#" not in stream:
            return set()
        names = {n: e.source_key for e in entries if (n := writer.identity_of(e.entity))}
        rows = await self._connection.fetch(
            f"SELECT t.{writer.identity} FROM {writer.table} t"
            f" WHERE t.{writer.identity} = ANY($1) AND EXISTS (SELECT FROM record r"
            " WHERE r.noun = $2 AND r.entity_id = t.id"
            " AND NOT (r.source_id = $3 AND r.stream = $4))",
            list(names),
            writer.noun.value,
            self._source,
            stream,
        )
        return {names[row[0]] for row in rows}

    async def _place(
        self, writer: NounWriter, entries: Sequence[Entry], foreign: set[str]
    ) -> list[tuple[Entry, int, bool, bool]]:
        """Decide for each entry which row it is, whether this source owns it, whether it is new."""
        held, unowned = await self._rows_held(writer, entries), (0, self._source)
        names = [writer.identity_of(e.entity) for e in entries]
        missing = sum(
            e.known is None and (name is None or name not in held)
            for e, name in zip(entries, names, strict=True)
        )
        fresh = iter(await self._new_keys(writer.table, missing))
        placed = []
        for entry, name in zip(entries, names, strict=True):
            if entry.known is not None:
                key, owner = entry.known.entity_id, held.get(entry.known.entity_id, unowned)[1]
            elif name is not None and name in held:
                key, owner = held[name]
            else:
                key = next(fresh)
                if name is not None:
                    held[name] = (key, self._source)
                placed.append((entry, key, True, True))
                continue
            own = owner in {self._source, None} and entry.source_key not in foreign
            placed.append((entry, key, own, False))
        return placed

    async def _rows_held(
        self, writer: NounWriter, entries: Sequence[Entry]
    ) -> dict[Any, tuple[int, int | None]]:
        """Find rows by identity and by key; give their key and owner under either."""
        if writer.identity is None:
            return {}
        names = [n for e in entries if (n := writer.identity_of(e.entity)) is not None]
        keys = [e.known.entity_id for e in entries if e.known is not None]
        rows = await self._connection.fetch(
            f"SELECT id, source_id, {writer.identity} FROM {writer.table}"
            f" WHERE {writer.identity} = ANY($1) OR id = ANY($2)",
            names,
            keys,
        )
        held: dict[Any, tuple[int, int | None]] = {row[2]: (row[0], row[1]) for row in rows}
        return held | {row[0]: (row[0], row[1]) for row in rows}

    async def _new_keys(self, table: str, count: int) -> list[int]:
        """Give keys for new rows; a run that wants more and more of them fetches some ahead.

        What is left when it ends is never used: a sequence has gaps after any failure.
        """
        held = self._spare.get(table, [])
        if len(held) < count:
            ahead = AHEAD * count if table in self._spare else 0
            fetched: list[int] = await self._connection.fetchval(
                f"SELECT ARRAY(SELECT nextval(pg_get_serial_sequence('{table}', 'id'))"
                " FROM generate_series(1, $1))",
                count - len(held) + ahead,
            )
            held = [*held, *fetched]
        self._spare[table] = held[count:]
        return held[:count]

    async def _insert(
        self, writer: NounWriter, new: Sequence[tuple[Entry, int]], keys: KnownKeys
    ) -> None:
        if new:
            rows = ((key, self._source, *writer.row(e.entity, keys)) for e, key in new)
            await self._connection.copy_records_to_table(
                writer.table, records=rows, columns=("id", "source_id", *writer.columns)
            )

    async def _update(
        self, writer: NounWriter, changed: Sequence[tuple[Entry, int]], keys: KnownKeys
    ) -> None:
        if not changed:
            return
        stage, columns = f"stage_{writer.table}", writer.columns
        await self._connection.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {stage} ON COMMIT DELETE ROWS"
            f" AS SELECT id, {', '.join(columns)} FROM {writer.table} LIMIT 0"
        )
        await self._connection.execute(f"DELETE FROM {stage}")
        rows = {key: (key, *writer.row(e.entity, keys)) for e, key in changed}
        await self._connection.copy_records_to_table(
            stage, records=rows.values(), columns=("id", *columns)
        )
        cleared = [
            link.column for link in stated_links(writer).values() if link.column not in columns
        ]
        values = [f"{c} = s.{c}" for c in columns] + [f"{c} = NULL" for c in cleared]
        await self._connection.execute(
            f"UPDATE {writer.table} t SET {', '.join(values)}, source_id = $1, changed_at = now()"
            f" FROM {stage} s WHERE t.id = s.id",
            self._source,
        )
        owners = list(rows)
        for table, (owner, _) in writer.children.items():
            if table not in writer.upserts:
                await self._connection.execute(
                    f"DELETE FROM {table} WHERE {owner} = ANY($1)", owners
                )
        await forget_pointers(self._connection, writer, owners)
        await write_overlays(self._connection, writer, [], again=owners)

    async def _write_children(
        self, writer: NounWriter, own: Sequence[tuple[Entry, int]], keys: KnownKeys
    ) -> bool:
        """Write the rows of child tables and the pointers; tell whether there were any."""
        rows: dict[str, list[tuple[Any, ...]]] = {}
        pointers: list[PointerRow] = []
        latest = {key: entry for entry, key in own}
        for key, entry in latest.items():
            for table, row in writer.child_rows(entry.entity, key, keys):
                rows.setdefault(table, []).append(row)
            if said := writer.pointers(entry.entity):
                pointers += pointer_rows(self._source, writer.noun, key, said)
        for table, found in rows.items():
            owner, columns = writer.children[table]
            if table in writer.upserts:
                await self._upsert_children(table, (owner, *columns), writer.upserts[table], found)
            else:
                await self._connection.copy_records_to_table(
                    table, records=found, columns=(owner, *columns)
                )
        await write_pointers(self._connection, writer, pointers)
        return bool(rows or pointers)

    async def _upsert_children(
        self,
        table: str,
        columns: tuple[str, ...],
        conflict: tuple[str, ...],
        rows: list[tuple[Any, ...]],
    ) -> None:
        slots = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
        kept = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in conflict)
        await self._connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({slots})"
            f" ON CONFLICT ({', '.join(conflict)}) DO UPDATE SET {kept}",
            rows,
        )

    async def _write_records(
        self, writer: NounWriter, stream: str, placed: Sequence[tuple[Entry, int, bool, bool]]
    ) -> list[int]:
        """Write where each entity came from; give the keys of the records."""
        fresh = [(e, key, own) for e, key, own, _ in placed if e.known is None]
        source, noun = self._source, writer.noun.value
        keys = await self._new_keys("record", len(fresh))
        if fresh:
            rows = [
                (
                    record, source, stream, e.source_key, noun, key, e.uri,
                    e.raw_hash, e.content_hash, e.changed_at_source,
                    None if own else overlay_of(writer, e.entity),
                )
                for record, (e, key, own) in zip(keys, fresh, strict=True)
            ]  # fmt: skip
            await self._connection.copy_records_to_table(
                "record", records=rows, columns=("id", *RECORD_COLUMNS)
            )
        old = [
            (
                e.known.record_id, e.raw_hash, e.content_hash, e.uri, e.changed_at_source,
                None if own else overlay_of(writer, e.entity),
            )
            for e, _, own, _ in placed
            if e.known is not None
        ]  # fmt: skip
        if old:
            await self._connection.executemany(
                "UPDATE record SET raw_hash = $2, content_hash = $3, uri = $4,"
                " changed_at_source = $5, overlay = $6, gone_at = NULL, retrieved_at = now()"
                " WHERE id = $1",
                old,
            )
        return [*keys, *(row[0] for row in old)]
