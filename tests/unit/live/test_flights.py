"""A flight belongs to one link, and ends with its last passenger."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from isthmus.connector.original import Listed
from isthmus.connector.records import CredentialRecord
from isthmus.credentials.contract import Document
from isthmus.errors import SourceRefused, SourceUnavailable
from isthmus.live.flights import Flight, Flights, Found

FOUND = Found(Listed("k", CredentialRecord(title="t")), Document(b"d"))


class Trip:
    """One fetch, counted; it ends when told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.begun = self.cancelled = 0
        self.over = asyncio.Event()
        self.error = error

    async def __call__(self, flight: Flight) -> None:
        self.begun += 1
        flight.take(FOUND)
        try:
            await self.over.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error is not None:
            raise self.error


def soon(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def joined(flights: Flights, link: int, trip: Any, seconds: float = 5) -> Flight:
    return await flights.join(link, trip, until=soon(seconds))


async def test_those_who_ask_for_one_link_take_part_in_one() -> None:
    flights, trip = Flights(), Trip()
    tasks = [asyncio.create_task(joined(flights, 1, trip)) for _ in range(10)]
    await asyncio.sleep(0)
    trip.over.set()
    found = await asyncio.gather(*tasks)
    assert trip.begun == 1
    assert all(each.arrived == [FOUND] and each.fault() is None for each in found)


async def test_another_link_is_another_flight() -> None:
    flights, one, other = Flights(), Trip(), Trip()
    tasks = [asyncio.create_task(joined(flights, n, t)) for n, t in ((1, one), (2, other))]
    await asyncio.sleep(0.01)
    one.over.set()
    other.over.set()
    await asyncio.gather(*tasks)
    assert (one.begun, other.begun) == (1, 1)


async def test_an_answer_is_not_kept_for_whoever_comes_later() -> None:
    flights, trip = Flights(), Trip()
    trip.over.set()
    await joined(flights, 1, trip)
    await joined(flights, 1, trip)
    assert trip.begun == 2


async def test_what_arrived_by_the_deadline_is_given_and_said_to_be_not_all() -> None:
    flights, trip = Flights(), Trip()
    found = await joined(flights, 1, trip, 0.05)
    fault = found.fault()
    assert found.arrived == [FOUND]
    assert fault is not None
    assert fault.code == "SOURCE_TIMEOUT"


async def test_one_who_leaves_early_leaves_it_to_the_others() -> None:
    flights, trip = Flights(), Trip()
    patient = asyncio.create_task(joined(flights, 1, trip))
    await joined(flights, 1, trip, 0.02)
    assert trip.cancelled == 0
    trip.over.set()
    assert (await patient).fault() is None


async def test_the_last_who_leaves_ends_it_and_a_new_one_boards_another() -> None:
    flights, trip = Flights(), Trip()
    await joined(flights, 1, trip, 0.02)
    later = asyncio.create_task(joined(flights, 1, trip))
    await asyncio.sleep(0.01)
    assert (trip.begun, trip.cancelled) == (2, 1)
    trip.over.set()
    assert (await later).fault() is None


async def test_a_removed_links_passengers_get_nothing_of_it() -> None:
    flights, trip = Flights(), Trip()
    task = asyncio.create_task(joined(flights, 1, trip))
    await asyncio.sleep(0.01)
    flights.end(1)
    found = await task
    assert found.arrived == []
    assert isinstance(found.fault(), SourceRefused)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SourceUnavailable("down"), "SOURCE_DOWN"),
        (TimeoutError(), "SOURCE_TIMEOUT"),
        (KeyError("Tara Lokhande"), "SOURCE_BAD_DATA"),
    ],
)
async def test_whatever_goes_wrong_is_a_fault_with_a_code(
    error: Exception, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    trip = Trip(error)
    trip.over.set()
    fault = (await joined(Flights(), 1, trip)).fault()
    assert fault is not None
    assert fault.code == code
    assert "Lokhande" not in f"{fault}{caplog.text}"
