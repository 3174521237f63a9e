"""Faulty downloads of ESCO: the file, the line and what is wrong are named; nothing is lost."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest

from isthmus.errors import ErrorCode
from isthmus.graph.executing import Graph, Operation
from isthmus.hub import Hub
from isthmus.playground.simulators import esco as simulated
from isthmus.playground.world import build_world
from tests.conftest import NOW, ROOT
from tests.support.replay import Replay, Reply

NAME = "esco.zip"
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    """The files of a small download in the official form."""
    archive = simulated.archive(build_world(NOW.date()).taxonomy, "en")
    assert archive is not None
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Pack files as a download."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return target.getvalue()


def _named(files: Files, ending: str) -> str:
    return next(name for name in files if name.endswith(ending))


def _without_column(files: Files) -> bytes:
    name = _named(files, "skills_en.csv")
    rows = list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"))))
    kept = [column for column in rows[0] if column != "altLabels"]
    text = io.StringIO()
    writer = csv.DictWriter(text, kept, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return zipped(files | {name: text.getvalue().encode()})


def _in_latin_1(files: Files) -> bytes:
    name = _named(files, "skills_en.csv")
    return zipped(files | {name: files[name] + "é".encode("latin-1")})


def _without_file(files: Files) -> bytes:
    name = _named(files, "broaderRelationsSkillPillar.csv")
    return zipped({key: content for key, content in files.items() if key != name})


def _short_row(files: Files) -> bytes:
    name = _named(files, "skills_en.csv")
    return zipped(files | {name: files[name] + b"KnowledgeSkillCompetence,http://x.example\n"})


def _damaged(files: Files) -> bytes:
    whole = bytearray(zipped(files))
    with zipfile.ZipFile(io.BytesIO(bytes(whole))) as packed:
        start = packed.getinfo(_named(files, "skills_en.csv")).header_offset
    whole[start + 200 : start + 240] = b"\0" * 40
    return bytes(whole)


FAULTS: dict[str, tuple[Callable[[Files], bytes], str]] = {
    "cut off": (lambda files: zipped(files)[:-500], "is not a whole zip file"),
    "empty": (lambda _: b"", "is not a whole zip file"),
    "an HTML page": (lambda _: b"<html>Please accept cookies</html>", "is not a whole zip file"),
    "no ESCO files": (lambda _: zipped({"readme.txt": b""}), "none of the files of an ESCO"),
    "a column missing": (_without_column, "skills_en.csv lacks the column altLabels"),
    "another encoding": (_in_latin_1, "skills_en.csv is not UTF-8 after line"),
    "a file missing": (_without_file, "holds no broaderRelationsSkillPillar.csv"),
    "a row cut off": (_short_row, "skills_en.csv line"),
    "damaged inside": (_damaged, "does not unpack after line"),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_faulty_download_is_named_and_loses_nothing(
    hub: Hub, tmp_path: Path, files: Files, name: str
) -> None:
    fault, words = FAULTS[name]
    (tmp_path / NAME).write_bytes(zipped(files))
    config = {"version": "1.1.1", "archives": [NAME]}
    await hub.add_source("esco", "esco", config, base_url=tmp_path.as_uri())
    assert (await hub.sync(["esco"]))[0].ok
    held = await hub.database.value("SELECT count(*) FROM skill WHERE NOT deprecated")
    (tmp_path / NAME).write_bytes(fault(files))
    report = (await hub.sync(["esco"]))[0].streams[0]
    assert report.fault_code == ErrorCode.SOURCE_BAD_DATA
    assert words in str(report.fault)
    assert held == await hub.database.value("SELECT count(*) FROM skill WHERE NOT deprecated") > 50


GONE = """
query ($uri: URI!) { skill(by: { uri: $uri }) {
    uri deprecated label { value } replacedBy { uri }
} }
"""


@pytest.mark.mission("M33")
async def test_a_skill_dropped_in_a_newer_version_still_resolves_and_says_so(
    hub: Hub, tmp_path: Path, files: Files
) -> None:
    name = _named(files, "skills_en.csv")
    rows = list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"))))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows[1:])
    for version, content in (("1.1.1", files[name]), ("1.2.0", text.getvalue().encode())):
        (tmp_path / NAME).write_bytes(zipped(files | {name: content}))
        await hub.add_source(
            "esco", "esco", {"version": version, "archives": [NAME]},
            base_url=tmp_path.as_uri(), replace=True,
        )  # fmt: skip
        assert (await hub.sync(["esco"]))[0].ok
    dropped = rows[0]["conceptUri"]
    answer = await Graph(hub.database).run(Operation(GONE, variables={"uri": dropped}))
    assert not answer.errors
    assert answer.data is not None
    skill = answer.data["skill"]
    assert (skill["uri"], skill["deprecated"], skill["replacedBy"]) == (dropped, True, [])
    assert skill["label"]["value"] == rows[0]["preferredLabel"]


async def test_a_file_that_is_not_there_is_named(hub: Hub, tmp_path: Path) -> None:
    config = {"version": "1.1.1", "archives": [NAME]}
    await hub.add_source("esco", "esco", config, base_url=tmp_path.as_uri())
    report = (await hub.sync(["esco"]))[0].streams[0]
    assert report.fault_code == ErrorCode.SOURCE_DOWN
    assert report.fault == f"there is no file {NAME}"


async def test_a_download_over_http_loads_and_is_cleared_up(
    hub: Hub, replay: Replay, tmp_path: Path, files: Files
) -> None:
    replay.answers[f"/{NAME}"] = Reply(zipped(files))
    config = {"version": "1.1.1", "archives": [NAME]}
    await hub.add_source("esco", "esco", config, base_url=replay.url)
    assert (await hub.sync(["esco"]))[0].ok
    assert await hub.database.value("SELECT count(*) FROM skill") > 50
    assert list((tmp_path / "work").iterdir()) == []


DOWNLOADS: dict[str, tuple[Callable[[bytes], Reply], ErrorCode, str]] = {
    "cut off in its sending": (
        lambda body: Reply(body[:5000], 200, {"content-length": "50000", "connection": "close"}),
        ErrorCode.SOURCE_DOWN, "broke the connection off",
    ),
    "larger than allowed": (
        lambda body: Reply(body * 50), ErrorCode.SOURCE_BAD_DATA, "the file is over 1000000 bytes",
    ),
    "a trickle": (
        lambda body: Reply(body, drip=0.1), ErrorCode.SOURCE_TIMEOUT, "sends its file too slowly",
    ),
    "a wait without end": (
        lambda body: Reply(body, hang=60), ErrorCode.SOURCE_TIMEOUT, "no whole answer in time",
    ),
    "404": (lambda _: Reply(status=404), ErrorCode.SOURCE_REFUSED, "answered 404 for /esco.zip"),
}  # fmt: skip


@pytest.mark.parametrize("name", DOWNLOADS)
async def test_a_download_that_fails_is_named(
    hub: Hub, replay: Replay, files: Files, name: str
) -> None:
    answer, code, words = DOWNLOADS[name]
    settings = msgspec.structs.replace(
        hub.settings, source_timeout=0.5, source_attempts=1, source_max_file_bytes=1_000_000
    )
    impatient = Hub(settings, hub.database, ROOT)
    replay.answers[f"/{NAME}"] = answer(zipped(files))
    config = {"version": "1.1.1", "archives": [NAME]}
    await impatient.add_source("esco", "esco", config, base_url=replay.url)
    report = (await impatient.sync(["esco"]))[0].streams[0]
    assert report.fault_code == code
    assert words in str(report.fault)


async def test_a_file_outside_the_sources_folder_is_refused(hub: Hub, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.zip").write_bytes(b"")
    config = {"version": "1.1.1", "archives": ["../secret.zip"]}
    await hub.add_source("esco", "esco", config, base_url=inside.as_uri())
    report = (await hub.sync(["esco"]))[0].streams[0]
    assert report.fault_code == ErrorCode.SOURCE_REFUSED
    assert "not inside the source's own folder" in str(report.fault)
