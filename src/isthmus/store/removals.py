"""Taking out what a source no longer has, and only when that can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from isthmus.model.reference import Noun
from isthmus.store import changes
from isthmus.store.changes import Op
from isthmus.store.database import Connection, Database
from isthmus.store.pointers import owners_pointing_at
from isthmus.store.writers import WRITERS

KEPT = {Noun.SKILL, Noun.OCCUPATION}
"""Concepts are never deleted: what left its scheme still resolves, marked deprecated."""

ALWAYS_PLAUSIBLE = 1
"""One record may always go, however few there are, unless it is the last."""

NOTHING = -1.0
"""No record may go: what was read does not say which are left."""

CONFIRMED = 2.0
"""An operator said that any number of records may go, even all."""


@dataclass(frozen=True, slots=True)
class HeldRemovals:
    """The removals that a run held back, and whether they may still be let go."""

    source_id: int
    stream: str
    removals_held: int
    is_newest: bool


async def hold_or_remove(
    connection: Connection, source: int, stream: str, noun: Noun, run: int, max_loss: float
) -> tuple[int, int]:
    """Remove the records that a complete snapshot lacks, or hold them back.

    Gives how many were removed and how many are held: held when more than `max_loss` of the
    records vanished at once, or all of them.
    """
    rows = await connection.fetch(
        "WITH seen AS (SELECT DISTINCT unnest(records) AS id FROM run_page WHERE run_id = $3)"
        " SELECT r.id, s.id IS NULL AS missing FROM record r LEFT JOIN seen s ON s.id = r.id"
        " WHERE r.source_id = $1 AND r.stream = $2 AND r.gone_at IS NULL",
        source,
        stream,
        run,
    )
    missing = [row["id"] for row in rows if row["missing"]]
    if not missing:
        return 0, 0
    if not is_plausible(len(missing), len(rows), max_loss):
        return 0, len(missing)
    return await remove_records(connection, noun, missing), 0


async def remove_expired(
    connection: Connection, source: int, stream: str, noun: Noun, run: int, seconds: int
) -> int:
    """Remove the records that a list no longer shows and that last changed so long ago.

    A list that shows a window only, such as a feed, leaves records out that are not gone; and one
    that shows none at all says nothing.
    """
    rows = await connection.fetch(
        "WITH seen AS (SELECT DISTINCT unnest(records) AS id FROM run_page WHERE run_id = $3)"
        " SELECT r.id FROM record r WHERE r.source_id = $1 AND r.stream = $2"
        " AND r.gone_at IS NULL AND r.retrieved_at < now() - make_interval(secs => $4)"
        " AND EXISTS (SELECT FROM seen)"
        " AND NOT EXISTS (SELECT FROM seen WHERE seen.id = r.id)",
        source,
        stream,
        run,
        float(seconds),
    )
    return await remove_records(connection, noun, [row["id"] for row in rows])


def is_plausible(lost: int, held: int, max_loss: float) -> bool:
    """Tell whether losing `lost` of `held` records at once can be believed.

    `max_loss` is a share, or NOTHING or CONFIRMED.
    """
    if max_loss in (NOTHING, CONFIRMED):
        return max_loss == CONFIRMED
    if lost >= held:
        return False
    return lost <= ALWAYS_PLAUSIBLE or lost <= held * max_loss


async def remove_keys(
    connection: Connection, source: int, stream: str, noun: Noun, keys: Sequence[str]
) -> int:
    """Remove the records a source itself says are gone."""
    if not keys:
        return 0
    rows = await connection.fetch(
        "SELECT id FROM record WHERE source_id = $1 AND stream = $2 AND source_key = ANY($3)"
        " AND gone_at IS NULL",
        source,
        stream,
        list(keys),
    )
    return await remove_records(connection, noun, [row["id"] for row in rows])


async def remove_records(connection: Connection, noun: Noun, records: Sequence[int]) -> int:
    """Remove records, and with the last record of it each entity; give how many records went."""
    if not records:
        return 0
    if noun in KEPT:
        return await _deprecate(connection, noun, records)
    gone = await connection.fetch(
        "DELETE FROM record WHERE id = ANY($1) RETURNING entity_id", list(records)
    )
    entities = await connection.fetch(
        "SELECT e AS id FROM unnest($1::bigint[]) e WHERE NOT EXISTS"
        " (SELECT FROM record r WHERE r.noun = $2 AND r.entity_id = e)",
        [row["entity_id"] for row in gone],
        noun.value,
    )
    keys = [row["id"] for row in entities]
    await _reread_owners(connection, noun, keys)
    await connection.execute(
        "DELETE FROM pending_link WHERE owner_noun = $1 AND owner_id = ANY($2)", noun.value, keys
    )
    await connection.execute(f"DELETE FROM {WRITERS[noun].table} WHERE id = ANY($1)", keys)
    await changes.note(connection, noun, Op.REMOVED, keys)
    left = {row["entity_id"] for row in gone}.difference(keys)
    await changes.note(connection, noun, Op.UPDATED, sorted(left))
    return len(gone)


async def _deprecate(connection: Connection, noun: Noun, records: Sequence[int]) -> int:
    rows = await connection.fetch(
        "UPDATE record SET gone_at = now(), raw_hash = NULL, content_hash = NULL"
        " WHERE id = ANY($1) RETURNING entity_id",
        list(records),
    )
    await connection.execute(
        f"UPDATE {WRITERS[noun].table} t SET deprecated = true, changed_at = now()"
        " WHERE t.id = ANY($1) AND NOT EXISTS (SELECT FROM record r"
        " WHERE r.noun = $2 AND r.entity_id = t.id AND r.gone_at IS NULL)",
        [row["entity_id"] for row in rows],
        noun.value,
    )
    await changes.note(connection, noun, Op.UPDATED, [row["entity_id"] for row in rows])
    return len(rows)


async def _reread_owners(connection: Connection, noun: Noun, keys: Sequence[int]) -> None:
    """Have records that point at what goes read anew, so that the pointer is pending again."""
    if not keys:
        return
    for owner_noun, table, owner, target in owners_pointing_at(noun):
        rows = await connection.fetch(
            "UPDATE record r SET raw_hash = NULL, content_hash = NULL"
            f" FROM {table} o WHERE o.{target} = ANY($2)"
            f" AND r.noun = $1 AND r.entity_id = o.{owner} RETURNING r.entity_id",
            owner_noun,
            list(keys),
        )
        owners = {row["entity_id"] for row in rows}
        if owner_noun == noun:  # those that go too are told of as removed
            owners.difference_update(keys)
        await changes.note(connection, owner_noun, Op.UPDATED, sorted(owners))


async def find_held_removals(database: Database, run: int) -> HeldRemovals | None:
    """Find what a run held back, by the key of the run."""
    row = await database.row(
        "SELECT source_id, stream, removals_held, NOT EXISTS (SELECT FROM sync_run later"
        " WHERE later.source_id = r.source_id AND later.stream = r.stream AND later.id > r.id"
        " AND later.state = 'DONE') AS is_newest FROM sync_run r WHERE id = $1",
        run,
    )
    return None if row is None else HeldRemovals(**dict(row))
