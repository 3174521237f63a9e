"""Erasing: a learner's key and all their rows at once, and soon after what files remember of it.

    erase_learner    one transaction: no row of theirs is left, and nothing of theirs can be read
    scrub            the old page of the key out of its table's file and out of the log of writes

Every value of a learner is sealed under that one key, so that wherever old copies of rows linger
(a page not yet reused, a backup) they are noise once no copy of the key is left.
"""

from __future__ import annotations

from datetime import datetime

import asyncpg

from isthmus.store.database import Connection
from isthmus.store.people.binding import TABLES
from isthmus.store.people.vault import LearnerUnknown, Vault

PATIENCE = "500ms"
"""How long rewriting the table of keys waits for its readers, who meanwhile wait for it."""

_RECORDS = {
    "LEARNER": "SELECT $1::bigint AS id",
    "CREDENTIAL": "SELECT id FROM credential WHERE learner_id = $1",
    "CONSENT": "SELECT id FROM consent WHERE learner_id = $1",
    "SOURCE_LINK": "SELECT id FROM source_link WHERE learner_id = $1",
    "ENDORSEMENT": "SELECT id FROM endorsement WHERE learner_id = $1 OR by_learner_id = $1",
    "EXPORT": "SELECT id FROM export_file WHERE learner_id = $1",
}
"""What a learner leaves in the feed of changes, by noun."""


async def erase_learner(vault: Vault, learner_id: int) -> datetime:
    """Erase a learner, now and for good; gives the moment, or raises `LearnerUnknown`.

    What stays is the audit log: its lines name the learner by a hash under the key that goes.
    """
    async with vault.on_errand() as connection:
        for noun, records in _RECORDS.items():
            await connection.execute(
                f"DELETE FROM change WHERE noun = $2 AND entity_id IN ({records})",
                learner_id,
                noun,
            )
        # by hand what points at two learners, so that no path of pointers decides who goes
        await connection.execute(
            "DELETE FROM endorsement WHERE learner_id = $1 OR by_learner_id = $1", learner_id
        )
        done = await connection.execute("DELETE FROM learner WHERE id = $1", learner_id)
        if done == "DELETE 0":
            raise LearnerUnknown("there is no such learner")
        at: datetime = await connection.fetchval("INSERT INTO erasure DEFAULT VALUES RETURNING at")
        return at


async def scrub(vault: Vault) -> int:
    """Take the keys of erased learners out of the database's files; counts the learners.

    Readers are waited for only a moment: what is not done now is done at the next sweep. The log
    of writes of a server that is not our own is its operator's.
    """
    async with vault.on_errand() as connection:
        left = await connection.fetchval("SELECT max(id) FROM erasure WHERE scrubbed_at IS NULL")
    if left is None:
        return 0
    async with vault.upkeep() as connection:
        if not await _rewritten(connection):
            return 0
        if vault.database.is_embedded:
            await _overwrite_log(connection)
    async with vault.on_errand() as connection:
        done: str = await connection.execute(
            "UPDATE erasure SET scrubbed_at = clock_timestamp()"
            " WHERE scrubbed_at IS NULL AND id <= $1",
            left,
        )
    return int(done.rpartition(" ")[2])


async def _rewritten(connection: Connection) -> bool:
    await connection.execute(f"SET lock_timeout = '{PATIENCE}'")
    try:
        await connection.execute("VACUUM (FULL) learner_key")
    except (asyncpg.LockNotAvailableError, asyncpg.InsufficientPrivilegeError):
        return False
    finally:
        await connection.execute("RESET lock_timeout")
    for table in TABLES:
        await connection.execute(f"VACUUM (SKIP_LOCKED) {table}")
    return True


async def _overwrite_log(connection: Connection) -> None:
    """Let no file of the log of writes hold what it held.

    PostgreSQL uses its files again under new names, old content and all. So every file there is
    gets its turn: each switch to the next fills the rest of one with zeros.
    """
    await connection.execute("SELECT pg_switch_wal()")
    await connection.execute("CHECKPOINT")
    for _ in range(await connection.fetchval("SELECT count(*) FROM pg_ls_waldir()")):
        await connection.execute("SELECT pg_current_xact_id()")  # nothing written, nothing switched
        await connection.execute("SELECT pg_switch_wal()")
    await connection.execute("CHECKPOINT")
