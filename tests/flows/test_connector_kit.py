"""The conformance kit over every connector of the repository, over new ones, and over bad ones."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from isthmus.connector import installed
from isthmus.connector.kit.beginning import Kind, begin
from isthmus.connector.kit.outcomes import Came, Right, is_right
from isthmus.connector.kit.samples import samples_of
from isthmus.connector.kit.spoiling import ALL_FAULTS
from isthmus.connector.kit.verdicts import Case, Report, Verdict, as_text, tier_of
from isthmus.outbound import Outbound
from isthmus.store.database import Database
from isthmus.trials.faulting import came_of, fault_stage
from isthmus.trials.ground import Ground
from isthmus.trials.trial import ground_of, try_connector
from tests.connectors.samples import CONNECTORS, NAMES

OF_EACH_KIND = ("greenhouse", "jobtech-taxonomy", "partner-csv", "digilocker", "beckn-dsep")
"""A whole board, pages of GraphQL, a file, a store of one learner's, a network that calls back."""
OpenDatabase = Callable[[], AsyncIterator[Database]]


@pytest.fixture
def own(database: Database):
    """Give the kit an empty database of its own."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Database]:
        yield database

    return opened


def wrong(report: Report) -> list[str]:
    return [
        line for case in report.cases if case.verdict is Verdict.NOT_OK for line in case.lines()
    ]


def case_of(report: Report, name: str) -> Case:
    (found,) = [case for case in report.cases if case.name == name]
    return found


@pytest.mark.parametrize("name", OF_EACH_KIND)
async def test_a_connector_of_each_kind_holds_in_the_short_form(name: str, own) -> None:
    report = await try_connector(CONNECTORS / name, own, is_short=True)
    assert wrong(report) == []
    assert report.is_good("static")
    assert report.is_good("replay")
    assert report.is_good("faults")


async def test_one_fault_tells_nothing_of_the_next_though_the_source_asked_for_an_hour(
    database: Database,
) -> None:
    connector = installed.load_folder(CONNECTORS / "jobtech-taxonomy")
    report = Report("jobtech-taxonomy")
    faults = [fault for fault in ALL_FAULTS if fault.name in {"503-retry-after", "429", "html"}]
    async with ground_of(connector, database) as ground:
        await fault_stage(ground, samples_of(CONNECTORS / "jobtech-taxonomy"), faults, report)
    assert wrong(report) == []
    assert len(report.cases) == 3


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
async def test_every_connector_holds_under_every_fault(name: str, own) -> None:
    report = await try_connector(CONNECTORS / name, own)
    assert wrong(report) == []
    assert tier_of(report)[0] == "Bronze", list(as_text(report))


@pytest.mark.parametrize("kind", [Kind.REST, Kind.XML, Kind.CSV])
async def test_what_was_just_begun_passes_its_own_tests(kind: Kind, own, tmp_path: Path) -> None:
    report = await try_connector(begin("evening-school", kind, tmp_path), own, is_short=True)
    assert wrong(report) == []
    assert report.is_good("faults")


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(Kind))
async def test_what_was_just_begun_holds_under_every_fault(kind: Kind, own, tmp_path: Path) -> None:
    report = await try_connector(begin("evening-school", kind, tmp_path), own)
    assert wrong(report) == []
    assert "an owner" in tier_of(report)[1]


async def test_a_record_that_is_not_as_expected_is_told_with_file_and_line(
    own, tmp_path: Path
) -> None:
    folder = begin("evening-school", Kind.REST, tmp_path)
    file = folder / "samples/two-records.expected.json"
    text = file.read_text("utf-8").replace("Bookkeeping basics", "Bookkeeping for all")
    file.write_text(text, "utf-8")
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "for all" in one)
    report = await try_connector(folder, own, is_short=True)
    said = case_of(report, "two-records").said
    assert f"samples/two-records.expected.json: line {line}: " in said
    assert "expected 'Bookkeeping for all', came 'Bookkeeping basics'" in said


CLIENT = '''"""Reads the courses by hand."""

from isthmus.connector.page import Page
from isthmus.connector.part import Connector, stream
from isthmus.errors import SourceFault


class Courses(Connector):
    """Hides what went wrong."""

    @stream("courses")
    async def courses(self, context, cursor):
        """Yield whatever there is."""
        try:
            found = (await context.http.get("/courses")).json()["courses"]
        except {CAUGHT}:
            found = []
        yield Page(found[1:] if not found else found)
'''


def by_hand(tmp_path: Path, client: str) -> Path:
    """Begin a connector whose courses Python reads."""
    folder = begin("evening-school", Kind.REST, tmp_path)
    file = folder / "connector.yaml"
    lines = [
        line
        for line in file.read_text("utf-8").splitlines()
        if not line.lstrip().startswith(("request:", "page:", "records:"))
    ]
    file.write_text("\n".join(lines), "utf-8")
    (folder / "client.py").write_text(client, "utf-8")
    return folder


async def test_a_connector_that_hides_what_went_wrong_does_not_pass(own, tmp_path: Path) -> None:
    folder = by_hand(tmp_path, CLIENT.replace("{CAUGHT}", "SourceFault"))
    report = await try_connector(folder, own, is_short=True)
    hang = case_of(report, "hang")
    assert hang.verdict is Verdict.NOT_OK
    assert hang.said.startswith("DONE, 2 removals held back\nright would be: FAILED as SOURCE_TIME")
    assert tier_of(report)[0] == "Draft"


async def test_a_connector_that_breaks_over_a_body_does_not_pass(own, tmp_path: Path) -> None:
    folder = by_hand(tmp_path, CLIENT.replace("{CAUGHT}", "ZeroDivisionError"))
    report = await try_connector(folder, own, is_short=True)
    assert case_of(report, "hang").verdict is Verdict.OK
    assert case_of(report, "html").verdict is Verdict.OK
    assert "two-records" in [case.name for case in report.cases]


LEAKING = '''"""Remembers what it read, whoever it was for."""

from isthmus.connector.original import Original
from isthmus.connector.page import Page
from isthmus.connector.part import Connector, document, stream

SEEN = []


class Badges(Connector):
    """Shares what it has seen."""

    @stream("credentials")
    async def listed(self, context, cursor):
        """Yield what the store lists, and what others listed."""
        found = (await context.http.get("/badges")).json()["badges"]
        SEEN.extend(one for one in found if one not in SEEN)
        yield Page(list(SEEN))

    @document("credentials")
    async def original(self, context, listed):
        """Give what is listed as its own document."""
        return Original(b"{}", "application/json")
'''
LIVE = """\
isthmus: 1
id: badges
version: 1.0.0
title: Badges
maintainers: [Ridgeway]
transport: oauth_store
modes: [live]
personal: true
config:
  type: object
  required: [client_id]
  properties:
    client_id: {type: string}
http:
  auth:
    oauth2: {flow: authorization_code, authorize: /authorize, token: /token, revoke: /revoke}
consent:
  purpose: Show my badges
  max_age: 365d
  data: [Credential]
  on_withdraw: revoke_and_forget
streams:
  credentials:
    produces: Credential@1
    id: id
    deletes: never
    map: {title: title}
"""


def a_store(folder: Path, client: str) -> Path:
    """Write a live connector with one badge."""
    begin("badges", Kind.REST, folder)
    home = folder / "badges"
    (home / "connector.yaml").write_text(LIVE, "utf-8")
    (home / "client.py").write_text(client, "utf-8")
    shutil.rmtree(home / "samples")
    (home / "samples").mkdir()
    badge = {"/badges": {"json": {"badges": [{"id": "b-1", "title": "Welding"}]}}}
    (home / "samples/one.json").write_text(json.dumps(badge), "utf-8")
    document = {
        "media_type": "application/json",
        "sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    }
    expected = {"records": {"b-1": {"title": "Welding"}}, "documents": {"b-1": document}}
    said = {"config": {"client_id": "a-client"}, "streams": {"credentials": expected}}
    (home / "samples/one.expected.json").write_text(json.dumps(said), "utf-8")
    return home


async def test_a_connector_that_mixes_two_learners_does_not_pass(own, tmp_path: Path) -> None:
    report = await try_connector(a_store(tmp_path, LEAKING), own, is_short=True)
    mixed = case_of(report, "interleaved")
    assert mixed.verdict is Verdict.NOT_OK
    assert mixed.said == "a learner saw what stands in another's store"


async def test_a_connector_that_keeps_learners_apart_passes_the_consent_cases(
    own, tmp_path: Path
) -> None:
    apart = LEAKING.replace("Page(list(SEEN))", "Page(found)")
    report = await try_connector(a_store(tmp_path, apart), own, is_short=True)
    assert wrong(report) == []
    assert [c.name for c in report.cases if c.stage == "consent" and c.verdict is Verdict.OK] == [
        "own-eyes",
        "refused-without-consent",
        "withdrawn-in-the-middle",
        "rotated-twice-at-once",
        "interleaved",
    ]


# ---- the judge's own upstream


@pytest.fixture
def judge(shared: Path) -> Iterator[int]:
    """Run the upstream that misbehaves, which is none of ours; give its port."""
    script = shared / "judges" / "py" / "upstream.py"
    if not script.is_file():
        pytest.skip("needs the judges beside the checkout, which are not here")
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        port, canary = one.getsockname()[1], two.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, str(script), "--port", str(port), "--canary-port", str(canary)],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"fault-upstream on")
    try:
        yield port
    finally:
        process.kill()
        process.communicate()


JUDGED = """\
isthmus: 1
id: judged
version: 1.0.0
title: An upstream that misbehaves
maintainers: [isthmus]
transport: rest
modes: [synced]
streams:
  vacancies:
    produces: Vacancy@1
    request: {path: ""}
    id: id
    changed: updatedAt
    deletes: snapshot
    map: {title: title, skills: "as_list(skills)[].{text: @}", updated_at: updatedAt}
"""
ITS_OWN = {
    "ok": Right.UNCHANGED,
    "dup-keys": Right.KEPT,  # two ids in one object: one record, and the others seem gone
    "poison": Right.GARBLED,  # half a surrogate is no JSON
    "flap": Right.SAFE,
}
"""What is right where that upstream does otherwise than the kit's."""


@pytest.mark.shared
@pytest.mark.slow
async def test_nothing_is_lost_under_any_fault_of_the_judges_upstream(
    judge: int, database: Database, tmp_path: Path
) -> None:
    (tmp_path / "judged").mkdir()
    (tmp_path / "judged/connector.yaml").write_text(JUDGED, "utf-8")
    connector = installed.load_folder(tmp_path / "judged")
    tried = [f for f in ALL_FAULTS if f.name not in {"cut", "401", "404", "429-once", "looping",
             "empty-list", "shrunken-list"}]  # fmt: skip
    said: list[str] = []
    async with ground_of(connector, database) as ground:
        at_judge = Judged(ground.connector, ground.upstream, database, ground.work, judge)
        source = await ground.add({})
        for fault in tried:
            at_ok = replace(source, base_url=f"http://127.0.0.1:{judge}/ok")
            await at_judge.sync(at_ok)
            before = await ground.held(source)
            at_fault = replace(source, base_url=f"http://127.0.0.1:{judge}/{fault.name}")
            began = time.monotonic()
            run = await at_judge.sync(at_fault, patience=fault.patience)
            came = came_of(run, before, await ground.held(source))
            right = ITS_OWN.get(fault.name, fault.right_for("json"))
            allowed = right is Right.SAFE and came.codes == ("SOURCE_DOWN",)
            if not (is_right(came, right) or allowed) or time.monotonic() - began > 12:
                said.append(f"{fault.name}: {came.sentence()}; right would be: {right.value}")
    assert said == []
    assert len(before) == 100


class Judged(Ground):
    """A ground whose upstream is another's."""

    __slots__ = ("judge",)

    def __init__(self, connector, upstream, database, work, judge: int) -> None:
        super().__init__(connector, upstream, database, work)
        object.__setattr__(self, "judge", judge)

    @property
    def outbound(self) -> Outbound:
        return Outbound(doors=[("127.0.0.1", self.judge)])


def test_a_run_that_is_called_good_lost_nothing() -> None:
    assert is_right(Came(rejected=3, removals_held=2), Right.KEPT)
    assert not is_right(Came(removals_held=2), Right.UNCHANGED)
    assert is_right(Came(codes=("SOURCE_TIMEOUT", "SOURCE_DOWN")), Right.TIMEOUT)
    assert not is_right(Came(codes=("SOURCE_DOWN", "SOURCE_TIMEOUT")), Right.TIMEOUT)
    assert not is_right(Came(codes=("SOURCE_DOWN", "SOURCE_RATE_LIMITED")), Right.DOWN)
    assert samples_of(CONNECTORS / "lever")
