"""The embedded server: shared by processes, safe from kills, and no bother to the operator."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from isthmus.store.embedded import EmbeddedServer
from tests.flows.commands import PATIENCE

HOLDER = """
import sys, time
from pathlib import Path
from isthmus.store.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.start()
print("started", flush=True)
sys.stdin.readline()
server.stop()
print("stopped", flush=True)
"""


@pytest.fixture
def home(a_home: Path) -> Iterator[Path]:
    """A home with a database at rest; its server is stopped whatever happened."""
    yield a_home
    _leave_nothing(a_home)


@pytest.fixture
def new_home(own_folder: Path) -> Iterator[Path]:
    """A home nothing was ever done in."""
    yield own_folder / "home"
    _leave_nothing(own_folder / "home")


def _leave_nothing(home: Path) -> None:
    last = EmbeddedServer(home)
    if (last.data / "postmaster.pid").exists():
        last.start()
        last.stop()


class Holder:
    """Another process that holds a share in the server."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(home)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def wait(self) -> None:
        """Wait until it has its share."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line == b"started\n", self.process.communicate(timeout=PATIENCE)

    def leave(self) -> None:
        """Have it give its share back and end."""
        _, said = self.process.communicate(b"\n", timeout=PATIENCE)
        assert self.process.returncode == 0, said

    def kill(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)


def _answers(home: Path) -> bool:
    async def ask() -> bool:
        try:
            connection = await asyncpg.connect(EmbeddedServer(home).url("postgres"))
        except (OSError, asyncpg.PostgresError):
            return False
        found = await connection.fetchval("SELECT 1")
        await connection.close()
        return bool(found == 1)

    return asyncio.run(ask())


def _pid(home: Path) -> int:
    return int((home / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def _kill_server(home: Path) -> None:
    server = psutil.Process(_pid(home))
    for each in [server, *server.children(recursive=True)]:
        try:
            os.kill(each.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


@pytest.mark.parametrize("order", ["first out first", "last in first"])
def test_the_last_process_out_stops_the_server(home: Path, order: str) -> None:
    one = EmbeddedServer(home)
    one.start()
    other = Holder(home)
    other.wait()
    leaving = [one.stop, other.leave]
    for leave in leaving if order == "first out first" else reversed(leaving):
        assert _answers(home)
        leave()
    assert not _answers(home)
    assert not (home / "postgres" / "postmaster.pid").exists()


def test_processes_that_start_at_once_share_one_server(new_home: Path) -> None:
    holders = [Holder(new_home) for _ in range(3)]
    for holder in holders:
        holder.wait()
    assert _answers(new_home)
    for holder in holders[:2]:
        holder.leave()
    assert _answers(new_home)
    holders[2].leave()
    assert not _answers(new_home)


def test_a_killed_process_does_not_stop_the_server_and_counts_as_gone(home: Path) -> None:
    one = EmbeddedServer(home)
    one.start()
    other = Holder(home)
    other.wait()
    other.kill()
    assert _answers(home)
    one.stop()
    assert not _answers(home)


def test_a_server_whose_only_user_was_killed_is_taken_over(home: Path) -> None:
    holder = Holder(home)
    holder.wait()
    pid = _pid(home)
    holder.kill()
    after = EmbeddedServer(home)
    after.start()
    assert _pid(home) == pid
    after.stop()
    assert not _answers(home)


def test_a_killed_server_comes_back_with_what_was_committed(home: Path) -> None:
    first = EmbeddedServer(home)
    first.start()
    _execute(first, "CREATE TABLE kept (n int)")
    _execute(first, "INSERT INTO kept SELECT generate_series(1, 1000)")
    _kill_server(home)
    second = EmbeddedServer(home)
    second.start()
    assert _value(second, "SELECT count(*) FROM kept") == 1000
    second.stop()
    first.stop()


@pytest.mark.parametrize("whose", ["nobody's", "another program's", "garbage"])
def test_a_stale_pid_file_is_no_hindrance(home: Path, whose: str) -> None:
    server = EmbeddedServer(home)
    server.start()
    pid_file = home / "postgres" / "postmaster.pid"
    content = pid_file.read_text().splitlines()
    server.stop()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    number = {"nobody's": ended.pid, "another program's": os.getpid()}.get(whose)
    lines = [str(number), *content[1:]] if number else [""]
    pid_file.write_text("\n".join(lines) + "\n")
    again = EmbeddedServer(home)
    again.start()
    assert _answers(home)
    again.stop()


def test_an_initdb_that_was_killed_half_way_leaves_nothing_in_the_way(new_home: Path) -> None:
    holder = Holder(new_home)
    fresh: list[Path] = []
    while not any((folder / "PG_VERSION").exists() for folder in fresh):
        fresh = list(new_home.glob("postgres.new-*"))
        assert holder.process.poll() is None
    holder.kill()
    assert not (new_home / "postgres" / "PG_VERSION").exists()
    server = EmbeddedServer(new_home)
    server.start()
    assert _answers(new_home)
    server.stop()
    assert (new_home / "postgres" / "PG_VERSION").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="says something of root only")
def test_the_server_of_root_runs_as_somebody_else(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    owner = psutil.Process(_pid(home)).uids()
    assert owner.real != 0
    assert owner.effective != 0
    server.stop()


def test_the_server_listens_on_no_network_and_its_folder_is_its_own(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    assert _value(server, "SHOW listen_addresses") == ""
    assert (home / "postgres").stat().st_mode & 0o077 == 0
    assert psutil.Process(_pid(home)).net_connections("inet") == []
    server.stop()


def test_a_home_with_a_long_path_works(own_folder: Path) -> None:
    deep = own_folder / ("a" * 60) / ("b" * 60) / "home"
    deep.parent.mkdir(parents=True)
    server = EmbeddedServer(deep)
    server.start()
    assert _value(server, "SELECT 1") == 1
    server.stop()


def _execute(server: EmbeddedServer, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(server.url("postgres"))
        await connection.execute(statement)
        await connection.close()

    asyncio.run(run())


def _value(server: EmbeddedServer, statement: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(server.url("postgres"))
        found = await connection.fetchval(statement)
        await connection.close()
        return found

    return asyncio.run(run())
