"""One reading of one stream for a question: fetched, compared, and written if it says more.

Nothing is written of an answer that says what the store holds already, and no connection to the
database is held while the source is waited for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.manifest import seconds
from isthmus.connector.pull import NotModified
from isthmus.errors import SourceGarbled
from isthmus.fresh.fetching import Asking, Fetched, fetch
from isthmus.fresh.sources import LiveSource, open_to_expressions
from isthmus.model.run import Rejection, RunState
from isthmus.normalise.drift import Drift
from isthmus.store.database import Database
from isthmus.store.entries import Counts, Known
from isthmus.store.live_readings import Place, count_lacking, known_records, mark_seen
from isthmus.store.removals import NOTHING
from isthmus.store.runs import Run, leased_run
from isthmus.sync.reading_records import (
    RawRecord,
    Reading,
    RecordReader,
    is_nameless,
    portion_of,
    salt_of,
)
from isthmus.sync.report import StreamReport
from isthmus.sync.syncing import ENOUGH_TO_JUDGE, LabelledAligner, Limits
from isthmus.sync.understanding import LINKED, NOUNS, understanding

AT_ONCE = 50
"""Records read without a pause: other queries are answered in between."""


@dataclass(slots=True)
class Workshop:
    """What every reading needs; by its clock answers grow old and waiting ends."""

    database: Database
    aligner: Callable[[], Awaitable[LabelledAligner]]
    unlinked: LabelledAligner
    limits: Limits
    work: Path
    clock: Callable[[], float] = time.monotonic


@dataclass(slots=True)
class Found:
    """The records of an answer by key, what is none, and what the source says is gone."""

    records: dict[str, RawRecord] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    repeats: int = 0
    """Records that came word for word again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reading came to."""

    report: StreamReport
    is_whole: bool
    """Whether all that was wanted is there."""
    is_list: bool
    """Whether it was the whole list."""
    rejected: frozenset[Any]
    """What did not read, so that it is not written down again each time."""


class LiveReading:
    """One reading of one stream for one question."""

    def __init__(
        self, shop: Workshop, source: LiveSource, place: Place, words: str, since: float | None
    ) -> None:
        """Prepare to read; `since` is how many seconds ago the question was answered last."""
        self._shop = shop
        self._source = source
        self._stored = open_to_expressions(source)
        self._place = place
        self._stream = source.streams[place.stream]
        self._noun = NOUNS[self._stream.produces]
        self._asking = Asking.of(self._stream, words, since)
        self._drift = Drift()
        self._functions = ConnectorFunctions(source.connector.tables, self._stored.config)
        self._salt = b""
        self._total = Counts()

    async def read(self, etag: str | None, rejected: frozenset[Any]) -> Outcome:
        """Fetch, compare and write; raise what keeps it from its end.

        `etag` and `rejected` are those of the reading before. What has come is written however
        long that takes: the next query has it.
        """
        linking = asyncio.ensure_future(self._linking())
        try:
            fetched = await self._fetched(linking, etag)
            if fetched is None:
                return self._outcome(Fetched(is_whole=True), rejected)
            return await self._compared(fetched, await linking, rejected)
        finally:
            linking.cancel()

    async def _fetched(
        self, linking: asyncio.Future[LabelledAligner], etag: str | None
    ) -> Fetched | None:
        """Fetch; None where nothing changed since it was read with the same mapping and schemes."""
        salt, _, tag = (etag or "").partition(" ")
        async with asyncio.timeout(self._source.whole_within):
            try:
                return await self._fetch(tag if self._asking.is_list else "")
            except NotModified:
                self._salt = self._salted(await asyncio.shield(linking))
                return None if self._salt.hex() == salt else await self._fetch("")

    async def _fetch(self, etag: str) -> Fetched:
        return await fetch(
            self._source, self._place.stream, self._stored.config, self._asking,
            functions=self._functions, work=self._shop.work, etag=etag or None,
        )  # fmt: skip

    async def _linking(self) -> LabelledAligner:
        return await self._shop.aligner() if self._noun in LINKED else self._shop.unlinked

    def _salted(self, aligner: LabelledAligner) -> bytes:
        generation = aligner.generation if self._noun in LINKED else None
        return salt_of(self._source.connector, self._stored.config, generation)

    async def _compared(
        self, fetched: Fetched, aligner: LabelledAligner, rejected: frozenset[Any]
    ) -> Outcome:
        self._salt = self._salted(aligner)
        reader = RecordReader(
            self._source.connector, self._place.stream, self._functions,
            understanding(self._noun, aligner, self._drift), salt=self._salt, drift=self._drift,
        )  # fmt: skip
        found = await _identified(reader, fetched)
        if await self._says_more(found, fetched, rejected):
            rejected = await self._written(reader, found, fetched)
        if not self._asking.is_list:
            await mark_seen(self._shop.database, self._place, list(found.records))
        return self._outcome(fetched, rejected)

    async def _says_more(self, found: Found, fetched: Fetched, rejected: frozenset[Any]) -> bool:
        """Tell whether anything in an answer differs from what the store holds."""
        database, place, stream = self._shop.database, self._place, self._stream
        known = await known_records(database, place, self._noun, list(found.records))
        fresh = [r for r in found.records.values() if not _is_held(r, known)]
        if found.deleted or any(record.raw_hash not in rejected for record in fresh):
            return True
        if any(one.source_key not in rejected for one in found.rejections):
            return True
        self._total.seen = self._total.unchanged = len(found.records)
        self._total.rejected = len(fresh) + len(found.rejections)
        if not (self._asking.is_list and fetched.is_whole):
            return False
        expires = seconds(stream.expires) if stream.deletes == "expiry" else None
        tells = stream.deletes == "snapshot" or (expires is not None and found.records)
        return (
            bool(tells) and await count_lacking(database, place, list(found.records), expires) > 0
        )

    async def _written(
        self, reader: RecordReader, found: Found, fetched: Fetched
    ) -> frozenset[Any]:
        """Write an answer as a run of its own; give what of it did not read."""
        shop, place = self._shop, self._place
        self._total = Counts()
        rejected: set[Any] = {one.source_key for one in found.rejections}
        async with leased_run(
            shop.database, place.source, place.stream, self._noun, aside=True
        ) as run:
            try:
                await self._write_all(run, reader, found, rejected)
                await self._finished(run, found, fetched)
            except BaseException as error:
                code = str(getattr(error, "code", "STOPPED"))
                await asyncio.shield(run.fail(RunState.STOPPED, code, "was not written whole", ()))
                await asyncio.shield(run.abandon())
                raise
        return frozenset(rejected)

    async def _write_all(
        self, run: Run, reader: RecordReader, found: Found, rejected: set[Any]
    ) -> None:
        rest, portions = found.rejections, _portions(found.records, self._shop.limits.page)
        for records in portions:
            known = await run.writer.known([record.key for record in records])
            reading = await _read(reader, records, known)
            hashes = {record.key: record.raw_hash for record in records}
            rejected |= {hashes.get(one.source_key) for one in reading.rejections}
            digest = records[0].raw_hash if records else b""
            portion = portion_of(reading, rest, digest, found.repeats)
            self._total.add(await run.write(replace(portion, deleted=found.deleted)))
            found.deleted, found.repeats, rest = [], 0, []
        self._check_rejected(found)

    def _check_rejected(self, found: Found) -> None:
        total = self._total
        allowed = self._shop.limits.max_rejected * total.seen
        is_hopeless = total.seen > 0 and total.rejected == total.seen
        if is_hopeless or (total.seen >= ENOUGH_TO_JUDGE and total.rejected > allowed):
            message = f"{total.rejected} of {total.seen} records do not read; nothing was removed"
            raise SourceGarbled(message, source=self._source.stored.name)

    async def _finished(self, run: Run, found: Found, fetched: Fetched) -> None:
        """End the run: what is not in a whole list goes, by the rules of a sync."""
        limits, stream = self._shop.limits, self._stream
        is_list = self._asking.is_list and fetched.is_whole
        trusted = self._total.rejected <= limits.max_rejected * max(self._total.seen, 1)
        nameless = any(is_nameless(one) for one in found.rejections)
        etag = fetched.pages[-1].etag if fetched.pages and is_list and trusted else None
        done = await run.finish(
            complete=is_list,
            snapshot=is_list and stream.deletes == "snapshot",
            max_loss=limits.max_loss if trusted and not nameless else NOTHING,
            expires=seconds(stream.expires) if stream.deletes == "expiry" else None,
            etag=f"{self._salt.hex()} {etag}" if etag else None,
            drift=self._lines(),
        )
        self._total.removed, self._total.removals_held = done.removed, done.removals_held

    def _lines(self) -> list[str]:
        return [f"{self._place.stream}: {line}" for line in self._drift.lines()]

    def _outcome(self, fetched: Fetched, rejected: frozenset[Any]) -> Outcome:
        total = self._total
        allowed = self._shop.limits.max_rejected * max(total.seen, 1)
        report = StreamReport(self._place.stream, RunState.DONE, total, drift=tuple(self._lines()))
        is_list = self._asking.is_list and fetched.is_whole
        is_some = self._stream.asking.since in self._asking.parameters
        is_whole = fetched.is_whole and not is_some and not total.removals_held
        return Outcome(report, is_whole and total.rejected <= allowed, is_list, rejected)


async def _identified(reader: RecordReader, fetched: Fetched) -> Found:
    """Give the records of all pages their keys; a page that comes twice is a fault."""
    found, digests = Found(), set[bytes]()
    for page in fetched.pages:
        named = reader.identify(page.records)
        if page.records and named.digest in digests:
            raise SourceGarbled("gives the same page twice, so its list cannot be whole")
        digests.add(named.digest)
        found.records |= {record.key: record for record in named.records}
        found.repeats += named.repeats
        found.rejections += [*named.rejections, *page.rejected]
        found.deleted += page.deleted
        await asyncio.sleep(0)
    return found


async def _read(
    reader: RecordReader, records: Sequence[RawRecord], known: Mapping[str, Known]
) -> Reading:
    """Read records some at a time."""
    whole = Reading()
    for start in range(0, len(records), AT_ONCE):
        some = reader.read(records[start : start + AT_ONCE], known)
        whole.entries += some.entries
        whole.rehashed += some.rehashed
        whole.unchanged += some.unchanged
        whole.kept += some.kept
        whole.rejections += some.rejections
        await asyncio.sleep(0)
    return whole


def _is_held(record: RawRecord, known: Mapping[str, Known]) -> bool:
    held = known.get(record.key)
    return held is not None and held.raw_hash == record.raw_hash and not held.gone


def _portions(records: Mapping[str, RawRecord], size: int) -> Iterator[list[RawRecord]]:
    """Cut records for writing; where there are none, one empty portion."""
    left = iter(records.values())
    portion = list(islice(left, size))
    yield portion
    while portion := list(islice(left, size)):
        yield portion
