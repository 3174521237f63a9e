"""The front: which sources a query concerns, and what each of them told when it was asked.

nouns ──> live sources ──> one flight a question ──> the store ──> the query, as ever
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path
from typing import Self

from isthmus.connector.manifest import seconds
from isthmus.errors import IsthmusError, SourceFault, SourceRateLimited
from isthmus.fresh.flights import Call, Flights, sweep
from isthmus.fresh.memory import REST
from isthmus.fresh.reading import Outcome, Workshop
from isthmus.fresh.sources import FindConnector, Listed, LiveSource, LiveSources, OpenConfig
from isthmus.fresh.telling import told_of, unasked
from isthmus.model.asked import Question, Told
from isthmus.model.run import HealthState, RunState
from isthmus.outbound import Outbound
from isthmus.skills import Linker
from isthmus.store import live_readings
from isthmus.store.database import FAILURES, Database
from isthmus.store.entries import Counts
from isthmus.store.live_readings import Place
from isthmus.store.sources import StoredSource, note_health
from isthmus.sync.advice import judge
from isthmus.sync.report import StreamReport
from isthmus.sync.syncing import LabelledAligner, Limits
from isthmus.sync.understanding import NOUNS

Questions = Mapping[str, Collection[Question]]
"""What a query asks, by noun."""

log = logging.getLogger(__name__)


class Freshening:
    """The live sources of public records of one process."""

    def __init__(self, shop: Workshop, sources: LiveSources) -> None:
        self.shop = shop
        self._sources = sources
        self._flights = Flights(shop, self._landed)
        self._reports: dict[int, dict[str, StreamReport]] = {}
        self._current: dict[int, StoredSource] = {}
        self._noted: dict[int, tuple[StoredSource, str, str | None]] = {}
        self._unready: dict[int, tuple[StoredSource, float]] = {}
        self._noting: set[asyncio.Task[None]] = set()

    @classmethod
    def of(
        cls,
        database: Database,
        outbound: Outbound,
        aligner: Callable[[], Awaitable[LabelledAligner]],
        limits: Limits,
        *,
        find_connector: FindConnector,
        open_config: OpenConfig,
        work: Path,
        deadline: float,
        generation: Callable[[], str | None],
    ) -> Self:
        """Put it together; `deadline` is that of streams which name none."""
        sources = LiveSources(
            database, outbound, limits.terms, find_connector, open_config,
            deadline=deadline, generation=generation,
        )  # fmt: skip
        return cls(Workshop(database, aligner, Linker(()), limits, work), sources)

    async def close(self) -> None:
        """End what is under way, and close the clients."""
        await self._flights.close()
        await asyncio.gather(*self._noting, return_exceptions=True)
        await self._sources.close()

    def any(self) -> bool:
        """Tell whether there may be a live source."""
        known = self._sources.known()
        return known is None or bool(known.by_noun)

    def concerned(self, nouns: Collection[str]) -> bool | None:
        """Tell whether a live source brings one of these nouns; None where that must be read."""
        known = self._sources.known()
        return None if known is None else known.of(nouns)

    async def ask(self, questions: Questions) -> dict[int, Told]:
        """Ask what concerns a query; give what each source told, by its key.

        No later than the longest deadline among them, whatever a source does.
        """
        listed = self._sources.known()
        try:
            listed = listed or await self._sources.listed()
        except FAILURES:  # the query meets the same fault, and says so
            return {}
        if not listed.of(questions):
            return {}
        found, slow = dict[int, Told](), []
        for source, wanted in _wanted(listed, questions):
            # where nothing is waited for, nothing is begun: that is nearly always
            told = self._told_at_once(source, wanted)
            if told is not None:
                found[source.id] = told
            else:
                slow.append(self._ask(source, wanted))
        for told in await asyncio.gather(*slow) if slow else ():
            found[told.source] = told
        return found

    def _told_at_once(self, source: StoredSource, wanted: Mapping[str, set[str]]) -> Told | None:
        """Say what a source gave, where no question need be waited for; else None."""
        self._current[source.id] = source
        if source.paused or source.state is HealthState.QUARANTINED:
            return unasked(source)
        ready, now = self._sources.held(source), self.shop.clock()
        unready, until = self._unready.get(source.id, (None, now))
        if unready is source and now < until:
            return unasked(source, is_faulty=True)
        if ready is None:
            return None
        known = [(call, self._flights.memory(call)) for call in _calls(ready, wanted)]
        if any(not one.is_fresh(now) and one.is_waited_for(now) for _, one in known):
            return None
        for call, memory in known:
            if not memory.is_fresh(now) and memory.may_ask(now):
                self._flights.start(call, memory)
        return told_of(source, known, now)

    async def _ask(self, source: StoredSource, wanted: Mapping[str, set[str]]) -> Told:
        """Ask one source whatever is wanted of it: words by noun, none for all there is."""
        clock = self.shop.clock
        began = clock()
        try:
            ready = await self._sources.ready(source)
        except IsthmusError as error:  # the operator's to mend: the others can be asked
            log.error("the live source %s cannot be asked: %s", source.name, error.code)  # noqa: TRY400
            self._unready[source.id] = source, began + REST
            return unasked(source, is_faulty=True)
        known = [(call, self._flights.memory(call)) for call in _calls(ready, wanted)]
        waits = []
        for call, memory in known:
            if memory.is_fresh(began):
                continue
            is_waited_for = memory.is_waited_for(began)
            if memory.may_ask(began):
                self._flights.start(call, memory)
            if is_waited_for:
                until = began + ready.deadline(call.place.stream)
                waits.append(self._flights.wait(memory, until))
        await asyncio.gather(*waits)
        return told_of(source, known, clock())

    # ---- how sources are doing

    def _landed(self, source: LiveSource, stream: str, came: Outcome | SourceFault) -> None:
        """Note what came of a question; its health is written where that is another than before."""
        if isinstance(came, SourceRateLimited):
            return  # there is a limit, and it is kept: that is no ill health
        if isinstance(came, Outcome):
            report = came.report
        else:
            report = StreamReport(
                stream, RunState.FAILED, Counts(), fault_code=str(came.code), fault=str(came)
            )
        reports = self._reports.setdefault(source.stored.id, {})
        reports[stream] = report
        task = asyncio.create_task(self._note(source, tuple(reports.values())))
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def _note(self, source: LiveSource, reports: tuple[StreamReport, ...]) -> None:
        stored = self._current.get(source.stored.id, source.stored)
        state, advice, code = judge(stored.name, reports, self.shop.limits.max_rejected)
        said = (stored, state.value, advice)
        if said in ((stored, stored.state.value, stored.advice), self._noted.get(stored.id)):
            return
        self._noted[stored.id] = said
        try:
            await note_health(
                self.shop.database, stored.id, state, advice=advice, fault_code=code,
                succeeded=code is None,
                drift=[line for report in reports for line in report.drift],
            )  # fmt: skip
        except FAILURES as error:
            self._noted.pop(stored.id, None)
            log.warning("how a source is doing could not be noted: %s", type(error).__name__)

    # ---- what may not be kept

    async def sweep(self) -> int:
        """Remove what no longer may be kept; give how many records went."""
        removed = 0
        listed = await self._sources.listed()
        live = {one.id: one for found in listed.by_noun.values() for one in found}
        for source in live.values():
            try:
                ready = await self._sources.ready(source)
            except IsthmusError:  # said where it is asked
                continue
            stales = [_stale(ready, stream) for stream in ready.streams]
            if source.is_live:
                for stream in ready.streams:
                    removed += await sweep(self.shop, ready, stream)
            await live_readings.sweep_readings(self.shop.database, source.id, max(stales))
        return removed


def _wanted(
    listed: Listed, questions: Questions
) -> list[tuple[StoredSource, Mapping[str, set[str]]]]:
    """Give each source that is asked, with the words wanted of it by noun."""
    found: dict[int, tuple[StoredSource, dict[str, set[str]]]] = {}
    for noun, asked in questions.items():
        for source in listed.by_noun.get(noun, ()):
            words = {question.words for question in asked if question.is_for(source.id)}
            if words:
                found.setdefault(source.id, (source, {}))[1][noun] = words
    return list(found.values())


def _calls(source: LiveSource, wanted: Mapping[str, set[str]]) -> list[Call]:
    """Give the questions to each stream; one that takes no words is asked for its list."""
    calls: dict[Place, Call] = {}
    for name, stream in source.streams.items():
        for words in wanted.get(NOUNS[stream.produces].value, ()):
            said = words if stream.asking.search is not None else ""
            place = Place.of(source.stored.id, name, said)
            calls[place] = Call(source, place, said)
    return list(calls.values())


def _stale(source: LiveSource, stream: str) -> float:
    return float(seconds(source.streams[stream].asking.stale))
