"""Job boards on loopback, asked live by a hub through its whole application."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson

from isthmus.hub import Hub
from isthmus.model.run import SourceMode
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.web.app import create_app
from tests.support.replay import Replay, Reply, json_reply

MANIFEST = """\
isthmus: 1
id: {id}
version: 1.0.0
title: Board
maintainers: [isthmus]
transport: rest
modes: [synced, live]
redistributable: {redistributable}
schedule: {{every: 1h}}
http: {{{rate}}}
streams:
  jobs:
    produces: Vacancy@1
    request: {{path: /jobs}}
    {page}
    records: jobs
    id: id
    deletes: {deletes}
    {deadline}
    live: {{{live}}}
    map:
      title: title
      url: url
      employer: {{name: employer}}
      published_at: published
      status: "'open'"
"""
JOBS = """query ($first: Int, $after: String, $q: String) {
  vacancies(first: $first, after: $after, filter: {q: $q}) {
    nodes { id title { value } publishedAt employer { name { value } }
      provenance { freshness source { name } } }
    pageInfo { hasNextPage endCursor } totalCount totalIsExact
    sources { state code ageSeconds returned retryable retryAfterSeconds source { name mode } }
  } }"""
"""What a front end asks of vacancies."""


def job(number: int, board: str = "a", **further: Any) -> dict[str, Any]:
    """Invent a job."""
    stated = {
        "id": number,
        "title": f"Job {board}{number}",
        "url": f"https://jobs.example/{board}/{number}",
        "employer": f"Employer {board}",
        "published": f"2026-11-{1 + number % 28:02}T08:00:00Z",
    }
    return stated | further


def jobs(*numbers: int, board: str = "a") -> Reply:
    """Answer with a list of jobs."""
    return json_reply({"jobs": [job(number, board) for number in numbers]})


AGED = {
    "live_reading": ("claimed_until", "answered_at", "failed_at", "retry_at"),
    "stream_state": ("last_complete",),
    "record": ("retrieved_at", "seen_at"),
    "source": ("last_success",),
    "source_traffic": ("open_until", "limited_until"),
}
"""Moments that an answer's age, or a source's peace, is counted from."""


@dataclass
class Boards:
    """A hub whose sources are boards."""

    database: Database
    home: Path
    settings: Mapping[str, Any] = field(default_factory=dict)
    hub: Hub = field(init=False)
    client: httpx.AsyncClient = field(init=False)
    ahead: float = 0.0
    """Seconds by which the hub's clock is ahead of the world's."""

    def __post_init__(self) -> None:
        chosen = {"allow_loopback": True, "source_timeout": 5.0, "live_deadline": 2.0}
        settings = Settings(
            home=self.home, connectors_dir=str(self.home), **(chosen | dict(self.settings))
        )
        self.hub = Hub(settings, self.database, self.home)
        self.hub.freshening.shop.clock = lambda: time.monotonic() + self.ahead
        transport = httpx.ASGITransport(app=create_app(self.hub, settings))  # type: ignore[arg-type]
        self.client = httpx.AsyncClient(transport=transport, base_url="http://hub.test")

    def kind(
        self,
        id_: str = "board",
        *,
        live: str = "keep: 1s",
        deadline: str = "",
        deletes: str = "snapshot",
        page: str = "page: none",
        redistributable: bool = True,
        rate: str = "",
    ) -> str:
        """Write a connector; give its name."""
        (self.home / id_).mkdir(exist_ok=True)
        text = MANIFEST.format(
            id=id_,
            live=live,
            deadline=f"deadline: {deadline}" if deadline else "",
            deletes=deletes,
            page=page,
            redistributable=str(redistributable).lower(),
            rate=f"rate: {rate}" if rate else "",
        )
        (self.home / id_ / "connector.yaml").write_text(text)
        return id_

    async def add(
        self, name: str, url: str, *, connector: str = "board", mode: SourceMode = SourceMode.LIVE
    ) -> None:
        """Add a source that stands at an address."""
        await self.hub.add_source(name, connector, {}, base_url=url, mode=mode)

    async def ask(self, document: str = JOBS, **variables: Any) -> dict[str, Any]:
        """Ask the graph; give the whole answer."""
        said = {"query": document, "variables": variables}
        headers = {"accept": "application/graphql-response+json"}
        answer = await self.client.post("/graphql", json=said, headers=headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = orjson.loads(answer.content)
        return found

    async def heard(self) -> None:
        """Listen for changes, as a server does, until the hub has heard of how its sources are."""
        await self.hub.listener.start()
        counts = await self.database.row("SELECT sources FROM generation")
        assert counts is not None
        for _ in range(500):
            if str(self.hub.listener.sources_generation).endswith(f"-{counts['sources']}"):
                return
            await asyncio.sleep(0.01)
        raise TimeoutError

    async def later(self, seconds: float) -> None:
        """Have so many seconds pass, as far as answers of live sources grow old."""
        self.ahead += seconds
        for table, columns in AGED.items():
            aged = ", ".join(f"{one} = {one} - make_interval(secs => $1)" for one in columns)
            await self.database.execute(f"UPDATE {table} SET {aged}", seconds)

    async def titles(self, **variables: Any) -> list[str]:
        """Give the titles of the vacancies shown, sorted."""
        return sorted(titles(await self.ask(**variables)))

    async def close(self) -> None:
        """Let go of the hub, and leave its database open."""
        await self.client.aclose()
        await self.hub.freshening.close()
        await self.hub.listener.stop()


def titles(answer: Mapping[str, Any]) -> list[str]:
    """Give the titles in an answer."""
    return [node["title"]["value"] for node in answer["data"]["vacancies"]["nodes"]]


def rows(answer: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give what each source told, by its name."""
    return {row["source"]["name"]: row for row in answer["data"]["vacancies"]["sources"]}


@contextmanager
def boards(count: int) -> Iterator[list[Replay]]:
    """Serve several boards; each lists three jobs of its own."""
    if not count:
        yield []
        return
    letter = "abcdefgh"[count - 1]
    with (
        boards(count - 1) as before,
        Replay({"/jobs": jobs(1, 2, 3, board=letter)}).serving() as it,
    ):
        yield [*before, it]
