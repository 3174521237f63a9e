"""The gate before a source that all processes share: its turns and its circuit, in the store.

Asking for a turn is one statement; what became of the calls before is told with it, or a moment
later by itself. No call is made without a turn, so that a database that is away makes callers
slower, never faster.

    closed ──faults──> open ──its time over──> one probe ──good──> closed
                         ^                         └──bad──┘
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from isthmus.connector import template
from isthmus.connector.manifest import Http
from isthmus.errors import (
    SourceFault,
    SourceRateLimited,
    SourceTimedOut,
    SourceUnavailable,
)
from isthmus.outbound import Outbound, SourceClient, Terms
from isthmus.outbound.gate import Turn, over_rate
from isthmus.store.changes import settle
from isthmus.store.database import FAILURES, Database, Row
from isthmus.store.sources import StoredSource

FAULTS = 5
"""So many in a row, whoever met them, and a source is left in peace."""
SHORTEST_PEACE = 10.0
LONGEST_PEACE = 300.0
LONGEST_WAIT = 120.0
"""What one who waits for ever waits at most for a source that asked not to be called."""
MOST_TURNS = 64
"""Turns of a source that are held one by one; a larger rate is kept in shorter spans."""
POLL = 0.1
TOLD_WITHIN = 0.2
COUNTED_WITHIN = 2.0
AWAY_SECONDS = 10.0
"""How long one who would wait for ever waits for a database that is away."""
_TELLING = -1.0


def spans(calls: int, seconds: float) -> tuple[int, float]:
    """Give a rate in which no span has more turns than are held: it implies the one stated."""
    parts = max(1, -(-calls // MOST_TURNS))
    return calls // parts, seconds / parts


async def forget(database: Database, source: int) -> None:
    """Forget what is known of the calls to a source: it is called as if for the first time."""
    await database.execute("DELETE FROM source_traffic WHERE source_id = $1", source)


@dataclass(slots=True)
class _Told:
    """What is to be told of calls: turns with the moment each ended, and how long calls took."""

    turns: list[tuple[datetime, float]]
    spent: list[float]

    def __bool__(self) -> bool:
        return bool(self.turns or self.spent)


class SharedGate:
    """The gate of one source; `breaks` where all its calls go to one host, so that one can fail."""

    def __init__(
        self, database: Database, source: int, name: str, terms: Terms, *, breaks: bool = True
    ) -> None:
        self._database = database
        self._source = source
        self._name = name
        self._terms = terms
        self._breaks = breaks
        self._calls, self._seconds = spans(terms.calls, terms.per_seconds)
        self._lease = 4 * terms.timeout + 5
        self._told = _Told([], [])
        # those of this process ask one after the other, so that only one has to ask again
        self._asking = asyncio.Lock() if self._calls else nullcontext()
        self._telling: asyncio.Task[None] | None = None
        self._clock = asyncio.get_running_loop().time

    # ---- the promise

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[Turn]:
        """Wait until a call may pass; raise a fault of the source where none may for long."""
        turn = _Turn(self)
        await turn.again()
        began = self._clock()
        try:
            yield turn
        except SourceFault as fault:
            self._count(began - self._clock())
            # what got no answer may still arrive there: its turn comes back so much later
            turn.over(self._terms.timeout)
            await self._learn(turn, fault)
            raise
        except BaseException:  # cancelled: it says nothing of the source
            turn.over(self._terms.timeout)
            if turn.is_probe:
                await asyncio.shield(self._note("NOTHING"))
            raise
        self._count(self._clock() - began)
        turn.over()
        if self._breaks and (turn.is_probe or turn.faults):
            await self._note("GOOD")

    async def close(self) -> None:
        """Tell what was not told yet."""
        task, self._telling = self._telling, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        with suppress(*FAILURES):
            await self._tell()

    # ---- turns

    async def enter(self, turn: _Turn) -> None:
        """Wait for a turn, and begin it."""
        patience = self._terms.patience
        until = None if patience is None else self._clock() + patience
        while True:
            row = await self._asked(until)
            if row["verdict"] not in {"GO", "PROBE"}:
                raise self._refusal(row)
            turn.begin(row)
            due = self._clock() + row["wait"]
            if row["wait"]:
                await self._slept(turn, row["wait"])
            if self._clock() - due < self._lease / 2:
                return
            turn.over()  # this process stood still: what it was given is not its own any more

    async def _slept(self, turn: _Turn, seconds: float) -> None:
        try:
            await asyncio.sleep(seconds + 0.002)  # a timer may be early by its grain
        except BaseException:
            turn.over()
            raise

    async def _asked(self, until: float | None) -> Row:
        """Ask until there is a turn, or a reason why there will be none in time."""
        try:
            async with asyncio.timeout_at(until), self._asking:
                while True:
                    row = await self._ask(until)
                    wait = self._worth_waiting(row, until)
                    if wait is None:
                        return row
                    await asyncio.sleep(wait)
        except TimeoutError:
            raise over_rate(self._name, self._seconds) from None

    def _worth_waiting(self, row: Row, until: float | None) -> float | None:
        """Give the seconds after which to ask again; None where that is not worth it."""
        if row["verdict"] == "FULL":
            return min(POLL, self._seconds / 4)
        if row["verdict"] != "LIMITED":
            return None
        left = LONGEST_WAIT if until is None else until - self._clock()
        return row["wait"] if row["wait"] <= left else None

    async def _ask(self, until: float | None) -> Row:
        given_up = self._clock() + AWAY_SECONDS
        while True:
            patience = None if until is None else max(0.0, until - self._clock())
            try:
                return await self._take(patience)
            except FAILURES:
                if self._clock() > (given_up if until is None else min(until, given_up)):
                    message = "cannot be asked: what it allows is not known at the moment"
                    raise SourceRateLimited(message, source=self._name, retry_after=POLL) from None
            await asyncio.sleep(POLL)

    def _refusal(self, row: Row) -> SourceFault:
        if row["verdict"] == "OPEN":
            message = "did not answer several times, and is left in peace"
            return SourceUnavailable(message, source=self._name, retry_after=row["wait"])
        if row["verdict"] == "LIMITED":
            message = "asked not to be called for a while"
            return SourceRateLimited(message, source=self._name, retry_after=row["wait"])
        return over_rate(self._name, row["wait"])

    # ---- what is told

    def arrived(self, ticket: datetime, late: float) -> None:
        """Note when a turn ended."""
        self._told.turns.append((ticket, self._clock() + late))
        self._tell_within(TOLD_WITHIN)

    def _count(self, seconds: float) -> None:
        """Count a call that took so long; below zero one that failed."""
        self._told.spent.append(seconds * 1000)
        self._tell_within(COUNTED_WITHIN)

    def _tell_within(self, seconds: float) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_later(seconds))

    async def _tell_later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        while self._told:
            with suppress(*FAILURES):
                await self._tell()
                continue
            await asyncio.sleep(COUNTED_WITHIN)

    async def _tell(self) -> None:
        if self._told:
            await self._take(_TELLING)

    async def _take(self, patience: float | None) -> Row:
        """Tell what there is to tell, and take a turn if there is one in time."""
        told, self._told = self._told, _Told([], [])
        now = self._clock()
        try:
            row = await self._database.row(
                "SELECT * FROM isthmus_take_turn($1, $2, $3, $4, $5, $6, $7, $8)",
                self._source,
                self._calls,
                self._seconds,
                self._lease,
                patience,
                [ticket for ticket, _ in told.turns],
                [now - at for _, at in told.turns],
                told.spent,
            )
        except BaseException:
            # told twice does no harm: a turn that is free is not known by its ticket any more
            self._told.turns[:0] = told.turns
            raise
        assert row is not None  # noqa: S101 - a function gives one row
        return row

    async def _learn(self, turn: _Turn, fault: SourceFault) -> None:
        if not self._breaks:
            return
        if isinstance(fault, (SourceUnavailable, SourceTimedOut)):
            await self._note("FAULT")
        elif turn.is_probe and not isinstance(fault, SourceRateLimited):
            await self._note("NOTHING")
        if fault.retry_after is not None:
            await self._note("LIMITED", fault.retry_after)

    async def _note(self, ending: str, seconds: float = 0.0) -> None:
        with suppress(*FAILURES):  # the circuit is as it was; no call passes while it is unknown
            async with self._database.transaction() as connection:
                moved = await connection.fetchval(
                    "SELECT isthmus_note_call($1, $2, $3, $4, $5, $6)",
                    self._source,
                    ending,
                    seconds,
                    FAULTS,
                    SHORTEST_PEACE,
                    LONGEST_PEACE,
                )
                if moved is not None:
                    await settle(connection, sources=True)


class _Turn:
    """One turn at a time of one call."""

    def __init__(self, gate: SharedGate) -> None:
        self._gate = gate
        self._ticket: datetime | None = None
        self.is_probe = False
        self.faults = 0

    def begin(self, row: Row) -> None:
        """Hold what was given."""
        self._ticket = row["ticket"]
        self.is_probe = self.is_probe or row["verdict"] == "PROBE"
        self.faults = row["faults"]

    def over(self, late: float = 0.0) -> None:
        """End the turn, if it has not ended; `late`: so long from now it may still arrive."""
        ticket, self._ticket = self._ticket, None
        if ticket is not None:
            self._gate.arrived(ticket, late)

    def arrived(self) -> None:
        """Note that the source has the call: it began to answer."""
        self.over()

    async def again(self) -> None:
        """Wait for leave to make one more."""
        await self._gate.enter(self)


def source_client(
    database: Database,
    outbound: Outbound,
    source: StoredSource,
    http: Http,
    terms: Terms,
) -> SourceClient:
    """Give the client of a source behind the gate that all processes share."""
    address = template.base_address(source.base_url or http.base_url or "", source.config)
    has_host = bool(urlsplit(address).netloc)
    gate = SharedGate(database, source.id, source.name, terms, breaks=has_host)
    return outbound.client(source.name, address, terms, headers=http.headers, gate=gate)
