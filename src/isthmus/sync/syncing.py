"""The sync engine: reads the streams of a source one after the other."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from isthmus.connector.authorizing import authority_of, without_secrets
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.manifest import seconds
from isthmus.connector.page import Page
from isthmus.connector.part import Context
from isthmus.connector.pull import NotModified, StreamReader
from isthmus.errors import ErrorCode, IsthmusError, SourceFault, SourceGarbled
from isthmus.model.run import RunState
from isthmus.normalise.aligner import Aligner
from isthmus.normalise.drift import Drift
from isthmus.outbound import Outbound, SourceClient, Terms
from isthmus.skills import Linker
from isthmus.store.database import Database
from isthmus.store.entries import Counts, Known, PageOfEntries
from isthmus.store.leasing import RunLost, StreamBusy
from isthmus.store.removals import CONFIRMED, NOTHING
from isthmus.store.runs import Run, leased_run
from isthmus.store.sources import StoredSource, note_attempt, note_health
from isthmus.store.traffic import source_client
from isthmus.sync.advice import judge
from isthmus.sync.calling_back import desk_of
from isthmus.sync.collector import seldom_collecting
from isthmus.sync.reading_records import (
    Identified,
    RecordReader,
    is_nameless,
    portion_of,
    salt_of,
)
from isthmus.sync.report import ALL_STREAMS, SourceReport, StreamReport
from isthmus.sync.understanding import LINKED, NOUNS, understanding
from isthmus.sync.work import work_folder

ENOUGH_TO_JUDGE = 200
"""How many records must be seen before many rejections stop a run."""

WORTH_A_RETRY = {
    ErrorCode.SOURCE_DOWN,
    ErrorCode.SOURCE_TIMEOUT,
    ErrorCode.SOURCE_RATE_LIMITED,
    ErrorCode.SOURCE_BAD_DATA,
}
"""Faults that may be gone in a moment; others wait for somebody, or for the next interval."""

log = logging.getLogger(__name__)


class InternalFault(IsthmusError):
    """Something in isthmus itself went wrong; the log says what."""


class Progress(Protocol):
    """Told how far a run is; draws it, logs it, or does nothing."""

    def __call__(self, source: str, stream: str, counts: Counts, total: int | None) -> None:
        """Take note."""
        ...


class LabelledAligner(Aligner, Protocol):
    """An aligner that names the state of the schemes it was built from."""

    generation: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may take and lose; the defaults are those of the settings."""

    terms: Terms = field(default_factory=Terms)
    page: int = 1000
    max_loss: float = 0.2
    max_rejected: float = 0.05


class Syncer:
    """Reads sources into the store; `address` is where those that call back find the hub."""

    def __init__(
        self,
        database: Database,
        outbound: Outbound,
        aligner: Callable[[], Awaitable[LabelledAligner]],
        limits: Limits,
        *,
        work: Path,
        progress: Progress = lambda *_: None,
        address: str = "",
    ) -> None:
        self.database = database
        self._address = address
        self._outbound = outbound
        self.aligner = aligner
        self.limits = limits
        self._work = work
        self.progress = progress
        self.unlinked: LabelledAligner = Linker(())

    async def sync(
        self,
        source: StoredSource,
        connector: InstalledConnector,
        *,
        full: bool = False,
        confirmed: Collection[str] = (),
    ) -> SourceReport:
        """Read every stream of a source; faults end a stream and stand in the report.

        `full` reads every record anew; of the streams `confirmed` any number of records may go.
        The secrets in the source's config are in the clear here, and go no further than the way in.
        """
        connector.check_config(source.config)
        authority = authority_of(connector.manifest, source.config)
        desk = desk_of(self.database, self._address, source.name, connector.manifest, source.config)
        source = replace(source, config=without_secrets(connector.manifest, source.config))
        reports: list[StreamReport] = []
        with seldom_collecting(), work_folder(self._work, source.name) as folder:
            async with self._client(source, connector) as http:
                context = Context(source.config, http.allowed_by(authority), folder, desk)
                for stream in connector.manifest.streams:
                    max_loss = CONFIRMED if stream in confirmed else self.limits.max_loss
                    one = _OneStream(self, source, connector, stream, context, max_loss, full=full)
                    reports.append(await one.run())
        return await self._judged(source, reports)

    async def refuse(self, source: StoredSource, error: IsthmusError) -> SourceReport:
        """Report on a source that cannot be read at all, and note why."""
        fault = f"{error}".rstrip(".")
        report = StreamReport(
            ALL_STREAMS, RunState.FAILED, Counts(), fault_code=str(error.code), fault=fault
        )
        return await self._judged(source, [report], begun=False)

    async def _judged(
        self, source: StoredSource, reports: list[StreamReport], *, begun: bool = True
    ) -> SourceReport:
        """Report on a source, and note how it is where this pass has found that out."""
        state, advice, code = judge(source.name, reports, self.limits.max_rejected)
        ended = {report.fault_code for report in reports}
        if StreamBusy.code not in ended and RunLost.code not in ended:
            await note_health(
                self.database, source.id, state,
                advice=advice, fault_code=code,
                succeeded=all(report.state is RunState.DONE for report in reports),
                drift=[line for report in reports for line in report.drift],
            )  # fmt: skip
            failed = {report.fault_code for report in reports if report.state is RunState.FAILED}
            await note_attempt(
                self.database, source.id,
                failed=bool(failed), again=bool(failed & WORTH_A_RETRY), begun=begun,
            )  # fmt: skip
        return SourceReport(source.name, state, advice, tuple(reports))

    def _client(self, source: StoredSource, connector: InstalledConnector) -> SourceClient:
        http = connector.manifest.http
        terms = self.limits.terms.at_rate(http.rate)
        return source_client(self.database, self._outbound, source, http, terms)


class _OneStream:
    """One run of one stream."""

    def __init__(
        self,
        syncer: Syncer,
        source: StoredSource,
        connector: InstalledConnector,
        stream: str,
        context: Context,
        max_loss: float,
        *,
        full: bool,
    ) -> None:
        self._syncer = syncer
        self._source = source
        self._connector = connector
        self._stream = stream
        self._words = connector.manifest.streams[stream]
        self._noun = NOUNS[self._words.produces]
        self._context = context
        self._max_loss = max_loss
        self._full = full
        self._drift = Drift()
        self._functions = ConnectorFunctions(connector.tables, source.config)
        self._total = Counts()
        self._watermark: str | None = None
        self._nameless = 0
        self._missed: list[str] = []
        self._noted: list[str] = []

    async def run(self) -> StreamReport:
        """Read the stream to its end; whatever stops it is in the report."""
        database = self._syncer.database
        try:
            async with leased_run(database, self._source.id, self._stream, self._noun) as run:
                return await self._guarded(run)
        except SourceFault as fault:
            return self._report(RunState.FAILED, Counts(), fault)
        except IsthmusError as error:
            return self._report(RunState.STOPPED, Counts(), error)
        except Exception as error:  # noqa: BLE001
            # our own fault: it ends this stream with its name, and the other sources go on; the
            # log says where, but not with which words, since those may hold what was read
            place = "".join(traceback.format_tb(error.__traceback__))
            name = type(error).__name__
            log.error("sync %s/%s: %s at\n%s", self._source.name, self._stream, name, place)  # noqa: TRY400
            return self._report(RunState.FAILED, Counts(), InternalFault(type(error).__name__))

    async def _guarded(self, run: Run) -> StreamReport:
        try:
            return await self._read(run)
        except (asyncio.CancelledError, KeyboardInterrupt):
            await asyncio.shield(
                run.fail(RunState.STOPPED, "STOPPED", "was stopped", self._lines())
            )
            raise
        except SourceFault as fault:
            counts = await run.fail(RunState.FAILED, fault.code, str(fault), self._lines())
            if isinstance(fault, SourceGarbled):
                await run.abandon()  # a looping or mangled list is read anew, not gone on with
            return self._report(RunState.FAILED, counts, fault, resumed=run.resumed)
        except IsthmusError:
            raise
        except Exception as error:
            await run.fail(RunState.FAILED, "INTERNAL", type(error).__name__, self._lines())
            raise

    async def _read(self, run: Run) -> StreamReport:
        limits = self._syncer.limits
        aligner = await self._linking()
        salt = self._salt(aligner)
        reader = RecordReader(
            self._connector, self._stream, self._functions,
            understanding(self._noun, aligner, self._drift),
            salt=salt, drift=self._drift,
        )  # fmt: skip
        pages = StreamReader(self._connector, self._stream, self._context, self._functions)
        etag = self._etag_of(run, salt)
        fresh: str | None = None
        cursors: set[str] = set()
        try:
            watermark = None if self._full else run.watermark
            async for page in pages.pages(run.cursor, watermark=watermark, etag=etag):
                fresh = page.etag
                if page.cursor in cursors:
                    raise SourceGarbled("comes back to a page it gave before, so it never ends")
                if page.cursor is not None:
                    cursors.add(page.cursor)
                self._tell(page)
                await self._write(run, reader, page, limits.page)
                self._check_rejected(limits.max_rejected)
        except NotModified:
            counts = await run.finish(complete=False, snapshot=False, max_loss=0, etag=run.etag)
            return self._report(RunState.DONE, counts, resumed=run.resumed, not_modified=True)
        trusted = self._total.rejected <= limits.max_rejected * max(self._total.seen, 1)
        # what came without an id may be what seems to have gone
        plausible = self._max_loss == CONFIRMED or (trusted and not self._nameless)
        counts = await run.finish(
            complete=not self._missed,
            snapshot=self._words.deletes == "snapshot" and not self._missed,
            max_loss=self._max_loss if plausible else NOTHING,
            expires=seconds(self._words.expires) if self._words.deletes == "expiry" else None,
            watermark=None if self._missed else self._watermark,
            etag=f"{salt.hex()} {fresh}" if fresh and trusted else None,
            drift=self._lines(),
        )
        return self._report(RunState.DONE, counts, resumed=run.resumed)

    def _tell(self, page: Page) -> None:
        """Take down what a page says of the list itself."""
        if page.missed:
            self._missed.append(page.missed)
        if page.noted:
            self._noted.append(page.noted)

    async def _linking(self) -> LabelledAligner:
        """Give the aligner; streams whose texts are not linked do without building one."""
        if self._noun in LINKED:
            return await self._syncer.aligner()
        return self._syncer.unlinked

    async def _write(self, run: Run, reader: RecordReader, page: Page, size: int) -> None:
        """Write a page in transactions of bounded size; its cursor goes with the last one."""
        self._nameless += sum(map(is_nameless, page.rejected))
        for payloads, is_last in _portions(page.records, size):
            found = reader.identify(payloads)
            self._nameless += sum(map(is_nameless, found.rejections))
            if payloads and run.is_repeated(found.digest):
                raise SourceGarbled("gives the same page twice, so its list cannot be whole")
            if not (payloads and run.was_written(found.digest)):
                portion = await self._portion(run, reader, found)
                if is_last:
                    portion = _with_page(portion, page)
                else:
                    portion = replace(portion, cursor=run.cursor)
                self._total.add(await run.write(portion))
            newest = reader.watermark(payloads)
            self._watermark = max(filter(None, (self._watermark, newest)), default=None)
            self._syncer.progress(self._source.name, self._stream, self._total, page.total)

    async def _portion(self, run: Run, reader: RecordReader, found: Identified) -> PageOfEntries:
        known = await run.writer.known([record.key for record in found.records])
        reading = reader.read(found.records, _unhashed(known) if self._full else known)
        return portion_of(reading, found.rejections, found.digest, found.repeats)

    def _check_rejected(self, allowed: float) -> None:
        total = self._total
        if total.seen >= ENOUGH_TO_JUDGE and total.rejected > allowed * total.seen:
            message = f"{total.rejected} of {total.seen} records do not read; nothing was removed"
            raise SourceGarbled(message, source=self._source.name)

    def _salt(self, aligner: LabelledAligner) -> bytes:
        generation = aligner.generation if self._noun in LINKED else None
        return salt_of(self._connector, self._source.config, generation)

    def _etag_of(self, run: Run, salt: bytes) -> str | None:
        """Give the etag of the last complete run, if what it was read with has not changed."""
        held, _, etag = (run.etag or "").partition(" ")
        anew = self._full or run.resumed or self._max_loss == CONFIRMED
        return etag if held == salt.hex() and not anew else None

    def _lines(self) -> list[str]:
        own = [f"{text} ({count}x)" for text, count in self._functions.drift.most_common(20)]
        return [
            f"{self._stream}: {line}"
            for line in (*self._missed[:5], *self._noted[:5], *self._drift.lines(), *own)
        ]

    def _report(
        self,
        state: RunState,
        counts: Counts,
        fault: IsthmusError | None = None,
        *,
        resumed: bool = False,
        not_modified: bool = False,
    ) -> StreamReport:
        return StreamReport(
            self._stream, state, counts,
            fault_code=str(fault.code) if fault else None,
            fault=str(fault) if fault else None,
            drift=tuple(self._lines()), resumed=resumed, not_modified=not_modified,
        )  # fmt: skip


def _portions(records: Sequence[Any], size: int) -> Iterator[tuple[Sequence[Any], bool]]:
    """Cut a page for writing; an empty page is one empty portion."""
    for start in range(0, max(len(records), 1), size):
        yield records[start : start + size], start + size >= len(records)


def _with_page(portion: PageOfEntries, page: Page) -> PageOfEntries:
    return replace(
        portion,
        cursor=page.cursor,
        rejections=[*portion.rejections, *page.rejected],
        deleted=page.deleted,
    )


def _unhashed(known: dict[str, Known]) -> dict[str, Known]:
    """Forget what raw records looked like, so that all of them are read anew."""
    return {key: held._replace(raw_hash=None) for key, held in known.items()}
