"""Learners, bodies and what is between them, written straight into an empty database."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from isthmus.model.endorsement import Endorsement
from isthmus.model.learner import HeldCredential, Person
from isthmus.model.viewer import Role, Viewer
from isthmus.store.database import Connection, Database
from isthmus.store.people import credentials, endorsements, learners
from isthmus.store.people.vault import Vault, place
from isthmus.store.sealing import keyed_hash, seal

_numbers = itertools.count(1)


def a_learner(learner_id: int) -> Viewer:
    """A learner who signed in."""
    return Viewer(role=Role.LEARNER, learner_id=learner_id, scopes=frozenset({"me"}))


def a_platform(organization_id: int) -> Viewer:
    """A platform that asks for a body."""
    return Viewer(
        role=Role.PLATFORM,
        organization_id=organization_id,
        client=f"client-{organization_id}",
        scopes=frozenset({"learners:read"}),
    )


async def add_learner(vault: Vault, person: Person | None = None) -> int:
    """Write a learner down."""
    async with vault.on_errand() as connection:
        return await learners.create_learner(vault, connection, person or Person())


async def add_body(database: Database, name: str = "A body") -> int:
    """Write an organization down."""
    added: int = await database.value(
        "INSERT INTO organization (name, name_lang, changed_at) VALUES ($1, 'en', now())"
        " RETURNING id",
        name,
    )
    return added


async def add_source(database: Database, name: str = "store") -> int:
    """Write a source down."""
    added: int = await database.value(
        "INSERT INTO source (name, connector, connector_version, mode, state)"
        " VALUES ($1, 'x', '1', 'LIVE', 'OK') RETURNING id",
        f"{name}-{next(_numbers)}",
    )
    return added


async def add_qualification(database: Database) -> int:
    """Write a qualification down."""
    added: int = await database.value(
        "INSERT INTO qualification"
        " (title, title_lang, title_key, scale, learning_type, register_status, changed_at)"
        " VALUES ('Welding', 'en', 'welding', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN', now())"
        " RETURNING id"
    )
    return added


async def add_consent(vault: Vault, learner_id: int, recipient_id: int, **said: Any) -> int:
    """Write a consent down, in force unless said otherwise."""
    columns = {
        "learner_id": learner_id,
        "recipient_id": recipient_id,
        "purpose": "JOB_MATCHING",
        "scopes": ["SKILLS"],
        "mode": "STORE",
        "status": "ACTIVE",
        "expires_at": datetime.now(UTC) + timedelta(days=1),
        **said,
    }
    async with vault.on_errand() as connection:
        added: int = await insert(connection, "consent", columns)
        return added


async def insert(connection: Connection, table: str, columns: dict[str, Any]) -> Any:
    """Insert one row; gives its id where it has one."""
    names = ", ".join(columns)
    values = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    back = "id" if table not in {"identity", "handshake", "idempotency", "hub_secret"} else "1"
    return await connection.fetchval(
        f"INSERT INTO {table} ({names}) VALUES ({values}) RETURNING {back}", *columns.values()
    )


async def hold(
    vault: Vault, learner_id: int, uri: str, document: bytes | None = b"{}", **said: Any
) -> int:
    """Hold a credential."""
    held = HeldCredential(0, learner_id, said.pop("source_id", None), uri, document, **said)
    async with vault.on_errand() as connection:
        return await credentials.hold_credential(vault, connection, held)


async def endorse(vault: Vault, **said: Any) -> int:
    """Write an endorsement down."""
    async with vault.on_errand() as connection:
        return await endorsements.add_endorsement(vault, connection, Endorsement(**said))


async def link_store(vault: Vault, learner_id: int, source_id: int, token: str) -> int:
    """Link a learner's store, with a token."""
    async with vault.on_errand() as connection:
        id_: int = await insert(
            connection,
            "source_link",
            {"learner_id": learner_id, "source_id": source_id, "state": "ACTIVE"},
        )
        key = await vault.key(connection, learner_id)
        sealed = seal(
            key,
            orjson.dumps({"access": token}),
            place("source_link", "sealed", id_, learner_id),
        )
        await connection.execute("UPDATE source_link SET sealed = $2 WHERE id = $1", id_, sealed)
        return id_


async def pseudonym(vault: Vault, connection: Connection, learner_id: int) -> bytes:
    """Give what the audit log calls a learner."""
    return keyed_hash(await vault.key(connection, learner_id), "audit")


async def count(vault: Vault, table: str, where: str = "true", *values: Any) -> int:
    """Count rows of people, as the hub sees them."""
    async with vault.on_errand() as connection:
        found: int = await connection.fetchval(
            f"SELECT count(*) FROM {table} WHERE {where}", *values
        )
        return found
