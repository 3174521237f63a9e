"""One contract for every transport: the same records, and the same promises kept of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from isthmus.connector.installed import load_folder
from isthmus.connector.manifest import Transport as Word
from isthmus.hub import Hub
from isthmus.model.run import RunState
from isthmus.outbound import Key, Outbound, Terms
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.sync import StreamReport
from isthmus.trials.mapping import reading
from tests.conftest import ROOT
from tests.flows.jobs import rejected
from tests.support.replay import Asked, Replay, Reply
from tests.support.transports import TRANSPORTS, Board, Job, Transport

MANIFEST = """\
isthmus: 1
id: trial
version: 1.0.0
title: Trial
maintainers: [isthmus]
transport: KIND
modes: [synced]
config: {required: [key], properties: {key: {type: string, secret: true}}}
http: {auth: {api_key: {header: x-key, secret: key}}}
streams:
  jobs:
    produces: Vacancy@1WORDS"""
SECRET = "s3cret"
BEGIN = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
PERSONAL = {"oauth_store", "wallet_presentation"}
"""Transports of credentials, never of jobs: their contract is that of the stories of consent."""
ANSWERED_LATER = {"async_callback"}
"""Read with calls back and signatures: their contract is that of `test_callbacks`."""
FAULTED = [
    "rest, numbered", "rest, by cursor", "rest, cut by time", "graphql", "sparql", "xml, streamed",
    "csv in a zip", "json lines", "json-ld", "rss", "oai-pmh", "python",
]  # fmt: skip
"""One for each way over the wire."""
each_transport = pytest.mark.parametrize("name", TRANSPORTS)


def a_job(id_: str, title: str | None, *skills: str, days: int = 0) -> Job:
    return Job(id_, title, "Ørsted & Sønner <A/S>", skills, BEGIN + timedelta(days=days))


JOBS = [
    a_job("007", 'Nurse, "night" & <day>; Zürich', "first aid", "wound care, basic"),
    a_job("a/b c", "ممرضة", "التمريض", days=1),
    a_job("é-3", "看護師 🩺", days=2),
    a_job("4", "Baker's assistant", "dough; kneading", days=3),
    a_job("5", "0", "x", days=4),
    a_job("6", "null", "true", "None", days=5),
    a_job("7", "=1+1", '"quoted"', days=6),
]


def canonical(job: Job) -> dict[str, Any]:
    """Write the whole of what a job is, whatever it came in."""
    said: dict[str, Any] = {
        "title": job.title, "url": job.url, "employer": {"name": job.employer},
        "published_at": job.published.isoformat(), "language": "en",
    }  # fmt: skip
    return said | ({"skills": [{"text": one} for one in job.skills]} if job.skills else {})


class Upstream:
    """A board behind one transport, which lets in who has the key; `fault` spoils its last call."""

    def __init__(self, transport: Transport, replay: Replay) -> None:
        self.board = Board(list(JOBS))
        self.fault: Callable[[Reply], Reply] | None = None
        self.calls = 0
        self._transport = transport
        replay.answers = {"/": self.answer}

    def answer(self, asked: Asked) -> Reply:
        if asked.headers.get("x-key") != SECRET:
            return Reply(b"", 401)
        self.calls += 1
        reply = self._transport.answer(asked, self.board)
        is_last = self._transport.answer(asked, Board(self.board.jobs[:-1])).body != reply.body
        return self.fault(reply) if self.fault is not None and is_last else reply


@pytest.fixture
def transport(name: str) -> Transport:
    return TRANSPORTS[name]


@pytest.fixture
def folder(transport: Transport, tmp_path: Path) -> Path:
    """A connector of one transport."""
    found = tmp_path / "connectors" / "trial"
    found.mkdir(parents=True)
    text = MANIFEST.replace("KIND", transport.kind).replace("WORDS", transport.words)
    (found / "connector.yaml").write_text(text, "utf-8")
    if transport.part is not None:
        (found / "client.py").write_text(transport.part, "utf-8")
    return found


@pytest.fixture
def upstream(transport: Transport, replay: Replay) -> Upstream:
    return Upstream(transport, replay)


@each_transport
async def test_the_records_are_the_same_whatever_they_came_in(
    folder: Path, upstream: Upstream, replay: Replay, tmp_path: Path
) -> None:
    terms = Terms(timeout=5.0, attempts=1)
    async with Outbound(allow_private=True).client("trial", replay.url, terms) as client:
        read = reading(client.allowed_by(Key("x-key", SECRET)), tmp_path)
        mapped = await read(load_folder(folder), "jobs", {})
    assert mapped.records == {job.id: canonical(job) for job in JOBS}
    assert (mapped.rejections, mapped.missed) == ([], [])


class Source:
    """The board as a source of a hub."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def read(self) -> StreamReport:
        (report,) = await self.hub.sync(["trial"])
        (stream,) = report.streams
        return stream

    async def came(self) -> tuple[int, int, int, int, int]:
        """Read it; give what was added, changed, unchanged, removed and rejected."""
        stream = await self.read()
        assert stream.state is RunState.DONE, stream
        c = stream.counts
        assert c.added + c.changed + c.unchanged + c.rejected == c.seen
        return c.added, c.changed, c.unchanged, c.removed, c.rejected

    async def titles(self) -> dict[str, str]:
        """Give what the store holds."""
        rows = await self.hub.database.fetch(
            "SELECT r.source_key, v.title FROM record r JOIN vacancy v ON v.id = r.entity_id"
            " WHERE r.noun = 'VACANCY' AND r.gone_at IS NULL"
        )
        return {row[0]: row[1] for row in rows}


@pytest.fixture
async def source(
    folder: Path, upstream: Upstream, database: Database, replay: Replay, tmp_path: Path
) -> Source:
    settings = Settings(
        home=tmp_path, allow_loopback=True, source_timeout=5.0, source_attempts=1,
        connectors_dir=str(folder.parent),
    )  # fmt: skip
    hub = Hub(settings, database, ROOT)
    await hub.add_source("trial", "trial", {"key": SECRET}, base_url=replay.url)
    return Source(hub)


def titles(jobs: list[Job]) -> dict[str, str | None]:
    return {job.id: job.title for job in jobs}


@each_transport
async def test_what_is_new_changed_gone_or_bad_is_told_and_kept_alike(
    transport: Transport, upstream: Upstream, source: Source
) -> None:
    board = upstream.board
    assert await source.came() == (7, 0, 0, 0, 0)
    assert await source.came() == (0, 0, 7, 0, 0)
    renewed = JOBS[3]._replace(title="Baker")
    board.jobs = [*JOBS[:3], renewed, *JOBS[5:], a_job("8", "Cook", days=7)]
    board.gone = ["5"]
    assert await source.came() == (1, 1, 5, 1, 0)
    good = await source.titles()
    assert good == titles(board.jobs)
    board.jobs = [*board.jobs[:3], renewed._replace(title=None), *board.jobs[4:]]
    assert await source.came() == (0, 0, 6, 0, 1)
    assert await rejected(source.hub.database) == {"FIELD_MISSING": 1}
    assert await source.titles() == good
    board.jobs = board.jobs[:2]
    shrunken = await source.read()
    assert shrunken.counts.removed == 0
    assert await source.titles() == good
    if "snapshot" in transport.words:  # of tombstones absence says nothing
        assert shrunken.counts.removals_held > 0


def broken_off(reply: Reply) -> Reply:
    whole = {"content-length": str(len(reply.body) + 10), "connection": "close"}
    return Reply(reply.body, 200, {**reply.headers, **whole})


FAULTS: dict[str, tuple[Callable[[Reply], Reply], str]] = {
    "500": (lambda _: Reply(b"{}", 500), "SOURCE_DOWN"),
    "broken off": (broken_off, "SOURCE_DOWN"),
    "403": (lambda _: Reply(b"{}", 403), "SOURCE_REFUSED"),
    "away": (lambda _: Reply(b"", 302, {"location": "http://169.254.169.254/"}), "SOURCE_REFUSED"),
}


@pytest.mark.parametrize("name", FAULTED)
async def test_a_fault_has_its_code_loses_nothing_and_the_next_run_mends_it(
    upstream: Upstream, source: Source
) -> None:
    await source.read()
    for number, (spoil, code) in enumerate(FAULTS.values()):
        upstream.board.jobs = [JOBS[0]._replace(title=f"Nurse {number}"), *JOBS[1:]]
        upstream.fault = spoil
        stream = await source.read()
        assert (stream.state, stream.fault_code) == (RunState.FAILED, code)
        assert SECRET not in str(stream.fault)
        assert (await source.titles()).keys() == {job.id for job in JOBS}
        upstream.fault = None
        assert (await source.read()).state is RunState.DONE
        assert await source.titles() == titles(upstream.board.jobs)
    upstream.fault = lambda _: Reply(b"{}", 429, {"retry-after": "900"})
    assert (await source.read()).fault_code == "SOURCE_RATE_LIMITED"
    calls = upstream.calls
    assert (await source.read()).fault_code == "SOURCE_RATE_LIMITED"
    assert upstream.calls == calls  # who asked not to be called is not called
    assert await source.titles() == titles(upstream.board.jobs)


def test_every_transport_of_the_manifest_is_held_to_a_contract() -> None:
    assert {one.kind for one in TRANSPORTS.values()} | PERSONAL | ANSWERED_LATER == set(
        get_args(Word)
    )
