"""Learners' links to their stores, the tokens sealed under the learner's own key.

A link that ended keeps its row and its state, and nothing of what it held.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import orjson

from isthmus.model.learner import SourceLink, SourceLinkState, StoreTokens
from isthmus.store.database import Connection, Row
from isthmus.store.people.vault import LearnerUnknown, Vault, place
from isthmus.store.sealing import seal, unseal

_COLUMNS = "id, learner_id, source_id, state, linked_at, expires_at"
_LOCKS = 4_702_111
"""The class of our advisory locks on links, beside a link's own number."""


async def open_link(connection: Connection, learner_id: int, source_id: int) -> SourceLink:
    """Give a learner's link to a source, made as PENDING where there is none."""
    row = await connection.fetchrow(
        "INSERT INTO source_link (learner_id, source_id, state) VALUES ($1, $2, 'PENDING')"
        " ON CONFLICT (learner_id, source_id) DO UPDATE SET source_id = excluded.source_id"
        f" RETURNING {_COLUMNS}",
        learner_id,
        source_id,
    )
    return _link(row)


async def find_links(
    connection: Connection, learner_ids: Iterable[int], source_id: int | None = None
) -> list[SourceLink]:
    """Find the links of learners as they stand, the oldest first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM source_link"
        " WHERE learner_id = ANY($1) AND ($2::bigint IS NULL OR source_id = $2) ORDER BY id",
        list(learner_ids),
        source_id,
    )
    return [_link(row) for row in rows]


async def keep_tokens(
    vault: Vault,
    connection: Connection,
    link: SourceLink,
    tokens: StoreTokens,
    *,
    linked_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Keep what a store gave for a link, which is then ACTIVE; `expires_at` ends the link itself.

    A link that is gone, or ended, while its tokens were renewed stays so: LearnerUnknown.
    """
    key = await vault.key(connection, link.learner_id)
    done = await connection.execute(
        "UPDATE source_link SET state = 'ACTIVE', sealed = $3,"
        " linked_at = coalesce($4::timestamptz, linked_at), expires_at = coalesce($5, expires_at)"
        " WHERE id = $1 AND learner_id = $2 AND ($4::timestamptz IS NOT NULL OR state = 'ACTIVE')",
        link.id,
        link.learner_id,
        seal(key, _text(tokens), _place(link)),
        linked_at,
        expires_at,
    )
    if done == "UPDATE 0":
        raise LearnerUnknown("there is no such link")


async def tokens_of(vault: Vault, connection: Connection, link: SourceLink) -> StoreTokens | None:
    """Open what is held for a link that is ACTIVE; None where there is nothing."""
    row = await connection.fetchrow(
        "SELECT sealed FROM source_link WHERE id = $1 AND learner_id = $2 AND state = 'ACTIVE'"
        " AND (expires_at IS NULL OR expires_at > clock_timestamp())",
        link.id,
        link.learner_id,
    )
    if row is None or row["sealed"] is None:
        return None
    key = await vault.key(connection, link.learner_id)
    return _tokens(unseal(key, row["sealed"], _place(link)))


async def end_link(connection: Connection, link_id: int, state: SourceLinkState) -> None:
    """Forget what is held for a link, and say why it ended."""
    await connection.execute(
        "UPDATE source_link SET state = $2, sealed = NULL WHERE id = $1", link_id, state.value
    )


async def still_active(connection: Connection, link_ids: Iterable[int]) -> set[int]:
    """Tell which links have not ended meanwhile."""
    rows = await connection.fetch(
        "SELECT id FROM source_link WHERE id = ANY($1) AND state = 'ACTIVE'", list(link_ids)
    )
    return {row["id"] for row in rows}


async def lock_link(connection: Connection, link_id: int) -> None:
    """Wait until nobody else, in any process, renews the tokens of a link; for the transaction."""
    await connection.execute(
        "SELECT pg_advisory_xact_lock($1, ($2::bigint % 2147483647)::int)", _LOCKS, link_id
    )


def _link(row: Row) -> SourceLink:
    return SourceLink(
        id=row["id"],
        learner_id=row["learner_id"],
        source_id=row["source_id"],
        state=SourceLinkState(row["state"]),
        linked_at=row["linked_at"],
        expires_at=row["expires_at"],
    )


def _place(link: SourceLink) -> str:
    return place("source_link", "sealed", link.id, link.learner_id)


def _text(tokens: StoreTokens) -> bytes:
    return orjson.dumps(
        {
            "access": tokens.access,
            "refresh": tokens.refresh,
            "expires_at": tokens.expires_at,
            "account": tokens.account,
            "addresses": list(tokens.addresses),
            "back": tokens.back,
        }
    )


def _tokens(text: bytes) -> StoreTokens:
    held = orjson.loads(text)
    expires = held["expires_at"]
    return StoreTokens(
        access=held["access"],
        refresh=held["refresh"],
        expires_at=None if expires is None else datetime.fromisoformat(expires),
        account=held["account"],
        addresses=tuple(held["addresses"]),
        back=held["back"],
    )
