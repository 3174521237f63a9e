"""The audit log: whole when many write it, and no tampering with it or its anchors goes unseen."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from isthmus.store.database import Database
from isthmus.store.embedded import EmbeddedServer
from isthmus.store.people import audit
from isthmus.store.people.anchoring import (
    Anchor,
    Finding,
    Tampering,
    anchor,
    anchor_when_due,
    check,
)
from isthmus.store.people.audit import Entry
from isthmus.store.people.erasing import erase_learner
from isthmus.store.people.sweeping import Sweeper
from isthmus.store.people.vault import Vault
from isthmus.store.sealing import Keyring, keyed_hash, new_key
from tests.conftest import _create, _drop
from tests.support import people
from tests.support.consenting import GROWN

pytestmark = pytest.mark.mission("M64")

T = TypeVar("T")
LINES, ANCHORS = 30, 3
COLUMNS = "id, at, kind, learner_mac, sealed, digest"
_numbers = itertools.count(1)


async def append(vault: Vault, *entries: Entry) -> audit.Line:
    async with vault.on_errand() as connection:
        return await audit.append(vault, connection, entries)


def a_read(learner_id: int, operation: str = "q") -> Entry:
    return Entry(audit.READ, learner_id, {"operation": operation})


# ---- what holds


async def test_an_empty_log_is_whole(vault: Vault, tmp_path: Path) -> None:
    assert await check(vault, tmp_path / "audit.anchors") == []


async def test_what_a_line_says_is_sealed_and_its_learner_a_pseudonym(
    vault: Vault, database: Database
) -> None:
    learner = await people.add_learner(vault, GROWN)
    await append(vault, a_read(learner, "SecretName"))
    row = await database.row("SELECT * FROM audit_event")
    assert b"SecretName" not in row["sealed"]
    async with vault.on_errand() as connection:
        assert row["learner_mac"] == await people.pseudonym(vault, connection, learner)
        [(_, content)] = await audit.lines_of(vault, connection, learner)
    assert content == {"operation": "SecretName"}


async def test_after_erasing_the_lines_stand_and_tell_nothing(
    vault: Vault, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "audit.anchors"
    learner, other = await people.add_learner(vault), await people.add_learner(vault)
    await append(vault, a_read(learner), a_read(other))
    await anchor(vault, file)
    await erase_learner(vault, learner)
    await append(vault, a_read(other))
    assert await check(vault, file) == []
    assert await database.value("SELECT count(*) FROM audit_event") == 4
    async with vault.on_errand() as connection:
        assert len(await audit.lines_of(vault, connection, other)) == 2
        with pytest.raises(Exception, match="no such learner"):
            await audit.lines_of(vault, connection, learner)


async def test_many_writers_at_once_keep_the_log_whole(
    vault: Vault, server: EmbeddedServer, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "audit.anchors"
    learners = [await people.add_learner(vault) for _ in range(4)]

    async def write(number: int) -> None:
        async with await Database.open(url=database.url, home=server.home) as own:
            mine = await Vault.open(own, vault.keyring)
            for turn in range(20):
                await append(mine, *[a_read(learners[number])] * (1 + turn % 3))
                if turn % 10 == number:
                    await anchor(mine, file)

    await asyncio.gather(*map(write, range(4)))
    assert await check(vault, file) == []
    ids = [row["id"] for row in await database.fetch("SELECT id FROM audit_event ORDER BY id")]
    assert ids == list(range(1, len(ids) + 1))
    assert len(ids) == 4 * (7 + 7 + 6 + 19) + 4 * 2 == 164


async def test_a_line_that_is_undone_leaves_no_gap(vault: Vault, tmp_path: Path) -> None:
    learner = await people.add_learner(vault)
    with suppress(ZeroDivisionError):
        async with vault.on_errand() as connection:
            await audit.append(vault, connection, [a_read(learner)])
            raise ZeroDivisionError
    assert (await append(vault, a_read(learner))).id == 1
    assert await check(vault, tmp_path / "audit.anchors") == []


async def test_a_hub_may_keep_its_anchors_apart_from_another_of_the_same_database(
    vault: Vault, tmp_path: Path
) -> None:
    for name in ("one", "other", "one"):
        await anchor(vault, tmp_path / name)
    assert await check(vault, tmp_path / "one") == []
    assert await check(vault, tmp_path / "other") == []


async def test_a_file_of_anchors_that_is_gone_is_missed(vault: Vault, tmp_path: Path) -> None:
    await anchor(vault, tmp_path / "one")
    (tmp_path / "one").unlink()
    assert await check(vault, tmp_path / "one") == [Finding(Tampering.ANCHOR_MISSING, 1)]


# ---- what does not


@dataclass
class Log:
    """A log of thirty lines and three anchors, put back before each trial."""

    runner: asyncio.Runner
    vault: Vault
    file: Path
    anchors: bytes

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def execute(self, statement: str, *values: Any) -> None:
        self.run(self.vault.database.execute(statement, *values))

    def put_back(self) -> None:
        self.execute("TRUNCATE audit_event")
        self.execute("INSERT INTO audit_event SELECT * FROM untouched")
        self.file.write_bytes(self.anchors)

    def findings(self) -> list[Finding]:
        return self.run(check(self.vault, self.file))


@contextmanager
def a_log(server: EmbeddedServer, template: str, folder: Path) -> Iterator[Log]:
    name = f"audit_{next(_numbers)}"
    _create(server, name, template)
    with asyncio.Runner() as runner:
        database = runner.run(Database.open(url=server.url(name), home=server.home))
        try:
            yield runner.run(_filled(runner, database, folder / "audit.anchors"))
        finally:
            runner.run(database.close())
    _drop(server, name)


async def _filled(runner: asyncio.Runner, database: Database, file: Path) -> Log:
    vault = await Vault.open(database, Keyring("k1", {"k1": new_key()}))
    learners = [await people.add_learner(vault) for _ in range(3)]
    for number in range(ANCHORS):
        for line in range(LINES // ANCHORS - 1):
            await append(vault, a_read(learners[line % 3], f"q{number}{line}"))
        await anchor(vault, file)
    await database.execute("CREATE TABLE untouched AS SELECT * FROM audit_event")
    return Log(runner, vault, file, file.read_bytes())


Trial = Callable[[Log], None]
lines = st.integers(1, LINES)
two = st.lists(lines, min_size=2, max_size=2, unique=True)
EDITS = [
    "at = at + make_interval(secs => 0.000001)",
    "at = at - interval '1 day'",
    "kind = 'CONSENT_GRANTED'",
    "kind = kind || ' '",
    "learner_mac = CASE WHEN learner_mac IS NULL THEN '\\x00'::bytea END",
    "learner_mac = '\\x0000'::bytea",
    "sealed = CASE WHEN sealed IS NULL THEN ''::bytea END",
    "sealed = coalesce(set_byte(sealed, 9, get_byte(sealed, 9) # 1), '\\x00'::bytea)",
    "digest = set_byte(digest, 3, get_byte(digest, 3) # 128)",
    "id = id + 100",
    "id = -id",
]


def edited(line: int, edit: str) -> Trial:
    return lambda log: log.execute(f"UPDATE audit_event SET {edit} WHERE id = $1", line)


def deleted(some: list[int]) -> Trial:
    return lambda log: log.execute("DELETE FROM audit_event WHERE id = ANY($1)", some)


def truncated(line: int) -> Trial:
    return lambda log: log.execute("DELETE FROM audit_event WHERE id >= $1", line)


def inserted(line: int, at: int) -> Trial:
    """A copy of an old line, at an end or at the beginning."""
    return lambda log: log.execute(
        f"INSERT INTO audit_event ({COLUMNS}) SELECT $2, at, kind, learner_mac, sealed, digest"
        " FROM audit_event WHERE id = $1",
        line,
        at,
    )


def swapped(pair: list[int]) -> Trial:
    """Two lines in each other's place, digests and all."""
    return lambda log: log.execute(
        "UPDATE audit_event a SET at = b.at, kind = b.kind, learner_mac = b.learner_mac,"
        " sealed = b.sealed, digest = b.digest FROM untouched b"
        " WHERE (a.id, b.id) IN (($1::bigint, $2::bigint), ($2, $1))",
        *pair,
    )


def content_swapped(pair: list[int]) -> Trial:
    """What two lines say in each other's place, each with the other's time, digests left."""
    return lambda log: log.execute(
        "UPDATE audit_event a SET sealed = b.sealed, at = b.at FROM untouched b"
        " WHERE (a.id, b.id) IN (($1::bigint, $2::bigint), ($2, $1))",
        *pair,
    )


def replayed(line: int) -> Trial:
    """The end cut off, and as many old lines put in its place."""

    def trial(log: Log) -> None:
        log.execute("DELETE FROM audit_event WHERE id > $1", line)
        log.execute(
            f"INSERT INTO audit_event ({COLUMNS}) SELECT id + $1, at, kind, learner_mac, sealed,"
            " digest FROM untouched WHERE id + $1 <= $2",
            line,
            LINES,
        )

    return trial


def recomputed(line: int) -> Trial:
    """A line forged, and every digest from there on made anew under a key that is a guess."""

    def trial(log: Log) -> None:
        log.run(_forge(log.vault, line))

    return trial


async def _forge(vault: Vault, line: int) -> None:
    rows = await vault.database.fetch("SELECT * FROM audit_event ORDER BY id")
    before = rows[line - 2]["digest"] if line > 1 else audit.BEFORE_ALL
    for row in rows[line - 1 :]:
        kind = "FORGED" if row["id"] == line else row["kind"]
        before = audit.digest_of(
            keyed_hash(bytes(32), "guess"),
            before,
            row["id"],
            row["at"],
            kind,
            row["learner_mac"],
            row["sealed"],
        )
        await vault.database.execute(
            "UPDATE audit_event SET kind = $2, digest = $3 WHERE id = $1", row["id"], kind, before
        )


def file_changed(change: Callable[[list[bytes]], list[bytes]]) -> Trial:
    """The file of anchors with its lines changed."""

    def trial(log: Log) -> None:
        log.file.write_bytes(b"".join(change(log.anchors.splitlines(keepends=True))))

    return trial


def told_otherwise(number: int, **said: Any) -> Trial:
    def change(kept: list[bytes]) -> list[bytes]:
        kept[number] = orjson.dumps(orjson.loads(kept[number]) | said) + b"\n"
        return kept

    return file_changed(change)


def with_byte(place: int) -> Trial:
    def trial(log: Log) -> None:
        text = bytearray(log.anchors)
        text[place % len(text)] ^= 1
        log.file.write_bytes(text)

    return trial


def rearranged(order: list[int]) -> Trial:
    return file_changed(lambda kept: [kept[number] for number in order])


orders = st.lists(st.integers(0, ANCHORS - 1), max_size=ANCHORS + 1)
tamperings: st.SearchStrategy[Trial] = st.one_of(
    st.builds(edited, lines, st.sampled_from(EDITS)),
    st.builds(edited, lines, st.sampled_from(EDITS)),
    st.builds(deleted, st.lists(lines, min_size=1, max_size=5, unique=True)),
    st.builds(truncated, lines),
    st.builds(inserted, lines, st.sampled_from([0, -1, LINES + 1, LINES + 2, 2**62])),
    st.builds(swapped, two),
    st.builds(content_swapped, two),
    st.builds(replayed, st.integers(1, LINES - 1)),
    st.builds(recomputed, lines),
    st.builds(with_byte, st.integers(0, 10_000)),
    st.builds(rearranged, orders.filter(lambda order: order != list(range(ANCHORS)))),
    st.builds(
        told_otherwise,
        st.integers(0, ANCHORS - 1),
        id=st.sampled_from([0, -1, 3, 99, "10", None, 10.0]),
    ),
    st.builds(told_otherwise, st.integers(0, ANCHORS - 1), more=st.just("said")),
)


def test_a_hundred_tamperings_are_found_and_none_where_there_is_none(
    server: EmbeddedServer, template: str, tmp_path: Path
) -> None:
    with a_log(server, template, tmp_path) as log:
        assert log.findings() == []
        trials = []

        @settings(
            max_examples=100,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(tamperings)
        def tamper(trial: Trial) -> None:
            log.put_back()
            trial(log)
            assert log.findings(), "a tampering went unseen"
            trials.append(trial)

        tamper()
        assert len(trials) == 100
        log.put_back()
        assert log.findings() == []


def test_findings_name_what_was_done(server: EmbeddedServer, template: str, tmp_path: Path) -> None:
    with a_log(server, template, tmp_path) as log:
        expected = {
            Tampering.ALTERED: edited(5, EDITS[0]),
            Tampering.MISSING: deleted([5]),
            Tampering.TRUNCATED: truncated(25),
            Tampering.ANCHOR_ALTERED: told_otherwise(1, at="2026-01-01T00:00:00+00:00"),
            Tampering.ANCHOR_MISSING: rearranged([0, 1]),
        }
        found = {}
        for kind, trial in expected.items():
            log.put_back()
            trial(log)
            found[kind] = log.findings()
        assert found == {
            Tampering.ALTERED: [Finding(Tampering.ALTERED, 5)],
            Tampering.MISSING: [Finding(Tampering.MISSING, 5)],
            Tampering.TRUNCATED: [Finding(Tampering.TRUNCATED, 30)],
            Tampering.ANCHOR_ALTERED: [Finding(Tampering.ANCHOR_ALTERED, 2)],
            Tampering.ANCHOR_MISSING: [Finding(Tampering.ANCHOR_MISSING, 30)],
        }


async def test_a_running_hub_anchors_what_grew_and_not_too_often(
    vault: Vault, tmp_path: Path
) -> None:
    file, learner = tmp_path / "a", await people.add_learner(vault)
    assert await anchor_when_due(vault, file) is None
    await append(vault, a_read(learner))
    first = await anchor_when_due(vault, file)
    assert first is not None
    assert await anchor_when_due(vault, file, every=0) is None  # nothing was added
    await append(vault, a_read(learner))
    assert await anchor_when_due(vault, file) is None  # it is too soon
    second = await anchor_when_due(vault, file, every=0)
    assert second is not None
    assert second.number == 2
    assert await check(vault, file) == []


async def test_a_damaged_file_of_anchors_stops_no_hub(vault: Vault, tmp_path: Path) -> None:
    file, learner = tmp_path / "a", await people.add_learner(vault)
    made = await anchor(vault, file)
    file.write_bytes(orjson.dumps(asdict(made) | {"at": "yesterday"}) + b"\n{\n")
    await append(vault, a_read(learner))
    assert await anchor_when_due(vault, file) is not None
    found = await check(vault, file)
    assert {finding.kind for finding in found} == {Tampering.ANCHOR_ALTERED}


async def test_the_sweeper_anchors_the_log(vault: Vault, tmp_path: Path) -> None:
    await append(vault, a_read(await people.add_learner(vault)))
    file = tmp_path / "a"

    async def opened() -> Vault:
        return vault

    sweeper = Sweeper(opened, 0.05, file)
    sweeper.start()
    async with asyncio.timeout(20):
        while not file.exists() or not file.read_bytes():  # noqa: ASYNC110 - a file tells no event
            await asyncio.sleep(0.02)
    await sweeper.stop()
    assert await check(vault, file) == []


async def test_anchors_number_themselves_on(vault: Vault, tmp_path: Path) -> None:
    made = [await anchor(vault, tmp_path / "a") for _ in range(3)]
    assert [one.number for one in made] == [1, 2, 3]
    assert {one.series for one in made} == {made[0].series}
    kept = (tmp_path / "a").read_bytes().splitlines()
    assert [Anchor(**orjson.loads(line)) for line in kept] == made
