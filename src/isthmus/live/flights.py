"""Fetches under way: who asks for the same link of the same learner takes part in one.

A flight belongs to one link, and so to one learner; nothing is ever shared between two. It ends
with its last passenger.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from isthmus.connector.original import Listed
from isthmus.credentials.contract import Document
from isthmus.errors import IsthmusError, SourceFault, SourceGarbled, SourceRefused, SourceTimedOut

log = logging.getLogger(__name__)

MOST_BYTES = 48 * 1024 * 1024
"""Bytes of all documents of one link that are in memory at once."""


@dataclass(frozen=True, slots=True)
class Found:
    """One document, what the store listed of it, and where in its list that stood."""

    listed: Listed
    document: Document
    place: int = 0


@dataclass(slots=True)
class Flight:
    """One fetch of one link: what has arrived so far, and what went wrong."""

    arrived: list[Found] = field(default_factory=list)
    faults: list[SourceFault] = field(default_factory=list)
    passengers: int = 0
    is_over: bool = False
    size: int = 0

    def take(self, found: Found) -> None:
        """Take a document that arrived, as far as one learner's stay within bounds."""
        self.size += len(found.document.body)
        if self.size > MOST_BYTES:
            raise SourceGarbled("gives more than one learner could hold")
        self.arrived.append(found)

    def clear(self) -> None:
        """Let go of everything, to begin anew."""
        self.arrived.clear()
        self.faults.clear()
        self.size = 0

    def fault(self) -> SourceFault | None:
        """Give the gravest fault: one that a further try cannot mend comes first."""
        return min(self.faults, key=lambda fault: fault.retryable, default=None)


Fly = Callable[[Flight], Awaitable[None]]


class Flights:
    """The flights of one process."""

    def __init__(self) -> None:
        self._flights: dict[int, tuple[Flight, asyncio.Task[None]]] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """End every flight."""
        tasks = [task for _, task in self._flights.values()] + list(self._ending)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def end(self, link_id: int) -> None:
        """End the flight of a link that was removed; its passengers get nothing of it."""
        known = self._flights.pop(link_id, None)
        if known is not None:
            flight, task = known
            flight.arrived.clear()
            flight.faults.append(SourceRefused("is no longer linked"))
            task.cancel()

    async def join(self, link_id: int, fly: Fly, *, until: float) -> Flight:
        """Take part in the flight of a link until it lands, or until a moment of the loop's clock.

        What has arrived by then is in it, and a fault where that is not all.
        """
        flight, task = self._flights.get(link_id) or self._start(link_id, fly)
        flight.passengers += 1
        try:
            wait = max(0.0, until - asyncio.get_running_loop().time())
            await asyncio.wait({task}, timeout=wait)
            # as the store lists them, whichever of them came first
            arrived = sorted(flight.arrived, key=lambda found: found.place)
            faults = list(flight.faults)
            if not flight.is_over and not task.done():
                faults.append(SourceTimedOut("gave no whole answer in time"))
            return Flight(arrived, faults, is_over=flight.is_over)
        finally:
            flight.passengers -= 1
            if not flight.passengers and not task.done():
                self._forget(link_id, task)
                task.cancel()

    def _start(self, link_id: int, fly: Fly) -> tuple[Flight, asyncio.Task[None]]:
        flight = Flight()
        task = asyncio.create_task(_flown(flight, fly))
        self._flights[link_id] = flight, task
        self._ending.add(task)

        def landed(done: asyncio.Task[None]) -> None:
            self._ending.discard(done)
            self._forget(link_id, done)

        task.add_done_callback(landed)
        return flight, task

    def _forget(self, link_id: int, task: asyncio.Task[None]) -> None:
        """Let nobody else board; a later flight of the same link is another one."""
        known = self._flights.get(link_id)
        if known is not None and known[1] is task:
            del self._flights[link_id]


async def _flown(flight: Flight, fly: Fly) -> None:
    try:
        await fly(flight)
    except SourceFault as fault:
        flight.faults.append(fault)
    except TimeoutError:
        flight.faults.append(SourceTimedOut("gave no whole answer in time"))
    except IsthmusError:
        flight.faults.append(SourceRefused("cannot be asked"))
    except Exception as error:  # noqa: BLE001 - what an answer does to us costs its own part
        log.error("a store's answer could not be read: %s", type(error).__name__)  # noqa: TRY400
        flight.faults.append(SourceGarbled("gave an answer that could not be read"))
    flight.is_over = True
