"""A database that goes away, or is not as expected: a coded error, and it works when it is back."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import psutil
import pytest

from isthmus.graph.answer import GraphAnswer, Operation
from isthmus.graph.executing import Graph, Limits
from isthmus.store.database import Database

SKILLS = Operation("{ skills { totalCount nodes { id label { value } } } __typename }")

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND state = 'active' AND wait_event_type = 'Lock'"
)


async def ask(database: Database, operation: Operation = SKILLS) -> GraphAnswer:
    return await Graph(database, limits=Limits(seconds=5)).run(operation)


async def test_a_column_that_is_not_there_is_a_coded_error_of_its_field(database: Database) -> None:
    await database.execute("ALTER TABLE skill DROP COLUMN reuse")
    answer = await ask(database, Operation("{ skills { nodes { reuse } } frameworks { id } }"))
    assert answer.codes == ("INTERNAL",)
    assert answer.data == {"skills": None, "frameworks": []}
    assert "reuse" not in answer.errors[0]["message"]


async def test_connections_cut_in_the_middle_of_it_are_replaced(database: Database) -> None:
    assert (await ask(database)).codes == ()
    await database.execute(CUT)
    answers = [await ask(database) for _ in range(3)]
    assert answers[-1].codes == ()
    assert set(answers[0].codes) <= {"INTERNAL"}


@pytest.mark.parametrize("compiling", [True, False])
async def test_a_connection_cut_at_any_moment_is_an_answer_with_a_code(
    compiling: bool, database: Database
) -> None:
    # the server's last word may meet a statement anywhere on its way; of 60 cuts some do
    graph = Graph(database, limits=Limits(seconds=5), compiling=compiling)
    for turn in range(60):
        cut = asyncio.create_task(database.execute(CUT))
        await asyncio.sleep(turn % 20 / 10_000)
        answers = [await graph.run(SKILLS) for _ in range(3)]
        await cut
        assert {code for answer in answers for code in answer.codes} <= {"INTERNAL"}
    assert (await graph.run(SKILLS)).codes == ()


@pytest.mark.parametrize("compiling", [True, False])
async def test_a_statement_that_does_not_end_is_stopped_at_the_deadline(
    compiling: bool, database: Database
) -> None:
    # the table stays locked until nothing waits for it: a statement that ran on would hang this
    graph = Graph(database, limits=Limits(seconds=0.5), compiling=compiling)
    async with database.transaction() as connection:
        await connection.execute("LOCK TABLE skill IN ACCESS EXCLUSIVE MODE")
        answer = await graph.run(SKILLS)
        while await connection.fetchval(WAITING):  # noqa: ASYNC110 - the word is on its way
            await asyncio.sleep(0.02)
    assert answer.codes == ("DEADLINE_EXCEEDED",)
    assert (await graph.run(SKILLS)).codes == ()


async def test_a_server_that_was_killed_is_asked_again_once_it_is_back(a_home: Path) -> None:
    async with await Database.open(home=a_home) as database:
        assert (await ask(database)).codes == ()
        _kill(a_home)
        gone = await ask(database)
        async with await Database.open(home=a_home):
            await asyncio.sleep(0)
            back = [await ask(database) for _ in range(3)]
    assert set(gone.codes) == {"INTERNAL"}
    assert back[-1].codes == ()


def _kill(home: Path) -> None:
    """Kill the whole embedded server at once, as a machine that runs out of memory does."""
    pid = int((home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for process in processes:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(processes, timeout=10)
