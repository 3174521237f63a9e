"""After an erasure nothing of the learner is left: no row, no file, no key to what lingers."""

from __future__ import annotations

import asyncio
import base64
import logging
import zlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import asyncpg
import pytest

from isthmus.model.learner import Person, StoreTokens
from isthmus.store.changes import Op, note
from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from isthmus.store.people import audit, credentials, handshakes, identities, learners, links
from isthmus.store.people.erasing import erase_learner
from isthmus.store.people.exporting import export_of, keep_export
from isthmus.store.people.holdings import holdings_of
from isthmus.store.people.idempotency import remember
from isthmus.store.people.sweeping import sweep
from isthmus.store.people.vault import LearnerUnknown, Vault, place
from isthmus.store.sealing import Keyring, new_key, seal
from tests.support import people, traces
from tests.support.servers import a_server

pytestmark = pytest.mark.mission("M65")

CANARY = "kanari-Zq8vTx"
FIRST_ID = 7_700_000_000_001
"""Ids that no other number looks like."""


@pytest.fixture
def server_of_its_own() -> Iterator[EmbeddedServer]:
    """A server whose whole folder can be searched."""
    with a_server("erase") as running:
        yield running


@pytest.fixture
async def alone(server_of_its_own: EmbeddedServer) -> AsyncIterator[Vault]:
    """The people of the only database of a server."""
    async with await Database.open(home=server_of_its_own.home) as database:
        vault = await Vault.open(database, Keyring("k1", {"k1": new_key()}))
        async with vault.upkeep() as connection:
            await connection.execute(f"ALTER SEQUENCE learner_id_seq RESTART {FIRST_ID}")
        yield vault


class Town:
    """Bodies and sources that learners have to do with."""

    def __init__(self, vault: Vault, body: int, source: int, friend: int) -> None:
        self.vault = vault
        self.body = body
        self.source = source
        self.friend = friend

    async def live(self, number: int) -> int:
        """Let a learner come and use everything there is, canaries in all they say."""
        vault, word = self.vault, f"{CANARY}{number:04d}"
        person = Person(word, f"{word}@x.org", word, date(2009, 1, 1), word, (word,))
        learner = await people.add_learner(vault, person)
        viewer = people.a_learner(learner)
        async with vault.viewing(viewer) as connection:
            await learners.update_person(vault, connection, learner, person)
            await credentials.note_seen(
                vault, connection, learner, self.source, [f"urn:{word}:{n}" for n in range(3)]
            )
        document = f'{{"title": "{word}", "more": "{"x" * 40_000}{word}"}}'.encode()
        consent = await people.add_consent(vault, learner, self.body)
        first = await people.hold(
            vault, learner, f"urn:{word}", document, media_type=word, presented_by=word
        )
        await people.hold(vault, learner, f"urn:{word}:1", zlib.compress(document))
        await people.hold(
            vault, learner, f"urn:{word}:2", document, source_id=self.source, consent_id=consent
        )
        said = {"relationship": word, "comment": word}
        await people.endorse(vault, credential_id=first, by_learner_id=self.friend, **said)
        friends = await people.hold(vault, self.friend, f"urn:{number}", b"{}")
        await people.endorse(vault, credential_id=friends, by_learner_id=learner, **said)
        await self._deal(learner, consent, word)
        async with vault.viewing(viewer) as connection:
            exported = await export_of(vault, learner)
            await keep_export(vault, connection, learner, exported, "JSON_LD", 3600)
        return learner

    async def _deal(self, learner: int, consent: int, word: str) -> None:
        vault = self.vault
        async with vault.on_errand() as connection:
            await identities.bind_identity(vault, connection, "OIDC", "https://x", word, learner)
            await handshakes.begin(
                vault, connection, "LINK", f"state-{word}", {"said": word}, 3600, learner
            )
            link = await links.open_link(connection, learner, self.source)
            tokens = StoreTokens(word, word, account=word, addresses=(word,), back=word)
            await links.keep_tokens(vault, connection, link, tokens, linked_at=datetime.now(UTC))
            key = await vault.key(connection, learner)
            where = place("consent", "artefact", consent, learner)
            await connection.execute(
                "UPDATE consent SET artefact = $2 WHERE id = $1",
                consent,
                seal(key, word.encode(), where),
            )
            row = {"learner_id": learner, "guardian_id": self.friend}
            await people.insert(connection, "guardianship", row)
            digest = sha256(word.encode()).digest()
            await remember(vault, connection, word, word, "present", digest, 1, learner)
            await note(connection, "LEARNER", Op.ADDED, [learner])
            await note(connection, "CONSENT", Op.ADDED, [consent])
            entry = audit.Entry("READ", learner, {"operation": word, "learner": learner})
            await audit.append(vault, connection, [entry])


async def _town(vault: Vault) -> Town:
    database = vault.database
    body, source = await people.add_body(database), await people.add_source(database)
    return Town(vault, body, source, await people.add_learner(vault))


async def _tables_that_name(vault: Vault, learner_ids: list[int]) -> set[str]:
    """Name the tables in which an id stands in whatever column."""
    found = set()
    words = "|".join(map(str, learner_ids))
    async with vault.upkeep() as connection:
        tables = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
        )
        for row in tables:
            table = row["relname"]
            if await connection.fetchval(
                f"SELECT EXISTS (SELECT FROM {table} t WHERE t::text ~ $1)", words
            ):
                found.add(table)
    return found


async def _wrapped_keys(vault: Vault, learner_ids: list[int]) -> dict[str, bytes]:
    async with vault.on_errand() as connection:
        rows = await connection.fetch(
            "SELECT learner_id, sealed FROM learner_key WHERE learner_id = ANY($1)", learner_ids
        )
    return {f"key of {row['learner_id']}": row["sealed"] for row in rows}


async def _held(vault: Vault, learner: int) -> dict[str, bytes]:
    return (await holdings_of(vault, people.a_learner(learner), learner)).files


async def _flush(vault: Vault) -> None:
    async with vault.upkeep() as connection:
        await connection.execute("CHECKPOINT")


async def _fail(vault: Vault) -> None:
    """Let a statement fail, whose error repeats the values it was given."""
    async with vault.upkeep() as connection:
        with pytest.raises(asyncpg.NotNullViolationError, match="Failing row contains"):
            await connection.execute("INSERT INTO client (id) VALUES ($1)", CANARY)


async def _erase(
    vault: Vault, home: Path, many: int, others: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    canary = traces.forms(CANARY)
    town = await _town(vault)
    gone = [await town.live(number) for number in range(many)]
    stay = [await town.live(many + number) for number in range(others)]
    before = {learner: await _held(vault, learner) for learner in stay}
    keys = await _wrapped_keys(vault, gone)
    await _flush(vault)
    found = await asyncio.to_thread(traces.search, home, {**canary, **keys})
    assert {hit for hits in found.values() for hit in hits} == set(keys), "only keys, sealed"
    assert any("pg_wal" in file for file in found), "the log of writes has them too"
    assert len(await _tables_that_name(vault, gone)) > 10
    await _fail(vault)
    assert "not-null" in (home / "postgres" / "server.log").read_text()
    for learner in gone:
        await erase_learner(vault, learner)
    assert await _tables_that_name(vault, gone) == set()
    assert (await sweep(vault)).scrubbed == many
    await _flush(vault)
    found = await asyncio.to_thread(traces.search, home, {**canary, **keys})
    assert found == {}
    assert traces.find(caplog.text.encode(), canary) == []
    for learner in stay:
        assert await _held(vault, learner) == before[learner]


async def test_nothing_of_fifty_erased_learners_is_in_any_table_file_or_log(
    alone: Vault, server_of_its_own: EmbeddedServer, caplog: pytest.LogCaptureFixture
) -> None:
    await _erase(alone, server_of_its_own.home, 50, 10, caplog)


async def test_the_search_finds_what_is_there(
    alone: Vault, server_of_its_own: EmbeddedServer
) -> None:
    await people.add_body(alone.database, CANARY)
    await _flush(alone)
    home = server_of_its_own.home
    found = await asyncio.to_thread(traces.search, home, traces.forms(CANARY))
    assert any("pg_wal" in file for file in found)
    assert any("base" in file for file in found)


@pytest.mark.parametrize("shift", range(5))
def test_the_search_finds_every_form(shift: int) -> None:
    wanted, text = traces.forms(CANARY), "." * shift + CANARY + "..."
    for form in (text.encode(), text.encode("utf-16-le"), text.encode().hex().encode()):
        assert traces.find(form, wanted)
    assert traces.find(b"noise" + zlib.compress(text.encode()), wanted)
    assert traces.find(base64.b64encode(text.encode()), wanted)


async def test_who_erases_nobody_is_told(vault: Vault) -> None:
    with pytest.raises(LearnerUnknown):
        await erase_learner(vault, 404)
    assert await people.count(vault, "erasure") == 0


async def test_an_erasure_is_whole_or_not_at_all(vault: Vault, database: Database) -> None:
    town = await _town(vault)
    learner = await town.live(1)
    before = await _held(vault, learner)
    async with vault.upkeep() as connection:
        await connection.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no'; END $$;"
            " CREATE TRIGGER refuse BEFORE INSERT ON erasure EXECUTE FUNCTION refuse()"
        )
    with pytest.raises(Exception, match="no"):
        await erase_learner(vault, learner)
    assert await _held(vault, learner) == before


async def test_the_chain_of_the_log_holds_without_the_erased(
    vault: Vault, database: Database
) -> None:
    town = await _town(vault)
    learner, other = await town.live(1), await town.live(2)
    lines = await people.count(vault, "audit_event")
    await erase_learner(vault, learner)
    assert await people.count(vault, "audit_event") == lines
    before, secret = audit.BEFORE_ALL, audit.secret_of(vault)
    async with vault.on_errand() as connection:
        async for line in audit.all_lines(connection):
            before = audit.digest_of(
                secret, before, line.id, line.at, line.kind, line.learner_mac, line.sealed
            )
            assert line.digest == before
        assert len(await audit.lines_of(vault, connection, other)) == 1


async def test_scrubbing_waits_for_readers_only_a_moment(vault: Vault) -> None:
    learner, reader = await people.add_learner(vault), await people.add_learner(vault)
    await erase_learner(vault, learner)
    async with vault.viewing(people.a_learner(reader)) as connection:
        await vault.key(connection, reader)
        started = asyncio.get_running_loop().time()
        assert (await sweep(vault)).scrubbed == 0
        assert asyncio.get_running_loop().time() - started < 5
    assert (await sweep(vault)).scrubbed == 1
    assert await people.count(vault, "erasure", "scrubbed_at IS NULL") == 0


async def test_who_writes_for_an_erased_learner_is_told(vault: Vault) -> None:
    learner = await people.add_learner(vault)
    await erase_learner(vault, learner)
    with pytest.raises(LearnerUnknown):
        await people.hold(vault, learner, "a")
    assert await people.count(vault, "credential") == 0
