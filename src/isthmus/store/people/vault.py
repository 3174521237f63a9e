"""The vault: transactions in somebody's name, and the keys of what is sealed.

Every statement on people runs in one of two ways: `viewing` as the caller a token named, or
`on_errand` as the hub itself. Without either PostgreSQL shows no row, whoever wrote the query.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Self

from isthmus.errors import IsthmusError
from isthmus.model.viewer import Viewer
from isthmus.store.database import Connection, Database
from isthmus.store.people.binding import ITSELF, role_to_take
from isthmus.store.sealing import Keyring, keyed_hash, new_key, seal, unseal

HASHES = "hashes"
"""The hub secret that keyed hashes are made with; it outlives every master key."""
KEYS_LOCK = 0x69737468_6B657973
"""Held, shared, by whoever seals under a master key; alone, by whoever takes one away."""
_SAY = (
    "SELECT set_config('isthmus.learner', $1, true), set_config('isthmus.organization', $2, true),"
    " set_config('isthmus.errand', $3, true), set_config('isthmus.caller', $4, true),"
    " set_config('isthmus.learner_mac', '', true), set_config('role', $5, true)"
)


class LearnerUnknown(IsthmusError):
    """There is no such learner, or none that may be seen."""

    code = "LEARNER_UNKNOWN"


class Vault:
    """The people of one database."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        role: str,
        reread: Callable[[], Keyring] | None = None,
    ) -> None:
        self.database = database
        self.keyring = keyring
        self._role = role
        self._reread = reread
        self._hashing = b""

    @classmethod
    async def open(
        cls, database: Database, keyring: Keyring, *, reread: Callable[[], Keyring] | None = None
    ) -> Self:
        """Open the vault; raise `Misconfigured` where policies or master keys are not as needed.

        `reread` gives the keys as they stand now, where they can change under a running process.
        """
        vault = cls(database, keyring, await role_to_take(database), reread)
        async with vault.on_errand() as connection:
            for name in await vault.keys_in_use(connection):
                vault.master_key(name)
        vault._hashing = await vault.hub_secret(HASHES)
        return vault

    # ---- transactions

    @asynccontextmanager
    async def viewing(self, viewer: Viewer) -> AsyncIterator[Connection]:
        """Give a transaction in the name of a caller, who sees what is theirs or consented to."""
        learner, body = str(viewer.learner_id or ""), str(viewer.organization_id or "")
        caller = "" if viewer.is_anonymous else self.mac("caller", caller_of(viewer)).hex()
        async with self._as(learner, body, "", caller) as connection:
            yield connection

    @asynccontextmanager
    async def on_errand(self) -> AsyncIterator[Connection]:
        """Give a transaction for an errand of the hub's own, which sees everyone's rows."""
        async with self._as("", "", "hub", "") as connection:
            yield connection

    @asynccontextmanager
    async def _as(self, *said: str) -> AsyncIterator[Connection]:
        async with self.database.transaction() as connection:
            await connection.execute(_SAY, *said, self._role)
            yield connection

    @asynccontextmanager
    async def beside_people(self, connection: Connection) -> AsyncIterator[None]:
        """Let a transaction of somebody's write what is not of people, and then be theirs again."""
        await connection.execute("SELECT set_config('role', $1, true)", ITSELF)
        yield
        await connection.execute("SELECT set_config('role', $1, true)", self._role)

    @asynccontextmanager
    async def upkeep(self) -> AsyncIterator[Connection]:
        """Give a connection for what can run in no transaction, such as a VACUUM."""
        async with self.database.pool.acquire() as connection:
            yield connection

    # ---- keyed hashes

    def mac(self, *parts: str) -> bytes:
        """Hash what must be found and never read, such as a subject or a state."""
        return keyed_hash(self._hashing, *parts)

    # ---- master keys

    def master_key(self, name: str) -> bytes:
        """Give a master key; one that came while this process ran is read when it is met."""
        if name not in self.keyring.keys and self._reread is not None:
            self.keyring = self._reread()
        return self.keyring.key(name)

    async def current_key(self, connection: Connection) -> tuple[str, bytes]:
        """Give the key to seal under; none can be taken away until the transaction ends."""
        await connection.execute("SELECT pg_advisory_xact_lock_shared($1)", KEYS_LOCK)
        if self._reread is not None:
            self.keyring = self._reread()
        return self.keyring.current, self.keyring.key(self.keyring.current)

    async def keys_in_use(self, connection: Connection) -> dict[str, int]:
        """Count what each master key seals."""
        rows = await connection.fetch(
            "SELECT key_id, count(*) AS sealed FROM (SELECT key_id FROM learner_key"
            " UNION ALL SELECT key_id FROM hub_secret) AS each GROUP BY key_id ORDER BY key_id"
        )
        return {row["key_id"]: row["sealed"] for row in rows}

    # ---- learners' keys

    async def keep_key(self, connection: Connection, learner: int, key: bytes) -> None:
        """Keep the key of a new learner, sealed by the current master key."""
        name, master = await self.current_key(connection)
        await connection.execute(
            "INSERT INTO learner_key (learner_id, key_id, sealed) VALUES ($1, $2, $3)",
            learner,
            name,
            seal(master, key, key_place(learner)),
        )

    async def keys(self, connection: Connection, learners: Iterable[int]) -> dict[int, bytes]:
        """Give the keys of those learners that the transaction may see."""
        rows = await connection.fetch(
            "SELECT learner_id, key_id, sealed FROM learner_key WHERE learner_id = ANY($1)",
            list(learners),
        )
        return {
            row["learner_id"]: unseal(
                self.master_key(row["key_id"]), row["sealed"], key_place(row["learner_id"])
            )
            for row in rows
        }

    async def key(self, connection: Connection, learner: int) -> bytes:
        """Give a learner's key; raise `LearnerUnknown`."""
        found = (await self.keys(connection, [learner])).get(learner)
        if found is None:
            raise LearnerUnknown("there is no such learner")
        return found

    # ---- the hub's own secrets

    async def hub_secret(self, name: str) -> bytes:
        """Give a secret of the hub, drawn when first asked for."""
        async with self.on_errand() as connection:
            key, master = await self.current_key(connection)
            await connection.execute(
                "INSERT INTO hub_secret (name, key_id, sealed) VALUES ($1, $2, $3)"
                " ON CONFLICT (name) DO NOTHING",
                name,
                key,
                seal(master, new_key(), secret_place(name)),
            )
            row = await connection.fetchrow(
                "SELECT key_id, sealed FROM hub_secret WHERE name = $1", name
            )
        return unseal(self.master_key(row["key_id"]), row["sealed"], secret_place(name))


def caller_of(viewer: Viewer) -> str:
    """Name a caller, to tell their retries from another's."""
    who = viewer.learner_id or viewer.client or viewer.organization_id
    return f"{viewer.role.value}/{who}"


def place(table: str, column: str, row: int, learner: int) -> str:
    """Name the place a text is sealed for."""
    return f"{table}/{column}/{row}/{learner}"


def key_place(learner: int) -> str:
    """Name the place of a learner's key."""
    return f"learner_key/sealed/{learner}"


def secret_place(name: str) -> str:
    """Name the place of a secret of the hub; every row of its table is sealed for it."""
    return f"hub_secret/{name}"
