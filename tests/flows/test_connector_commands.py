"""`isthmus connector` as the author of a connector meets it: from nothing to a tier."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from isthmus.connector.records import TYPES
from tests.connectors.samples import CONNECTORS, NAMES
from tests.flows.commands import isthmus
from tests.support.catalogue import SECRET, THREE, behind_a_key, manifest
from tests.support.replay import Replay, Reply

Surroundings = Mapping[str, str]


def test_a_connector_is_begun_tried_broken_and_mended(
    surroundings: Surroundings, tmp_path: Path
) -> None:
    begun = isthmus(surroundings, "connector", "new", "a-school", "--kind", "csv", cwd=tmp_path)
    assert begun.returncode == 0, begun.stderr
    again = isthmus(surroundings, "connector", "new", "a-school", "--kind", "csv", cwd=tmp_path)
    assert again.returncode == 2
    assert "already; it was left as it is. [CONNECTOR_EXISTS]" in again.stderr

    words = ("connector", "test", "connectors/a-school", "--short", "--junit", "out.xml")
    tried = isthmus(surroundings, *words, cwd=tmp_path)
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert "a-school: 15 ok, 0 not ok" in tried.stdout
    assert "tier: Draft (Bronze needs: all faults" in tried.stdout
    written = etree.parse(tmp_path / "out.xml").getroot()
    assert sum(int(suite.get("tests", "0")) for suite in written) == 15

    stated = tmp_path / "connectors/a-school/connector.yaml"
    stated.write_text(stated.read_text("utf-8").replace("id: id", "id: id["), "utf-8")
    broken = isthmus(surroundings, *words, cwd=tmp_path)
    assert broken.returncode == 1
    assert re.search(
        r"not ok  manifest +connector.yaml: line \d+: streams.courses.id", broken.stdout
    )
    assert "Traceback" not in broken.stdout + broken.stderr


def test_a_folder_that_is_none_is_told_in_a_sentence(
    surroundings: Surroundings, tmp_path: Path
) -> None:
    found = isthmus(surroundings, "connector", "test", "nowhere", cwd=tmp_path)
    assert found.returncode == 2
    assert found.stderr.strip() == ("isthmus: nowhere holds no connector.yaml. [CONNECTOR_UNKNOWN]")


def test_every_connector_is_listed_with_its_transport_and_modes(
    surroundings: Surroundings,
) -> None:
    listed = isthmus(surroundings, "connector", "list").stdout
    rows = {line.split()[0]: line.split() for line in listed.splitlines()[1:] if line.strip()}
    assert set(NAMES) <= set(rows)
    assert rows["case"][1:5] == ["1.0.0", "rest", "synced", "Draft"]
    assert rows["lever"][1:6] == ["1.0.0", "rest", "synced,", "live", "Draft"]
    assert rows["digilocker"][1:5] == ["1.0.0", "oauth_store", "live", "Draft"]


def test_a_canonical_type_is_printed_as_json_schema(surroundings: Surroundings) -> None:
    printed = isthmus(surroundings, "connector", "schema", "Vacancy@1")
    (definition,) = [d for n, d in json.loads(printed.stdout)["$defs"].items() if "Vacancy" in n]
    assert definition["required"] == ["title"]
    unknown = isthmus(surroundings, "connector", "schema", "Vacancy@9")
    assert unknown.returncode == 2
    assert all(name in unknown.stderr for name in TYPES)


def test_the_real_service_is_asked_once_a_stream_and_what_came_is_told(
    surroundings: Surroundings, replay: Replay
) -> None:
    sample = CONNECTORS / "lever/samples/two-jobs-one-bare.json"
    replay.answers["/tidewater"] = Reply(sample.read_bytes())
    words = ("connector", "test", str(CONNECTORS / "lever"), "--live", "--set", "board=tidewater")
    seen = isthmus(surroundings, *words, "--base-url", replay.url)
    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert "vacancies: 2 records on the first page, 2 read, there is no other page" in seen.stdout
    assert sum(replay.hits.values()) == 1
    gone = isthmus(surroundings, *words[:-1], "board=nowhere", "--base-url", replay.url)
    assert gone.returncode == 1
    assert gone.stdout == "vacancies: answered 404 for /nowhere [SOURCE_REFUSED]\n"
    unset = isthmus(surroundings, *words[:4], "--base-url", replay.url)
    assert unset.returncode == 2
    assert "board" in unset.stderr


def test_a_secret_for_the_real_service_stands_in_the_environment(
    surroundings: Surroundings, replay: Replay, tmp_path: Path
) -> None:
    folder = tmp_path / "harbour-college"
    folder.mkdir()
    text = manifest("https://courses.harbour.example", is_open=False)
    (folder / "connector.yaml").write_text(text)
    replay.answers["/courses"] = behind_a_key(*THREE)
    words = ("connector", "test", str(folder), "--live", "--set", "campus=north")
    unset = isthmus(surroundings, *words, "--base-url", replay.url)
    assert (unset.returncode, "key" in unset.stderr) == (2, True)
    variable = {"ISTHMUS_SECRET_SOURCE_HARBOUR_COLLEGE_KEY": SECRET}
    seen = isthmus(surroundings | variable, *words, "--base-url", replay.url)
    assert "courses: 3 records on the first page, 2 read" in seen.stdout, seen.stderr
    assert SECRET not in seen.stdout + seen.stderr


def test_what_samples_come_to_is_written_beside_them(
    surroundings: Surroundings, tmp_path: Path
) -> None:
    folder = tmp_path / "lever"
    shutil.copytree(CONNECTORS / "lever", folder)
    files = {file: json.loads(file.read_text()) for file in folder.glob("samples/*.expected.json")}
    (first, *_) = files
    config = files[first]["config"]
    first.unlink()
    words = [word for name, value in config.items() for word in ("--set", f"{name}={value}")]
    made = isthmus(surroundings, "connector", "test", str(folder), "--write", *words)
    assert made.returncode == 0, made.stderr
    assert f"samples/{first.name}: vacancies: " in made.stdout
    for file, expected in files.items():
        assert json.loads(file.read_text())["streams"] == expected["streams"]


def test_no_learner_is_asked_for_by_a_test(surroundings: Surroundings) -> None:
    folder = str(CONNECTORS / "hosted-badge")
    for option in ("--live", "--bench"):
        found = isthmus(surroundings, "connector", "test", folder, option)
        assert found.returncode == 2
        assert "[CONNECTOR_LIVE]" in found.stderr


def test_a_bench_says_how_many_records_came_a_second(surroundings: Surroundings) -> None:
    found = isthmus(surroundings, "connector", "test", str(CONNECTORS / "lever"), "--bench")
    assert found.returncode == 0, found.stderr
    assert re.search(r"first run: 1000 records in [\d.]+ s, [\d,]+ a second", found.stdout)
    assert "unchanged: 1000 records" in found.stdout
