"""Stored files of real catalogues: each record is stored, or rejected with its reason."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from isthmus.graph.executing import Graph, Operation
from isthmus.hub import Hub
from isthmus.sync import SourceReport
from tests.support.replay import Replay, json_reply

pytestmark = pytest.mark.shared


def add_up(report: SourceReport) -> dict[str, tuple[int, int, int]]:
    """Give what each stream stored, rejected and saw; hold that they add up."""
    assert report.ok, report
    found = {}
    for stream in report.streams:
        counts = stream.counts
        stored = counts.added + counts.changed + counts.unchanged
        assert stored + counts.rejected == counts.seen
        found[stream.stream] = (stored, counts.rejected, counts.seen)
    return found


def read(fixtures: Path, name: str) -> Any:
    return json.loads((fixtures / "catalogues" / name).read_text("utf-8"))


EDX = {"token_address": "/token", "client_id": "a", "client_secret": "b"}


async def test_courses_of_edx_are_stored_and_their_runs_are_none(
    fixtures: Path, hub: Hub, replay: Replay
) -> None:
    courses = [
        course
        for name in ("test_mitx_course.json", "test_non_mitx_course.json")
        for course in read(fixtures, f"edx-and-mit/{name}")["results"]
    ]
    programmes = read(fixtures, "edx-and-mit/test_mitx_programs.json")
    replay.answers = {
        "/token": json_reply({"access_token": "t"}),
        "/courses": json_reply({"results": courses, "next": None}),
        "/programs": json_reply({"results": programmes, "next": None}),
    }
    await hub.add_source("real", "edx-discovery", EDX, base_url=replay.url)
    (report,) = await hub.sync(["real"])
    # one uuid stands twice; the three runs are none of either
    assert add_up(report) == {"courses": (2, 1, 3), "programmes": (3, 0, 3)}


RNCP = "rncp/jobs/importer/france_competence/fixtures"
CHAIN = """{ qualifications(first: 50) { nodes {
    code registerStatus replacedBy { code } parts(first: 20) { nodes { code partial } }
} } }"""


@pytest.mark.mission("M46", "S14")
@pytest.mark.parametrize("edition", ["sample", "continuity_fix"])
async def test_certifications_of_the_french_register_form_a_chain_across_registers(
    edition: str, fixtures: Path, hub: Hub
) -> None:
    folder = (fixtures / "catalogues" / RNCP / edition).as_uri()
    archive = {"archive": "export-fiches-csv-2024-02-22.zip"}
    await hub.add_source("real", "rncp", archive, base_url=folder)
    (report,) = await hub.sync(["real"])
    assert add_up(report) == {"certifications": (9, 0, 9), "blocks": (6, 0, 6)}
    answer = await Graph(hub.database).run(Operation(CHAIN))
    assert answer.errors == []
    found = {node["code"]: node for node in answer.data["qualifications"]["nodes"]}
    chain = ["RNCP1197"]
    while after := found[chain[-1]]["replacedBy"]:
        chain.append(after["code"])
    assert chain == ["RNCP1197", "RNCP4049", "RNCP22094", "RNCP28155", "RNCP30271"]
    assert found["RNCP19468"]["replacedBy"]["code"] == "RS6117"
    parts = found["RNCP509"]["parts"]["nodes"]
    assert sorted(part["code"] for part in parts) == [f"RNCP509BC0{n}" for n in range(1, 7)]
    assert all(part["partial"] for part in parts)
    assert Counter(node["registerStatus"] for node in found.values())["CLOSED"] == 7


@pytest.mark.parametrize("name", ["loq.xml", "loq_withLearningAchievementSpecification.xml"])
async def test_both_forms_of_a_learning_achievement_are_qualifications(
    name: str, fixtures: Path, hub: Hub
) -> None:
    folder = (fixtures / "catalogues/europass-elm3/xsd/loq").as_uri()
    await hub.add_source("real", "europass-loq", {"file": name}, base_url=folder)
    (report,) = await hub.sync(["real"])
    assert add_up(report) == {"qualifications": (2, 0, 2), "opportunities": (0, 0, 0)}
    levels = await hub.database.fetch("SELECT count(*) FROM qualification WHERE partial IS FALSE")
    assert levels[0][0] == (2 if name == "loq.xml" else 0)


async def test_a_file_of_another_kind_is_told_as_such(fixtures: Path, hub: Hub) -> None:
    folder = (fixtures / "catalogues/europass-elm3/xsd/ams").as_uri()
    await hub.add_source("real", "europass-loq", {"file": "ams.xml"}, base_url=folder)
    (report,) = await hub.sync(["real"])
    assert "expected Courses, found Accreditations" in str(report.streams[0].fault)


async def test_every_item_of_every_case_package_is_a_skill(
    fixtures: Path, hub: Hub, replay: Replay
) -> None:
    files = sorted((fixtures / "catalogues/case").rglob("*.json"))
    packages = [p for f in files if "CFItems" in (p := json.loads(f.read_text("utf-8-sig")))]
    assert len(packages) == 9
    config = {"package": "0" * 36, "version": "1", "language": "en"}
    total = 0
    for number, package in enumerate(packages):
        replay.answers = {"/CFPackages": json_reply(package)}
        name = f"framework-{number}"
        await hub.add_source(name, "case", config | {"name": name}, base_url=replay.url)
        (report,) = await hub.sync([name])
        stored, rejected, seen = add_up(report)["competencies"]
        assert (rejected, seen) == (0, len(package["CFItems"]))
        total += stored
    assert total == 65


async def test_every_occupation_and_technology_of_onet_is_stored(fixtures: Path, hub: Hub) -> None:
    folder = fixtures / "taxonomies/onet-29.2-text"
    await hub.add_source("real", "onet", {"version": "29.2"}, base_url=folder.as_uri())
    (report,) = await hub.sync(["real"])
    table = (folder / "Technology Skills.txt").read_text("utf-8").splitlines()[1:]
    links = {tuple(line.split("\t")[:2]) for line in table}
    names = {name for _, name in links}
    assert len(table) == 32_773
    assert add_up(report) == {
        "technologies": (len(names), 0, len(names)),
        "occupations": (1_016, 0, 1_016),
    }
    held = await hub.database.value("SELECT count(*) FROM occupation_skill")
    assert held == len(links)
