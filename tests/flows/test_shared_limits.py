"""One rate and one circuit of a source, whoever calls it: processes of their own, real HTTP."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from isthmus.errors import SourceRateLimited, SourceRefused, SourceUnavailable
from isthmus.hub import Hub
from isthmus.outbound import Outbound, SourceClient, Terms
from isthmus.store.sources import get_source
from isthmus.store.traffic import FAULTS, MOST_TURNS, SharedGate, spans
from tests.conftest import ROOT
from tests.flows.jobs import add_board
from tests.support.replay import Asked, Replay, Reply, json_reply

CALLS, SECONDS = 5, 1.0
PROCESSES = 4


class Watch:
    """Takes down by its own clock when each call came in."""

    def __init__(self, slowest: float = 0.0) -> None:
        self.moments: list[float] = []
        self._lock = threading.Lock()
        self._slowest = slowest
        self._dice = random.Random(7)

    def __call__(self, _: Asked) -> Reply:
        with self._lock:
            self.moments.append(time.monotonic())
            hang = self._dice.uniform(0, self._slowest)
        return Reply(b"{}", 200, {"content-type": "application/json"}, hang=hang)

    def most_within(self, seconds: float) -> int:
        """Count the calls of the fullest window of so many seconds."""
        moments = sorted(self.moments)
        most = begin = 0
        for end, moment in enumerate(moments):
            while moment - moments[begin] >= seconds:
                begin += 1
            most = max(most, end - begin + 1)
        return most


async def _source(hub: Hub, url: str) -> int:
    await add_board(hub, url)
    return (await get_source(hub.database, "board")).id


@contextmanager
def _callers(
    hub: Hub, source: int, address: str, *, calls: int, seconds: int, at_once: int
) -> Iterator[list[subprocess.Popen[bytes]]]:
    words = [
        sys.executable, "-m", "tests.flows.caller_process", hub.database.url, str(source), address,
        str(calls), str(SECONDS), str(at_once), str(seconds),
    ]  # fmt: skip
    running = [
        subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(PROCESSES)
    ]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.communicate()


async def _ended(running: list[subprocess.Popen[bytes]]) -> Counter[str]:
    """Wait for every caller; count how their calls ended."""
    said: Counter[str] = Counter()
    for process in running:
        out, err = await asyncio.to_thread(process.communicate, timeout=90)
        assert process.returncode == 0, err.decode()
        said.update(line.split()[0] for line in out.decode().splitlines())
    return said


async def _never_a_sixth(hub: Hub, replay: Replay, seconds: int, slowest: float) -> None:
    watch = Watch(slowest)
    replay.answers["/jobs"] = watch
    source = await _source(hub, replay.url)
    with _callers(hub, source, replay.url, calls=CALLS, seconds=seconds, at_once=3) as running:
        said = await _ended(running)
    assert said == {"GOOD": len(watch.moments)}
    assert watch.most_within(SECONDS) <= CALLS
    # and the limit is used: what it allows is not far from what was asked
    assert len(watch.moments) > 0.5 * CALLS / (SECONDS + slowest) * seconds
    rate = len(watch.moments) / (max(watch.moments) - min(watch.moments))
    print(f"{len(watch.moments)} calls, {rate:.2f} a second", flush=True)


@pytest.mark.mission("M100")
async def test_a_source_that_allows_five_calls_a_second_never_sees_a_sixth(
    hub: Hub, replay: Replay
) -> None:
    await _never_a_sixth(hub, replay, 6, 0.05)


@pytest.mark.slow
@pytest.mark.mission("M100")
@pytest.mark.parametrize("slowest", [0.0, 0.4, 1.5])
async def test_for_a_minute_it_never_sees_a_sixth_however_long_it_takes(
    hub: Hub, replay: Replay, slowest: float
) -> None:
    await _never_a_sixth(hub, replay, 60, slowest)


@pytest.mark.parametrize(
    ("calls", "seconds"), [(5, 1.0), (60, 60.0), (100, 1.0), (1000, 3600.0), (65, 1.0)]
)
def test_a_large_rate_is_kept_in_spans_that_never_allow_more(calls: int, seconds: float) -> None:
    most, span = spans(calls, seconds)
    assert 0 < most <= MOST_TURNS
    assert most * (seconds / span) <= calls
    assert most / span > 0.9 * calls / seconds


def _client(hub: Hub, source: int, url: str, **terms: float) -> SourceClient:
    chosen = Terms(timeout=5, attempts=1, **terms)  # type: ignore[arg-type]
    gate = SharedGate(hub.database, source, "board", chosen)
    return Outbound(allow_private=True).client("board", url, chosen, gate=gate)


async def _broken(hub: Hub, replay: Replay) -> int:
    """Let a source fail until it is left in peace."""
    source = await _source(hub, replay.url)
    replay.answers["/jobs"] = Reply(b"", 503)
    async with _client(hub, source, replay.url) as http:
        for _ in range(FAULTS):
            with pytest.raises(SourceUnavailable, match="answered 503"):
                await http.get("/jobs")
    assert await _circuit(hub) == "OPEN"
    return source


async def _circuit(hub: Hub) -> str:
    found: str = await hub.database.value("SELECT circuit FROM source_traffic")
    return found


async def test_a_circuit_that_one_process_opened_is_open_in_another(
    hub: Hub, replay: Replay
) -> None:
    source = await _broken(hub, replay)
    before = replay.hits["/jobs"]
    with _callers(hub, source, replay.url, calls=0, seconds=1, at_once=1) as running:
        said = await _ended(running)
    assert set(said) == {"SOURCE_DOWN"}
    assert said["SOURCE_DOWN"] >= PROCESSES
    assert replay.hits["/jobs"] == before == FAULTS


async def test_of_all_processes_one_call_tries_whether_it_is_up_again(
    hub: Hub, replay: Replay
) -> None:
    source = await _broken(hub, replay)
    answering = threading.Event()

    def slowly(_: Asked) -> Reply:
        answering.wait(30)
        return json_reply({})

    replay.answers["/jobs"] = slowly
    await hub.database.execute("UPDATE source_traffic SET open_until = now()")
    with _callers(hub, source, replay.url, calls=0, seconds=3, at_once=2) as running:
        await asyncio.to_thread(replay.until, "/jobs", FAULTS + 1)
        await asyncio.sleep(1.5)
        assert replay.hits["/jobs"] == FAULTS + 1
        assert await _circuit(hub) == "HALF_OPEN"
        answering.set()
        said = await _ended(running)
    assert said["GOOD"] > 1
    assert await _circuit(hub) == "CLOSED"


async def test_a_probe_that_fails_leaves_it_in_peace_for_longer(hub: Hub, replay: Replay) -> None:
    source = await _broken(hub, replay)
    await hub.database.execute("UPDATE source_traffic SET open_until = now()")
    async with _client(hub, source, replay.url) as http:
        with pytest.raises(SourceUnavailable, match="answered 503"):
            await http.get("/jobs")
        with pytest.raises(SourceUnavailable, match="left in peace") as refused:
            await http.get("/jobs")
    assert 15 < (refused.value.retry_after or 0) <= 20


async def test_what_a_source_refuses_says_nothing_of_its_health(hub: Hub, replay: Replay) -> None:
    source = await _source(hub, replay.url)
    replay.answers["/jobs"] = Reply(b"", 404)
    async with _client(hub, source, replay.url) as http:
        for _ in range(2 * FAULTS):
            with pytest.raises(SourceRefused):
                await http.get("/jobs")
    assert replay.hits["/jobs"] == 2 * FAULTS


async def test_a_good_answer_between_starts_the_count_anew(hub: Hub, replay: Replay) -> None:
    source = await _source(hub, replay.url)
    async with _client(hub, source, replay.url) as http:
        for _ in range(3):
            replay.answers["/jobs"] = Reply(b"", 503)
            for _ in range(FAULTS - 1):
                with pytest.raises(SourceUnavailable, match="answered 503"):
                    await http.get("/jobs")
            replay.answers["/jobs"] = json_reply({})
            await http.get("/jobs")
    assert await _circuit(hub) == "CLOSED"


async def test_a_source_that_names_a_time_is_not_called_before_it_by_anyone(
    hub: Hub, replay: Replay
) -> None:
    source = await _source(hub, replay.url)
    replay.answers["/jobs"] = Reply(b"", 429, {"retry-after": "60"})
    async with _client(hub, source, replay.url) as http:
        with pytest.raises(SourceRateLimited, match="answered 429"):
            await http.get("/jobs")
    async with _client(hub, source, replay.url, patience=1.0) as another:
        with pytest.raises(SourceRateLimited, match="asked not to be called") as refused:
            await another.get("/jobs")
    assert 50 < (refused.value.retry_after or 0) <= 60
    assert replay.hits["/jobs"] == 1


async def test_who_has_no_patience_is_told_when_the_next_turn_is(hub: Hub, replay: Replay) -> None:
    source = await _source(hub, replay.url)
    replay.answers["/jobs"] = json_reply({})
    async with _client(hub, source, replay.url, calls=2, per_seconds=60.0, patience=0.5) as http:
        await http.get("/jobs")
        await http.get("/jobs")
        with pytest.raises(SourceRateLimited, match="more often than its rate") as refused:
            await http.get("/jobs")
    assert 55 < (refused.value.retry_after or 0) <= 60
    assert replay.hits["/jobs"] == 2


async def test_a_process_that_died_with_a_turn_gives_it_back_late_not_early(
    hub: Hub, replay: Replay
) -> None:
    source = await _source(hub, replay.url)
    replay.answers["/jobs"] = Reply(b"{}", hang=60)
    with _callers(hub, source, replay.url, calls=1, seconds=60, at_once=1) as running:
        await asyncio.to_thread(replay.until, "/jobs", 1)
        for process in running:
            process.kill()
    async with _client(hub, source, replay.url, calls=1, patience=2.0) as http:
        with pytest.raises(SourceRateLimited):
            await http.get("/jobs")
    assert replay.hits["/jobs"] == 1


async def test_without_the_database_no_call_is_made(hub: Hub, replay: Replay) -> None:
    source = await _source(hub, replay.url)
    replay.answers["/jobs"] = json_reply({})
    async with _client(hub, source, replay.url, calls=5, patience=0.5) as http:
        await hub.database.pool.close()
        with pytest.raises(SourceRateLimited):
            await http.get("/jobs")
    assert replay.hits["/jobs"] == 0


async def test_another_rate_never_allows_more_than_the_slower_of_both(
    hub: Hub, replay: Replay
) -> None:
    source = await _source(hub, replay.url)
    replay.answers["/jobs"] = json_reply({})
    async with _client(hub, source, replay.url, calls=2, per_seconds=30.0) as http:
        await http.get("/jobs")
        await http.get("/jobs")
    async with _client(hub, source, replay.url, calls=4, per_seconds=30.0, patience=0.2) as faster:
        with pytest.raises(SourceRateLimited):
            await faster.get("/jobs")
    assert replay.hits["/jobs"] == 2


async def test_calls_are_counted_with_how_long_they_took(hub: Hub, replay: Replay) -> None:
    source = await _source(hub, replay.url)
    replay.answers["/jobs"] = Reply(b"{}", hang=0.05)
    async with _client(hub, source, replay.url) as http:
        for _ in range(3):
            await http.get("/jobs")
        replay.answers["/jobs"] = Reply(b"", 503)
        with pytest.raises(SourceUnavailable):
            await http.get("/jobs")
    recent = await hub.database.value("SELECT recent FROM source_traffic")
    assert [each > 50 for each in recent] == [True, True, True, False]
    assert recent[3] < 0
