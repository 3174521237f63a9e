"""Migrations: up, down and up again with data; what the classes say is what the database has."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from collections.abc import Iterator, Mapping

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from isthmus.errors import Misconfigured
from isthmus.graph.executing import Graph, Operation
from isthmus.store import migrating
from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from isthmus.store.tables import metadata
from tests.conftest import ROOT, _create, _drop
from tests.support.world import fill_world

_numbers = itertools.count(1)
EXAMPLE = "{ vacancies(first: 3) { totalCount nodes { title { value } } } }"


@pytest.fixture
def empty(server: EmbeddedServer) -> Iterator[str]:
    """A database nothing was ever done with."""
    name = f"migrating_{next(_numbers)}"
    _create(server, name)
    yield server.url(name)
    _drop(server, name)


@pytest.fixture
def filled(server: EmbeddedServer, world_template: str) -> Iterator[str]:
    """A database that holds the playground."""
    name = f"migrating_{next(_numbers)}"
    _create(server, name, world_template)
    yield server.url(name)
    _drop(server, name)


def _ask(url: str, statement: str) -> list[tuple[object, ...]]:
    async def fetch() -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    return asyncio.run(fetch())


LEFT = (
    "SELECT 'relation', relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND relname NOT LIKE 'alembic%'"
    " UNION ALL SELECT 'function', proname FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace"
    " UNION ALL SELECT 'type', typname FROM pg_type WHERE typnamespace = 'public'::regnamespace"
    " AND typname NOT LIKE '%alembic%'"
)


def test_down_leaves_nothing_and_up_again_works(filled: str) -> None:
    before = _ask(filled, "SELECT count(*) FROM vacancy")
    assert before[0][0] != 0
    migrating.downgrade(filled, "base")
    assert _ask(filled, LEFT) == []
    migrating.upgrade(filled)
    assert _ask(filled, "SELECT count(*) FROM vacancy") == [(0,)]


KEPT = (
    "SELECT s.name, s.connector, s.state, (SELECT count(*) FROM record r WHERE r.source_id = s.id)"
    " FROM source s ORDER BY s.name"
)


def test_a_step_down_and_up_again_loses_no_source_and_no_record(filled: str) -> None:
    before, vacancies = _ask(filled, KEPT), _ask(filled, "SELECT count(*) FROM vacancy")
    assert len(before) > 3
    migrating.downgrade(filled, "0002")
    assert _ask(filled, KEPT) == before
    migrating.upgrade(filled)
    assert _ask(filled, KEPT) == before
    assert _ask(filled, "SELECT count(*) FROM vacancy") == vacancies
    unnamed = "SELECT s.name FROM source s JOIN connector k ON k.id = s.connector_id"
    assert _ask(filled, f"{unnamed} WHERE k.name <> s.connector") == []


def test_a_database_that_was_down_and_up_is_filled_and_answers(filled: str) -> None:
    migrating.downgrade(filled, "base")
    migrating.upgrade(filled)
    asyncio.run(fill_world(filled))

    async def ask(database: Database) -> object:
        answer = await Graph(database).run(Operation(EXAMPLE))
        return answer.errors or (answer.data or {})["vacancies"]["totalCount"]

    async def total() -> object:
        async with await Database.open(url=filled, home=ROOT / "unused") as database:
            return await ask(database)

    assert asyncio.run(total()) == _ask(filled, "SELECT count(*) FROM vacancy")[0][0]


def test_what_was_asked_of_live_sources_goes_down_without_a_record(filled: str) -> None:
    _ask(
        filled,
        "INSERT INTO live_reading (source_id, stream, question, answered_at)"
        " SELECT DISTINCT source_id, stream, ''::bytea, now() FROM record",
    )
    _ask(filled, "UPDATE record SET seen_at = now()")
    records = "SELECT source_id, stream, source_key, raw_hash FROM record ORDER BY id"
    before = _ask(filled, records)
    migrating.downgrade(filled, "0003")
    assert _ask(filled, records) == before
    migrating.upgrade(filled)
    assert _ask(filled, records) == before
    assert _ask(filled, "SELECT count(*) FROM live_reading") == [(0,)]
    assert _ask(filled, "SELECT count(*) FROM record WHERE seen_at IS NOT NULL") == [(0,)]


COLUMNS = (
    "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull"
    " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0"
    " AND NOT a.attisdropped AND c.relname <> 'alembic_version'"
)
INDEXES = (
    "SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid"
    " WHERE x.relnamespace = 'public'::regnamespace"
    " AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)"
)


def _kind(compiled: str) -> str:
    return compiled.lower().partition(" collate ")[0]


def test_the_classes_say_what_the_database_has(empty: str) -> None:
    migrating.upgrade(empty)
    dialect = postgresql.dialect()
    stated = {
        (table.name, column.name, _kind(column.type.compile(dialect=dialect)), column.nullable)
        for table in metadata.tables.values()
        for column in table.columns
    }
    assert set(_ask(empty, COLUMNS)) == stated


def test_the_classes_name_the_indexes_the_database_has(empty: str) -> None:
    migrating.upgrade(empty)
    stated = {(index.name,) for table in metadata.tables.values() for index in table.indexes}
    assert set(_ask(empty, INDEXES)) == stated


def _migrate(url: str) -> subprocess.Popen[bytes]:
    code = "import sys; from isthmus.store import migrating; migrating.upgrade(sys.argv[1])"
    return subprocess.Popen([sys.executable, "-c", code, url], stderr=subprocess.PIPE)


def test_processes_that_migrate_at_once_do_it_once(empty: str) -> None:
    running = [_migrate(empty) for _ in range(3)]
    ended = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], ended
    assert _ask(empty, "SELECT version_num FROM alembic_version") == [(migrating.head(),)]


@pytest.mark.parametrize("wait", [0.0, 0.6, 0.9, 1.2])
def test_a_migration_that_is_killed_is_done_by_the_next_start(empty: str, wait: float) -> None:
    process = _migrate(empty)
    try:
        process.communicate(timeout=wait)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    migrating.upgrade(empty)
    assert _ask(empty, "SELECT version_num FROM alembic_version") == [(migrating.head(),)]
    tables: Mapping[str, sa.Table] = metadata.tables
    assert len(_ask(empty, LEFT)) > len(tables)


async def test_a_database_of_a_newer_isthmus_is_refused(
    database: Database, server: EmbeddedServer
) -> None:
    await database.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Misconfigured, match="newer than this isthmus") as refused:
        await Database.open(url=database.url, home=server.home)
    assert refused.value.code == "DATABASE_TOO_NEW"
    await database.execute(f"UPDATE alembic_version SET version_num = '{migrating.head()}'")


async def test_an_address_that_is_no_postgresql_is_refused(server: EmbeddedServer) -> None:
    with pytest.raises(Misconfigured) as refused:
        await Database.open(url="mysql://localhost/isthmus", home=server.home)
    assert refused.value.code in {"SETTING_INVALID", "DATABASE_UNREACHABLE"}


async def test_a_start_on_a_migrated_database_migrates_nothing(
    database: Database, server: EmbeddedServer
) -> None:
    said: list[str] = []
    again = await Database.open(url=database.url, home=server.home, say=said.append)
    await again.close()
    assert said == []
