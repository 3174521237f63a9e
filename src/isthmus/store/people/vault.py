"""The vault: transactions in somebody's name, and the keys of what is sealed.

Every statement on people runs in one of two ways: `viewing` as the caller a token named, or
`on_errand` as the hub itself. Without either PostgreSQL shows no row, whoever wrote the query.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Self

from isthmus.errors import IsthmusError
from isthmus.model.viewer import Viewer
from isthmus.store.database import Connection, Database
from isthmus.store.sealing import Keyring, keyed_hash, new_key, seal, unseal

ROLE = "isthmus_viewer"
HASHES = "hashes"
"""The hub secret that keyed hashes are made with; it outlives every master key."""
_SAY = (
    "SELECT set_config('isthmus.learner', $1, true), set_config('isthmus.organization', $2, true),"
    " set_config('isthmus.errand', $3, true), set_config('isthmus.learner_mac', $4, true)"
)


class LearnerUnknown(IsthmusError):
    """There is no such learner, or none that may be seen."""

    code = "LEARNER_UNKNOWN"


class Vault:
    """The people of one database."""

    def __init__(self, database: Database, keyring: Keyring, hashing: bytes, role: str) -> None:
        self.database = database
        self.keyring = keyring
        self._hashing = hashing
        self._become = f"SET LOCAL ROLE {role}" if role else ""

    @classmethod
    async def open(cls, database: Database, keyring: Keyring) -> Self:
        """Open the vault; raise `Misconfigured` where the master keys are not those it needs."""
        role = ROLE if await database.value("SELECT to_regrole($1)", ROLE) is not None else ""
        vault = cls(database, keyring, b"", role)
        vault._hashing = await vault.hub_secret(HASHES)
        return vault

    # ---- transactions

    @asynccontextmanager
    async def viewing(self, viewer: Viewer) -> AsyncIterator[Connection]:
        """Give a transaction in the name of a caller, who sees what is theirs or consented to."""
        learner = str(viewer.learner_id or "")
        async with self._as(learner, str(viewer.organization_id or ""), "") as connection:
            yield connection

    @asynccontextmanager
    async def on_errand(self) -> AsyncIterator[Connection]:
        """Give a transaction for an errand of the hub's own, which sees everyone's rows."""
        async with self._as("", "", "hub") as connection:
            yield connection

    @asynccontextmanager
    async def _as(self, learner: str, organization: str, errand: str) -> AsyncIterator[Connection]:
        async with self.database.transaction() as connection:
            await connection.execute(_SAY, learner, organization, errand, "")
            if self._become:
                await connection.execute(self._become)
            yield connection

    # ---- keyed hashes

    def mac(self, *parts: str) -> bytes:
        """Hash what must be found and never read, such as a subject or a state."""
        return keyed_hash(self._hashing, *parts)

    # ---- learners' keys

    async def keep_key(self, connection: Connection, learner: int, key: bytes) -> None:
        """Keep the key of a new learner, sealed by the current master key."""
        name = self.keyring.current
        await connection.execute(
            "INSERT INTO learner_key (learner_id, key_id, sealed) VALUES ($1, $2, $3)",
            learner,
            name,
            seal(self.keyring.key(name), key, _key_place(learner)),
        )

    async def keys(self, connection: Connection, learners: Iterable[int]) -> dict[int, bytes]:
        """Give the keys of those learners that the transaction may see."""
        rows = await connection.fetch(
            "SELECT learner_id, key_id, sealed FROM learner_key WHERE learner_id = ANY($1)",
            list(learners),
        )
        return {
            row["learner_id"]: unseal(
                self.keyring.key(row["key_id"]), row["sealed"], _key_place(row["learner_id"])
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
            key = self.keyring.current
            drawn = seal(self.keyring.key(key), new_key(), f"hub_secret/{name}")
            await connection.execute(
                "INSERT INTO hub_secret (name, key_id, sealed) VALUES ($1, $2, $3)"
                " ON CONFLICT (name) DO NOTHING",
                name,
                key,
                drawn,
            )
            row = await connection.fetchrow(
                "SELECT key_id, sealed FROM hub_secret WHERE name = $1", name
            )
        return unseal(self.keyring.key(row["key_id"]), row["sealed"], f"hub_secret/{name}")


def place(table: str, column: str, row: int, learner: int) -> str:
    """Name the place a text is sealed for."""
    return f"{table}/{column}/{row}/{learner}"


def _key_place(learner: int) -> str:
    return f"learner_key/sealed/{learner}"
