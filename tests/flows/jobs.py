"""Jobs as a board gives them, and what the store holds of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from isthmus.graph.executing import Graph, Operation
from isthmus.hub import Hub
from isthmus.store.database import Database
from isthmus.sync import SourceReport, StreamReport
from tests.support.replay import Asked, Reply, json_reply

CONNECTORS = Path(__file__).resolve().parent / "connectors"
PAGE = 20


def a_job(number: int, **fields: Any) -> dict[str, Any]:
    """Make one job as Greenhouse writes it."""
    return {
        "id": number,
        "title": f"Nurse {number}",
        "absolute_url": f"https://jobs.example/{number}",
        "company_name": "Acme",
        "location": {"name": "Lyon, France"},
        "language": "en",
        "first_published": "2026-09-01T08:00:00-04:00",
        "updated_at": "2026-10-01T09:30:00-04:00",
        "metadata": None,
    } | fields


def jobs(numbers: Iterable[int]) -> list[dict[str, Any]]:
    """Make several jobs."""
    return [a_job(number) for number in numbers]


def a_board(numbers: Iterable[int]) -> Reply:
    """Answer with a whole board."""
    return json_reply({"jobs": jobs(numbers)})


def page_of(asked: Asked, every: list[dict[str, Any]]) -> Reply:
    """Answer with the page asked for by number."""
    start = (int(asked.query.get("page", "1")) - 1) * PAGE
    return json_reply({"jobs": every[start : start + PAGE]})


def pages_of(every: list[dict[str, Any]], hang: float = 0.0) -> Callable[[Asked], Reply]:
    """Answer with pages, each after so many seconds."""

    def answer(asked: Asked) -> Reply:
        reply = page_of(asked, every)
        return Reply(reply.body, reply.status, reply.headers, hang=hang)

    return answer


async def add_board(hub: Hub, url: str, connector: str = "greenhouse") -> None:
    """Add the source `board`."""
    config = {"board": "acme"} if connector == "greenhouse" else {}
    await hub.add_source("board", connector, config, base_url=url)


async def sync_board(hub: Hub, *, confirm_removals: bool = False) -> SourceReport:
    """Read the source `board` once."""
    return (await hub.sync(["board"], confirm_removals=confirm_removals))[0]


async def read_board(hub: Hub, *, confirm_removals: bool = False) -> StreamReport:
    """Read the source `board` once; give what became of its only stream."""
    return (await sync_board(hub, confirm_removals=confirm_removals)).streams[0]


async def keys(database: Database) -> list[int]:
    """List the jobs the store holds, by their ids at the source."""
    rows = await database.fetch(
        "SELECT r.source_key FROM record r JOIN vacancy v ON v.id = r.entity_id"
        " WHERE r.noun = 'VACANCY' AND r.gone_at IS NULL"
    )
    return sorted(int(row[0]) for row in rows)


async def rejected(database: Database) -> dict[str, int]:
    """Count what is in quarantine, by reason."""
    rows = await database.fetch("SELECT reason, count(*) FROM rejected_record GROUP BY reason")
    return {row[0]: row[1] for row in rows}


async def answered(database: Database) -> int:
    """Ask the graph how many vacancies there are."""
    answer = await Graph(database).run(Operation("{ vacancies(first: 1) { totalCount } }"))
    assert answer.data is not None
    assert not answer.errors
    return int(answer.data["vacancies"]["totalCount"])


async def row_versions(database: Database) -> dict[str, list[Any]]:
    """Take down which version of each row of what was read stands in the store."""
    tables = (
        "record", "vacancy", "vacancy_skill", "requirement", "organization", "skill",
        "occupation", "occupation_skill", "qualification", "learning_outcome", "pending_link",
    )  # fmt: skip
    return {
        table: await database.fetch(f"SELECT ctid::text, xmin::text FROM {table} ORDER BY ctid")
        for table in tables
    }
