"""Questions under way: each is put once, whichever process and however many queries ask it.

A flight lands even where nobody waits any more: what it brings is for the next query.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from isthmus.connector.manifest import seconds
from isthmus.errors import (
    IsthmusError,
    SourceFault,
    SourceGarbled,
    SourceRateLimited,
    SourceRefused,
    SourceTimedOut,
)
from isthmus.fresh.memory import NEVER, Memory
from isthmus.fresh.reading import LiveReading, Outcome, Workshop
from isthmus.fresh.sources import LiveSource, must_forget
from isthmus.model.asked import FAILED, RATE_LIMITED, TIMED_OUT
from isthmus.store import live_readings
from isthmus.store.database import FAILURES
from isthmus.store.leasing import RunLost, StreamBusy
from isthmus.store.live_readings import Place, Standing
from isthmus.sync.understanding import NOUNS

POLL = 0.05
WRITING = 30.0
"""Seconds that a claim holds beside those the source has: to write what came."""
RECENT = 5.0
"""Seconds for which another process's fault is ours, too."""
MOST = 10_000
"""Questions remembered."""
OUTCOMES: dict[type[SourceFault], str] = {
    SourceTimedOut: TIMED_OUT,
    SourceRateLimited: RATE_LIMITED,
}

Landed = Callable[[LiveSource, str, Outcome | SourceFault], None]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """One question to one stream of a source that is ready."""

    source: LiveSource
    place: Place
    words: str

    @property
    def keep(self) -> float:
        """Seconds for which an answer holds."""
        return float(seconds(self.source.streams[self.place.stream].asking.keep))

    @property
    def stale(self) -> float:
        """Seconds after which an answer is too old to be kept where that is forbidden."""
        return float(seconds(self.source.streams[self.place.stream].asking.stale))


class Flights:
    """The questions of one process."""

    def __init__(self, shop: Workshop, landed: Landed) -> None:
        self._shop = shop
        self._landed = landed
        self._memories: OrderedDict[Place, Memory] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """End every flight."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def memory(self, call: Call) -> Memory:
        """Give what is known of a question."""
        found = self._memories.get(call.place)
        if found is None:
            found = self._memories[call.place] = Memory(call.keep)
            self._forget_some()
        else:
            self._memories.move_to_end(call.place)
        found.keep = call.keep
        return found

    def _forget_some(self) -> None:
        """Let go of the questions that were asked longest ago, and that nobody is at."""
        if len(self._memories) > MOST:
            idle = [place for place, memory in self._memories.items() if memory.task is None]
            for place in idle[: MOST // 10]:
                del self._memories[place]

    def start(self, call: Call, memory: Memory) -> None:
        """Put a question."""
        task = memory.task = asyncio.create_task(self._flown(call, memory))
        self._tasks.add(task)

        def landed(done: asyncio.Task[None]) -> None:
            self._tasks.discard(done)
            memory.task = None

        task.add_done_callback(landed)

    async def wait(self, memory: Memory, until: float) -> None:
        """Wait for what is under way, no longer than until a moment of the clock."""
        clock, task = self._shop.clock, memory.task
        if task is None:
            return
        await asyncio.wait({task}, timeout=max(0.0, until - clock()))
        if not task.done():
            memory.late(clock(), str(SourceTimedOut.code), TIMED_OUT)

    async def _flown(self, call: Call, memory: Memory) -> None:
        name, clock = call.source.stored.name, self._shop.clock
        try:
            await self._fly(call, memory)
        except (StreamBusy, RunLost):  # a sync is at it, or the database is away
            memory.rest(clock())
        except FAILURES as error:
            log.warning("%s: a live answer could not be kept: %s", name, type(error).__name__)
            memory.rest(clock())
        except Exception as error:  # noqa: BLE001 - one source's answer must cost no other query
            log.error("%s: a live answer could not be read: %s", name, type(error).__name__)  # noqa: TRY400
            self._failed(call, memory, SourceGarbled("gave what cannot be read"))
        else:
            return
        await self._let_go(call.place)

    async def _fly(self, call: Call, memory: Memory) -> None:
        standing = await self._claimed(call, memory)
        if standing is None:
            return
        try:
            reading = LiveReading(self._shop, call.source, call.place, call.words, standing.age)
            outcome = await reading.read(standing.etag, memory.rejected)
        except SourceFault as fault:
            await self._fell_short(call, memory, fault)
        except TimeoutError:
            await self._fell_short(call, memory, SourceTimedOut("gave no whole answer in time"))
        except (StreamBusy, RunLost):
            raise
        except IsthmusError:
            await self._fell_short(call, memory, SourceRefused("cannot be asked"))
        else:
            await self._answered(call, memory, outcome)

    async def _claimed(self, call: Call, memory: Memory) -> Standing | None:
        """Claim a question; None where another process has answered it, or failed to."""
        database, clock = self._shop.database, self._shop.clock
        patience = call.source.whole_within
        given_up = clock() + patience
        while True:
            standing = await live_readings.claim(
                database, call.place, hold=patience + WRITING, keep=call.keep
            )
            memory.learn(standing, clock())
            if standing.is_ours:
                return standing
            while standing.is_busy:
                if clock() > given_up:
                    return None
                await asyncio.sleep(POLL)
                standing = await live_readings.standing_of(database, call.place)
                memory.learn(standing, clock())
            if self._is_settled(memory, standing):
                return None
            if clock() > given_up:
                return None

    def _is_settled(self, memory: Memory, standing: Standing) -> bool:
        """Take what came of a question that another process put, where that says enough."""
        now = self._shop.clock()
        if memory.is_fresh(now):
            memory.answered(memory.good_at, is_whole=memory.is_whole, rejected=memory.rejected)
            return True
        is_left = standing.retry is not None and standing.retry > 0
        if standing.fault_code and (is_left or (standing.failed or 0.0) < RECENT):
            kind = _kind_of(standing.fault_code)
            memory.failed(
                now, standing.fault_code, _outcome(kind),
                retryable=kind.retryable, retry_after=standing.retry,
            )  # fmt: skip
            return True
        return False

    async def _answered(self, call: Call, memory: Memory, outcome: Outcome) -> None:
        await live_readings.note_answer(
            self._shop.database, call.place,
            is_whole=outcome.is_whole, is_list=outcome.is_list,
        )  # fmt: skip
        now = self._shop.clock()
        memory.answered(now, is_whole=outcome.is_whole, rejected=outcome.rejected)
        self._landed(call.source, call.place.stream, outcome)

    async def _fell_short(self, call: Call, memory: Memory, fault: SourceFault) -> None:
        """Note a fault, for the other processes, too."""
        self._failed(call, memory, fault)
        database, wait = self._shop.database, fault.retry_after
        await live_readings.note_fault(database, call.place, str(fault.code), wait)
        age = memory.age(self._shop.clock())
        if must_forget(call.source.stored) and age is not None and age > call.stale:
            memory.good_at = NEVER
            await sweep(self._shop, call.source, call.place.stream)

    def _failed(self, call: Call, memory: Memory, fault: SourceFault) -> None:
        memory.failed(
            self._shop.clock(), str(fault.code), _outcome(type(fault)),
            retryable=fault.retryable, retry_after=fault.retry_after,
        )  # fmt: skip
        self._landed(call.source, call.place.stream, _without_words(fault) if call.words else fault)

    async def _let_go(self, place: Place) -> None:
        try:
            await live_readings.let_go(self._shop.database, place)
        except FAILURES:  # its time runs out
            return


async def sweep(shop: Workshop, source: LiveSource, stream: str) -> int:
    """Remove what one stream may not keep any longer."""
    words = source.streams[stream]
    live = words.asking
    is_searched = bool(live.parameters)
    if not (is_searched or must_forget(source.stored)):
        return 0
    return await live_readings.sweep_stream(
        shop.database, source.stored.id, stream, NOUNS[words.produces],
        stale=float(seconds(live.stale)), searched=is_searched,
    )  # fmt: skip


def _without_words(fault: SourceFault) -> SourceFault:
    """Say no more than a fault's kind: what a source answers may repeat what was searched for."""
    told = type(fault)("did not answer a search", source=fault.source)
    told.retry_after = fault.retry_after
    return told


def _outcome(kind: type[SourceFault]) -> str:
    return OUTCOMES.get(kind, FAILED)


def _kind_of(code: str) -> type[SourceFault]:
    return next((kind for kind in SourceFault.__subclasses__() if kind.code == code), SourceFault)
