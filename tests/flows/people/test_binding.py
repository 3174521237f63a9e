"""The policies bind whoever the database's user is, or the vault does not open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from isthmus.errors import Misconfigured
from isthmus.model.viewer import ANONYMOUS
from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from isthmus.store.people.binding import ROLE
from isthmus.store.people.vault import Vault
from isthmus.store.sealing import Keyring, new_key
from tests.support import people
from tests.support.servers import a_server

KEYS = Keyring("k1", {"k1": new_key()})


@pytest.fixture(scope="module")
def cluster() -> Iterator[EmbeddedServer]:
    """A server of its own: roles belong to a whole server, not to a database."""
    with a_server("roles") as running:
        yield running


@pytest.fixture
async def roles(cluster: EmbeddedServer) -> AsyncIterator[EmbeddedServer]:
    """The server without the role and without databases of other tests."""
    yield cluster
    connection = await asyncpg.connect(cluster.url("postgres"))
    for row in await connection.fetch("SELECT datname FROM pg_database WHERE datname ~ '^t_'"):
        await connection.execute(f"DROP DATABASE {row['datname']} WITH (FORCE)")
    users = await connection.fetch("SELECT rolname FROM pg_roles WHERE rolname ~ '^u_'")
    await connection.execute(f"DROP ROLE IF EXISTS {ROLE}")
    for row in users:
        await connection.execute(f"DROP OWNED BY {row['rolname']}; DROP ROLE {row['rolname']}")
    await connection.close()


async def _user(server: EmbeddedServer, name: str, rights: str = "") -> str:
    """Make a user with a database of its own; gives its address."""
    connection = await asyncpg.connect(server.url("postgres"))
    await connection.execute(f"CREATE ROLE u_{name} LOGIN {rights}")
    await connection.execute(f"CREATE DATABASE t_{name} OWNER u_{name}")
    await connection.close()
    return server.url(f"t_{name}").replace("postgres@", f"u_{name}@", 1)


@asynccontextmanager
async def _opened(server: EmbeddedServer, url: str) -> AsyncIterator[Database]:
    async with await Database.open(url=url, home=server.home) as database:
        yield database


async def _check_it_binds(database: Database, role: str) -> None:
    """Two learners who never see each other, and errands that see both."""
    vault = await Vault.open(database, KEYS)
    one, other = await people.add_learner(vault), await people.add_learner(vault)
    for viewer, expected in (
        (people.a_learner(one), [one]),
        (people.a_learner(other), [other]),
        (ANONYMOUS, []),
    ):
        async with vault.viewing(viewer) as connection:
            rows = await connection.fetch("SELECT id FROM learner ORDER BY id")
            assert await connection.fetchval("SELECT current_user") == role
        assert [row["id"] for row in rows] == expected
    async with vault.on_errand() as connection:
        assert await connection.fetchval("SELECT count(*) FROM learner") == 2


async def test_a_superuser_runs_as_the_role(roles: EmbeddedServer) -> None:
    url = await _user(roles, "super", "SUPERUSER")
    async with _opened(roles, url) as database:
        await _check_it_binds(database, ROLE)


async def test_a_user_who_may_make_roles_makes_it_and_runs_as_it(roles: EmbeddedServer) -> None:
    url = await _user(roles, "maker", "CREATEROLE")
    async with _opened(roles, url) as database:
        await _check_it_binds(database, ROLE)


async def test_a_user_who_may_make_no_role_is_bound_itself(roles: EmbeddedServer) -> None:
    url = await _user(roles, "plain")
    async with _opened(roles, url) as database:
        assert await database.value("SELECT to_regrole($1)", ROLE) is None
        await _check_it_binds(database, "u_plain")


async def test_anothers_role_is_let_be(roles: EmbeddedServer) -> None:
    first = await _user(roles, "maker", "CREATEROLE")
    second = await _user(roles, "plain")
    async with _opened(roles, first), _opened(roles, second) as database:
        await _check_it_binds(database, "u_plain")


async def test_a_user_who_owns_nothing_is_bound(roles: EmbeddedServer) -> None:
    owner = await _user(roles, "owner")
    async with _opened(roles, owner):
        pass
    connection = await asyncpg.connect(roles.url("t_owner"))
    await connection.execute(
        "CREATE ROLE u_app LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO u_app;"
        " GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO u_app"
    )
    await connection.close()
    async with _opened(roles, owner.replace("u_owner@", "u_app@")) as database:
        await _check_it_binds(database, "u_app")


async def _without_role(server: EmbeddedServer, name: str) -> None:
    connection = await asyncpg.connect(server.url(f"t_{name}"))
    await connection.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")
    await connection.close()


@pytest.mark.parametrize("rights", ["SUPERUSER", "BYPASSRLS CREATEROLE"])
async def test_a_user_no_policy_binds_is_refused_without_the_role(
    roles: EmbeddedServer, rights: str
) -> None:
    url = await _user(roles, "free", rights)
    async with _opened(roles, url) as database:
        await _without_role(roles, "free")
        with pytest.raises(Misconfigured) as refused:
            await Vault.open(database, KEYS)
        assert refused.value.code == "ROLE_MISSING"


async def test_the_role_can_be_made_as_the_refusal_says(roles: EmbeddedServer) -> None:
    url = await _user(roles, "free", "SUPERUSER")
    async with _opened(roles, url) as database:
        await _without_role(roles, "free")
        await database.execute(f"CREATE ROLE {ROLE} NOLOGIN")
        with pytest.raises(Misconfigured, match="isthmus_admit"):
            await Vault.open(database, KEYS)
        await database.execute("SELECT isthmus_admit()")
        await _check_it_binds(database, ROLE)


async def test_a_role_that_no_policy_binds_is_no_help(roles: EmbeddedServer) -> None:
    url = await _user(roles, "free", "SUPERUSER")
    async with _opened(roles, url) as database:
        await database.execute(f"ALTER ROLE {ROLE} BYPASSRLS")
        with pytest.raises(Misconfigured) as refused:
            await Vault.open(database, KEYS)
        assert refused.value.code == "ROLE_MISSING"


@pytest.mark.parametrize("change", ["DISABLE", "NO FORCE"])
async def test_a_table_whose_policies_are_off_is_refused(
    roles: EmbeddedServer, change: str
) -> None:
    url = await _user(roles, "plain")
    async with _opened(roles, url) as database:
        await database.execute(f"ALTER TABLE credential {change} ROW LEVEL SECURITY")
        with pytest.raises(Misconfigured) as refused:
            await Vault.open(database, KEYS)
        assert refused.value.code == "POLICIES_OFF"


async def test_a_connection_is_itself_again_after_a_transaction(roles: EmbeddedServer) -> None:
    url = await _user(roles, "super", "SUPERUSER")
    async with await Database.open(url=url, home=roles.home, size=2) as database:
        vault = await Vault.open(database, KEYS)
        learner = await people.add_learner(vault)
        async with vault.viewing(people.a_learner(learner)):
            pass
        said = "SELECT current_user, nullif(current_setting('isthmus.learner', true), '')"
        for row in await asyncio.gather(*(database.row(said) for _ in range(8))):
            assert row is not None
            assert tuple(row) == ("u_super", None)
