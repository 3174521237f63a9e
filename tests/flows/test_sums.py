"""Stored data of real systems, for every connector that there is such data of: no record is lost.

The samples of every connector are held to the same in `tests/connectors`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from isthmus.hub import Hub
from tests.connectors.samples import LIVE, NAMES
from tests.support.adding_up import adds_up
from tests.support.replay import Answer, Asked, Replay, Reply, json_reply

Answers = Callable[[Path], Mapping[str, Answer]]


@dataclass(frozen=True, slots=True)
class Real:
    """Real data of one connector's kind: answers, or a folder of files."""

    seen: int
    config: dict[str, Any] = field(default_factory=dict)
    answers: Answers | None = None
    folder: str = ""


def whole(file: str) -> Answers:
    """Answer every call with one file."""
    return lambda fixtures: {"/": Reply((fixtures / file).read_bytes())}


def boards(fixtures: Path) -> Mapping[str, Answer]:
    """Answer with the jobs of twelve boards."""
    files = sorted((fixtures / "jobs/greenhouse").glob("*.json"))[:12]
    jobs = [job for file in files for job in orjson.loads(file.read_bytes())["jobs"]]
    return {"/jobs": json_reply({"jobs": jobs})}


def courses(fixtures: Path) -> Mapping[str, Answer]:
    """Answer as the discovery of edX does."""
    folder = fixtures / "catalogues/edx-and-mit"
    names = ("test_mitx_course.json", "test_non_mitx_course.json")
    found = [one for n in names for one in orjson.loads((folder / n).read_bytes())["results"]]
    programmes = orjson.loads((folder / "test_mitx_programs.json").read_bytes())
    return {
        "/token": json_reply({"access_token": "t"}),
        "/courses": json_reply({"results": found, "next": None}),
        "/programs": json_reply({"results": programmes, "next": None}),
    }


def package(fixtures: Path) -> Mapping[str, Answer]:
    """Answer with the largest package of competencies."""
    read = (
        json.loads(f.read_text("utf-8-sig")) for f in (fixtures / "catalogues/case").rglob("*.json")
    )
    largest = max(read, key=lambda one: len(one.get("CFItems", ())))
    return {"/CFPackages": json_reply(largest)}


def registry(fixtures: Path) -> Mapping[str, Answer]:
    """Answer with every published record of the registry, on one page."""
    records = []
    for file in sorted((fixtures / "catalogues/credential-registry").rglob("*.json")):
        try:
            found = json.loads(file.read_text("utf-8-sig"))
        except ValueError:
            continue
        if isinstance(found, dict) and {"@type", "@graph", "decoded_resource"} & set(found):
            records.append(found)
    return {"/": json_reply(records)}


def concepts(fixtures: Path) -> Mapping[str, Answer]:
    """Answer with the concepts of JobTech's list, as its GraphQL gives them."""
    listed = json.loads(
        (fixtures / "taxonomies/jobtech/concept_to_taxonomy.json").read_text("utf-8")
    )
    found = [
        {"id": key, "type": one["type"], "preferred_label": one.get("label")}
        for key, one in listed.items()
    ]

    def answer(asked: Asked) -> Reply:
        words = orjson.loads(asked.body)["variables"]
        start, kind = words.get("offset", 0), words["type"]
        of_kind = [one for one in found if one["type"] == kind]
        return json_reply({"data": {"concepts": of_kind[start : start + words["limit"]]}})

    return {"/graphql": answer}


EDX = {"token_address": "/token", "client_id": "a", "client_secret": "b"}
CASE = {"package": "0" * 36, "version": "1", "language": "en", "name": "a-framework"}
RNCP = "catalogues/rncp/jobs/importer/france_competence/fixtures/sample"
LEARN = "catalogues/microsoft-learn/catalog-doc-samples.json"
REAL = {
    "case": Real(28, CASE, package),
    "credential-registry": Real(33, {"community": "ce-registry"}, registry),
    "edx-discovery": Real(6, EDX, courses),
    "europass-loq": Real(2, {"file": "loq.xml"}, folder="catalogues/europass-elm3/xsd/loq"),
    "greenhouse": Real(486, {"board": "real"}, boards),
    "jobposting": Real(1, answers=whole("jobs/ats-eu/cryptojobslist_job.html")),
    "jobtech-jobs": Real(1, answers=whole("jobs/ats-eu/jobtech.json")),
    "jobtech-taxonomy": Real(8_776, {"version": "1"}, concepts),
    "lever": Real(2, {"board": "real"}, whole("jobs/ats/lever.json")),
    "microsoft-learn": Real(5, {"locale": "en-us"}, whole(LEARN)),
    "onet": Real(9_801, {"version": "29.2"}, folder="taxonomies/onet-29.2-text"),
    "personio": Real(2, {"language": "en"}, whole("jobs/ats/personio.xml")),
    "rncp": Real(15, {"archive": "export-fiches-csv-2024-02-22.zip"}, folder=RNCP),
    "rss-jobs": Real(2, answers=whole("jobs/ats/neogov.xml")),
}
NONE = {
    "beckn-dsep": "what the specification shows is read in test_callbacks",
    "acqf": "no import file of the platform is at hand",
    "elm-sparql": "no answer of a register is at hand",
    "esco": "the whole of it stands in test_real_data",
    "frameworks": "the data ships with it, and is its sample",
    "partner-csv": "the template is the hub's own",
    "yoma": "no answer of its search is at hand",
}


def test_every_connector_has_real_data_or_says_why_not() -> None:
    assert {*REAL, *NONE, *LIVE} == set(NAMES)


@pytest.mark.shared
@pytest.mark.parametrize("connector", [name for name in NAMES if name not in LIVE])
async def test_real_records_add_up_and_a_second_reading_changes_nothing(
    connector: str, fixtures: Path, hub: Hub, replay: Replay, tmp_path: Path
) -> None:
    if connector not in REAL:
        pytest.skip(NONE.get(connector, "nobody has said what real data there is"))
    real = REAL[connector]
    base = (fixtures / real.folder).as_uri()
    if real.answers is not None:
        replay.answers, base = dict(real.answers(fixtures)), replay.url
    counted = await adds_up(hub, connector, real.config, base, tmp_path)
    assert sum(counts.seen for counts in counted.values()) == real.seen
    assert sum(counts.added for counts in counted.values()) > 0
