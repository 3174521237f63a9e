"""The second wall: what raw SQL sees and changes of people, by who the transaction is for.

No filter of the code above runs here. Every table is asked for by every kind of caller, and what
each may see is written down once more, in Python, to be compared with the policies.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import orjson
import pytest

from isthmus.model.viewer import ANONYMOUS, Role, Viewer
from isthmus.store.database import Connection, Database
from isthmus.store.people.binding import TABLES
from isthmus.store.people.vault import Vault, caller_of
from tests.support import people

pytestmark = pytest.mark.mission("M61", "M62", "M68")

PAST = datetime(2020, 1, 1, tzinfo=UTC)
BODIES: Mapping[str, dict[str, Any]] = {
    "with_consent": {},
    "pending": {"status": "PENDING"},
    "awaiting_guardian": {"awaits_guardian": True},
    "expired": {"expires_at": PAST},
    "marked_expired": {"status": "EXPIRED"},
    "revoked": {"status": "REVOKED", "revoked_at": PAST},
    "refused": {"status": "REFUSED"},
}
"""Bodies by where the consent of learner A to each of them stands."""

VIEWERS = ("anonymous", "a", "b", "guardian", "former_guardian", "steward", "stranger", *BODIES)
LEARNERS = {"a", "b", "guardian", "former_guardian"}
KEYS = {
    "hub_secret": ("name",), "client": ("id",), "learner_key": ("learner_id",),
    "identity": ("subject_mac",), "handshake": ("state_mac",),
    "idempotency": ("caller_mac", "key_mac"),
}  # fmt: skip
OWN = {
    "learner", "learner_key", "identity", "handshake", "consent", "source_link", "credential",
    "export_file",
}  # fmt: skip
"""Tables whose rows belong to one learner."""
SHOWN = {"learner", "learner_key", "source_link", "credential"}
"""Tables of which a consent in force shows the learner's rows."""


@dataclass
class Town:
    """Everybody, and the name of every row by its table and key."""

    vault: Vault
    viewers: dict[str, Viewer] = field(default_factory=dict)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)

    @asynccontextmanager
    async def seen_by(self, name: str) -> AsyncIterator[Connection]:
        """Give a transaction of a caller that leaves nothing behind."""
        with suppress(Undo):
            async with self.vault.viewing(self.viewers[name]) as connection:
                yield connection
                raise Undo


class Undo(Exception):
    """Takes back what a transaction did."""


@pytest.fixture
async def town(vault: Vault, database: Database) -> Town:
    """Two learners with a row in every table, guardians, and bodies with every kind of consent."""
    town = Town(vault)
    ids = {name: await people.add_learner(vault) for name in ("a", "b", "guardian", "former")}
    bodies = {name: await people.add_body(database, name) for name in (*BODIES, "stranger")}
    town.viewers = {
        "anonymous": ANONYMOUS,
        "a": people.a_learner(ids["a"]),
        "b": people.a_learner(ids["b"]),
        "guardian": people.a_learner(ids["guardian"]),
        "former_guardian": people.a_learner(ids["former"]),
        "steward": Viewer(role=Role.STEWARD, client="steward"),
        **{name: people.a_platform(id_) for name, id_ in bodies.items()},
    }
    labels: dict[str, dict[Any, str]] = {table: {} for table in TABLES}
    for name, said in BODIES.items():
        id_ = await people.add_consent(vault, ids["a"], bodies[name], **said)
        labels["consent"][id_] = f"a to {name}"
    id_ = await people.add_consent(vault, ids["b"], await people.add_body(database, "other"))
    labels["consent"][id_] = "b to other"
    for name, id_ in ids.items():
        labels["learner"][id_] = labels["learner_key"][id_] = name
    source, qualification = (
        await people.add_source(database),
        await people.add_qualification(database),
    )
    credential = {}
    for name in ("a", "b"):
        credential[name] = await people.hold(vault, ids[name], f"urn:{name}")
        labels["credential"][credential[name]] = name
        id_ = await people.link_store(vault, ids[name], source, "token")
        labels["source_link"][id_] = name
    body = bodies["with_consent"]
    for label, endorsement in {
        "b of a's": {"credential_id": credential["a"], "by_learner_id": ids["b"]},
        "b of a qualification": {"qualification_id": qualification, "by_learner_id": ids["b"]},
        "a body of a qualification": {
            "qualification_id": qualification, "by_organization_id": body
        },
    }.items():  # fmt: skip
        labels["endorsement"][await people.endorse(vault, **endorsement)] = label
    await _fill_the_rest(town, labels, ids, body)
    town.rows = await _rows(vault, labels)
    return town


async def _fill_the_rest(
    town: Town, labels: dict[str, dict[Any, str]], ids: dict[str, int], body: int
) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    async with town.vault.on_errand() as connection:
        labels["hub_secret"]["hashes"] = "hub"
        client = {"id": "c", "name": "c", "role": "PLATFORM", "organization_id": body}
        labels["client"][await people.insert(connection, "client", client)] = "hub"
        labels["erasure"][await people.insert(connection, "erasure", {"at": soon})] = "hub"
        for number, name in enumerate(("a", "b")):
            id_, mac = ids[name], bytes([number]) * 32
            row: dict[str, Any] = {"subject_mac": mac, "learner_id": id_, "kind": "DID"}
            await people.insert(connection, "identity", row)
            labels["identity"][mac] = name
            row = {"state_mac": mac, "kind": "LINK", "learner_id": id_, "expires_at": soon}
            await people.insert(connection, "handshake", row)
            labels["handshake"][mac] = name
            row = {"learner_id": id_, "state": "DONE", "format": "JSON_LD", "expires_at": soon}
            labels["export_file"][await people.insert(connection, "export_file", row)] = name
            digest = await people.pseudonym(town.vault, connection, id_)
            row = {"id": number, "kind": "READ", "learner_mac": digest, "digest": mac}
            labels["audit_event"][await people.insert(connection, "audit_event", row)] = name
        row = {"state_mac": b"n" * 32, "kind": "SIGN_IN", "expires_at": soon}
        await people.insert(connection, "handshake", row)
        labels["handshake"][b"n" * 32] = "nobody yet"
        for name, more in (("guardian", {}), ("former", {"ended_at": soon})):
            row = {"learner_id": ids["a"], "guardian_id": ids[name], "accepted_at": soon, **more}
            id_ = await people.insert(connection, "guardianship", row)
            labels["guardianship"][id_] = f"a and {name}"
        for name, about in (("a", "a"), ("with_consent", "a"), ("b", "b")):
            mac = town.vault.mac("caller", caller_of(town.viewers[name]))
            row = {
                "caller_mac": mac, "key_mac": mac, "mutation": "m", "input_mac": mac,
                "learner_id": ids[about],
            }  # fmt: skip
            await people.insert(connection, "idempotency", row)
            labels["idempotency"][mac] = f"{name} about {about}"


async def _rows(vault: Vault, labels: dict[str, dict[Any, str]]) -> dict[str, dict[str, str]]:
    """Name every row of every table; a row that nobody named is a fault of the test."""
    found: dict[str, dict[str, str]] = {}
    async with vault.on_errand() as connection:
        for table in TABLES:
            rows = await connection.fetch(f"SELECT * FROM {table}")
            first = KEYS.get(table, ("id",))[0]
            found[table] = {_key(table, row): labels[table][row[first]] for row in rows}
            assert found[table], f"{table} has a row"
    return found


def _key(table: str, row: Mapping[str, Any]) -> str:
    return "/".join(str(row[name]) for name in KEYS.get(table, ("id",)))


def visible(viewer: str, table: str) -> set[str]:
    """Say which rows a caller may see."""
    if table in {"hub_secret", "client", "erasure", "audit_event"}:
        return set()
    own = {"former_guardian": "former"}.get(viewer, viewer)
    if table in OWN - {"consent"}:
        shown = {"a"} if viewer == "with_consent" and table in SHOWN else set()
        has = LEARNERS if table in {"learner", "learner_key"} else {"a", "b"}
        return shown | ({own} if viewer in has else set())
    return _VISIBLE[table].get(viewer, set()) | _EVERYONE.get(table, set())


_EVERYONE = {"endorsement": {"a body of a qualification"}}
_OF_A = {f"a to {name}" for name in BODIES}
_VISIBLE: dict[str, dict[str, set[str]]] = {
    "consent": {
        "a": _OF_A, "b": {"b to other"}, "guardian": _OF_A,
        **{name: {f"a to {name}"} for name in BODIES},
    },
    "guardianship": {
        "a": {"a and guardian", "a and former"}, "guardian": {"a and guardian"},
        "former_guardian": {"a and former"},
    },
    "endorsement": {
        "a": {"b of a's"}, "b": {"b of a's", "b of a qualification"},
        "with_consent": {"b of a's"},
    },
    "idempotency": {
        "a": {"a about a", "with_consent about a"}, "b": {"b about b"},
        "with_consent": {"with_consent about a"},
    },
}  # fmt: skip


def writable(viewer: str, table: str) -> set[str]:
    """Say which rows a caller may change or remove: learners theirs, bodies none but retries."""
    if table == "idempotency":
        return {f"{viewer} about {about}" for about in ("a", "b")} & visible(viewer, table)
    if viewer not in LEARNERS or (viewer, table) == ("guardian", "consent"):
        return set()
    return visible(viewer, table) - _EVERYONE.get(table, set())


async def _seen(connection: Connection, table: str, town: Town) -> set[str]:
    rows = await connection.fetch(f"SELECT * FROM {table}")
    return {town.rows[table][_key(table, row)] for row in rows}


async def test_every_caller_sees_of_every_table_what_is_theirs_and_no_more(town: Town) -> None:
    for viewer, table in itertools.product(VIEWERS, TABLES):
        async with town.seen_by(viewer) as connection:
            found = await _seen(connection, table, town)
        assert found == visible(viewer, table), f"{viewer} and {table}"


async def test_an_errand_of_the_hub_sees_every_row(town: Town) -> None:
    for table in TABLES:
        async with town.vault.on_errand() as connection:
            assert await _seen(connection, table, town) == set(town.rows[table].values())


async def test_a_transaction_that_names_nobody_sees_no_person(town: Town) -> None:
    async with town.vault.database.transaction() as connection:
        await connection.execute("SET LOCAL ROLE isthmus_viewer")
        for table in TABLES:
            assert await _seen(connection, table, town) == _EVERYONE.get(table, set()), table


async def test_every_caller_removes_what_is_theirs_and_no_more(town: Town) -> None:
    for viewer, table in itertools.product(VIEWERS, TABLES):
        async with town.seen_by(viewer) as connection:
            rows = await connection.fetch(f"DELETE FROM {table} RETURNING *")
        gone = {town.rows[table][_key(table, row)] for row in rows}
        assert gone == writable(viewer, table), f"{viewer} and {table}"


async def test_every_caller_changes_what_is_theirs_and_no_more(town: Town) -> None:
    for viewer, table in itertools.product(VIEWERS, TABLES):
        column = KEYS.get(table, ("id",))[0]
        async with town.seen_by(viewer) as connection:
            try:
                async with connection.transaction():
                    rows = await connection.fetch(
                        f"UPDATE {table} SET {column} = {column} RETURNING *"
                    )
            except asyncpg.InsufficientPrivilegeError:
                # what others said of a learner is that learner's to remove, not to rewrite
                assert (viewer, table) == ("a", "endorsement")
                continue
        changed = {town.rows[table][_key(table, row)] for row in rows}
        assert changed == writable(viewer, table), f"{viewer} and {table}"


async def test_no_row_is_written_in_anothers_name(town: Town) -> None:
    tried = 0
    for table in TABLES:
        for key, label in town.rows[table].items():
            fresh = await _copy(town.vault, table, key)
            for viewer in VIEWERS:
                tried += 1
                may = await _insert(town, viewer, table, fresh)
                assert may == _may_insert(viewer, table, label), f"{viewer}, {table}, {label}"
    assert tried > 400


def _may_insert(viewer: str, table: str, label: str) -> bool:
    if table == "endorsement":
        return viewer == "b" and label.startswith("b of")
    if table == "consent" and viewer == "pending":
        return label == "a to pending"
    return label in writable(viewer, table)


async def _copy(vault: Vault, table: str, key: str) -> str:
    """Read a row to write it once more, under a key of its own where it can have one."""
    async with vault.on_errand() as connection:
        rows = await connection.fetch(f"SELECT t.*, to_jsonb(t) AS whole FROM {table} AS t")
    row: dict[str, Any] = next(orjson.loads(r["whole"]) for r in rows if _key(table, r) == key)
    if table not in KEYS and table not in {"learner", "audit_event"}:
        row["id"] += 1_000_000
    return orjson.dumps(row).decode()


async def _insert(town: Town, viewer: str, table: str, row: str) -> bool:
    async with town.seen_by(viewer) as connection:
        try:
            async with connection.transaction():
                await connection.execute(
                    f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, $1)",
                    row,
                )
        except asyncpg.InsufficientPrivilegeError:
            return False
        except asyncpg.UniqueViolationError:  # its policy let it pass; its key stands already
            return True
    return True


async def test_no_row_is_handed_to_another_learner(town: Town) -> None:
    b = town.viewers["b"].learner_id
    for table in sorted(OWN - {"learner", "learner_key"}):
        async with town.seen_by("a") as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with connection.transaction():
                    await connection.execute(f"UPDATE {table} SET learner_id = $1", b)


async def test_a_body_asks_for_consent_and_cannot_give_it(town: Town) -> None:
    body, a = town.viewers["stranger"], town.viewers["a"].learner_id
    for status, may in (("PENDING", True), ("ACTIVE", False), ("REVOKED", False)):
        row = {
            "learner_id": a, "recipient_id": body.organization_id, "purpose": "X", "mode": "VIEW",
            "status": status,
        }  # fmt: skip
        async with town.seen_by("stranger") as connection:
            try:
                async with connection.transaction():
                    await people.insert(connection, "consent", row)
            except asyncpg.InsufficientPrivilegeError:
                assert not may
            else:
                assert may


async def test_a_revoked_consent_shows_nothing_to_the_next_transaction(town: Town) -> None:
    async with town.vault.viewing(town.viewers["a"]) as connection:
        await connection.execute(
            "UPDATE consent SET status = 'REVOKED' WHERE recipient_id = $1",
            town.viewers["with_consent"].organization_id,
        )
    async with town.seen_by("with_consent") as connection:
        for table in sorted(SHOWN):
            assert await _seen(connection, table, town) == set(), table
