"""Real data of real systems, whole: nothing is lost on the way, and what must not come does not."""

from __future__ import annotations

import csv
import io
import json
import logging
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from isthmus.graph.executing import Graph, Operation
from isthmus.hub import Hub
from isthmus.model.run import HealthState
from isthmus.sync import SourceReport
from tests.flows.conftest import ESCO
from tests.flows.jobs import row_versions
from tests.support.replay import Asked, Replay, Reply, json_reply

pytestmark = pytest.mark.shared

CANARY = "Wilhelmina Quackenbush"
CANARY_MAIL = "w.quackenbush@recruiter.example"
REGISTRY = "catalogues/credential-registry"
LEARN = "catalogues/microsoft-learn/catalog-doc-samples.json"


# ---- ESCO


@pytest.fixture(scope="module")
def tables(fixtures: Path) -> dict[str, list[dict[str, str]]]:
    """The files of ESCO 1.1.1, read here by themselves."""
    found = {}
    with zipfile.ZipFile(fixtures / "taxonomies" / "esco" / ESCO) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                text = io.TextIOWrapper(archive.open(name), encoding="utf-8-sig", newline="")
                found[Path(name).stem] = list(csv.DictReader(text))
    return found


async def test_esco_loads_whole(esco: Hub, tables: dict[str, list[dict[str, str]]]) -> None:
    counted = {
        "skill WHERE NOT is_group": len(tables["skills_en"]),
        "skill WHERE is_group": len(tables["skillGroups_en"]),
        "occupation WHERE NOT is_group": len(tables["occupations_en"]),
        "occupation WHERE is_group": len(tables["ISCOGroups_en"]),
        "skill_mapping": len(tables["skillSkillRelations"]),
    }
    stored = {what: await esco.database.value(f"SELECT count(*) FROM {what}") for what in counted}
    assert stored == counted
    assert list(counted.values()) == [13896, 640, 3007, 619, 5899]
    assert await esco.database.value("SELECT count(*) FROM pending_link") == 0


@pytest.mark.parametrize(
    ("file", "table", "total", "without"),
    [
        ("broaderRelationsSkillPillar", "skill_broader", 20656, 7),
        ("broaderRelationsOccPillar", "occupation_broader", 3617, 1),
    ],
)
async def test_the_hierarchy_stands_but_for_concepts_the_files_lack(
    esco: Hub,
    tables: dict[str, list[dict[str, str]]],
    file: str,
    table: str,
    total: int,
    without: int,
) -> None:
    known = {row["conceptUri"] for rows in tables.values() for row in rows if "altLabels" in row}
    relations = [(row["conceptUri"], row["broaderUri"]) for row in tables[file]]
    whole = [pair for pair in relations if set(pair) <= known]
    assert (len(relations), len(relations) - len(whole)) == (total, without)
    assert await esco.database.value(f"SELECT count(*) FROM {table}") == len(whole)
    rejected = await esco.database.value(
        "SELECT count(*) FROM rejected_record WHERE reason = 'REFERENCE_DANGLING'"
        " AND source_key = ANY($1)",
        [f"{narrower} broader {broader}" for narrower, broader in set(relations) - set(whole)],
    )
    assert rejected == without


async def test_every_relation_of_esco_is_stored_or_rejected_by_itself(
    esco: Hub, tables: dict[str, list[dict[str, str]]]
) -> None:
    known = {row["conceptUri"] for row in tables["occupations_en"]}
    relations = tables["occupationSkillRelations"]
    dangling = {
        f"{row['occupationUri']} {row['skillUri']}"
        for row in relations
        if row["occupationUri"] not in known
    }
    stored = await esco.database.value("SELECT count(*) FROM occupation_skill")
    rows = await esco.database.fetch(
        "SELECT source_key FROM rejected_record WHERE reason = 'REFERENCE_DANGLING'"
    )
    kept = {row["source_key"] for row in rows} & dangling
    assert (len(relations), len(dangling)) == (123855, 67)
    assert stored + len(kept) == len(relations)


async def test_relations_are_essential_or_optional_as_the_file_says(
    esco: Hub, tables: dict[str, list[dict[str, str]]]
) -> None:
    known = {row["conceptUri"] for row in tables["occupations_en"]}
    stated = Counter(
        row["relationType"]
        for row in tables["occupationSkillRelations"]
        if row["occupationUri"] in known
    )
    rows = await esco.database.fetch(
        "SELECT lower(relation), count(*) FROM occupation_skill GROUP BY 1"
    )
    assert {row[0]: row[1] for row in rows} == dict(stated)


@pytest.mark.mission("S3")
async def test_every_occupation_stands_in_an_isco_group_that_is_there(
    esco: Hub, tables: dict[str, list[dict[str, str]]]
) -> None:
    orphans = await esco.database.value(
        "SELECT count(*) FROM occupation o WHERE NOT is_group AND NOT EXISTS"
        " (SELECT FROM occupation g WHERE g.is_group AND g.code = o.isco_group)"
    )
    lengths = {len(row["code"]) for row in tables["ISCOGroups_en"]}
    stated = {row["conceptUri"]: row["iscoGroup"] for row in tables["occupations_en"]}
    rows = await esco.database.fetch("SELECT uri, isco_group FROM occupation WHERE NOT is_group")
    assert orphans == 0
    assert lengths == {1, 2, 3, 4}
    assert {row[0]: row[1] for row in rows} == stated


async def test_every_record_of_esco_is_accounted_for(esco: Hub) -> None:
    runs = await esco.database.fetch(
        "SELECT seen, added + changed + unchanged + rejected, rejected FROM sync_run"
    )
    told = await esco.database.fetch("SELECT reason, message FROM rejected_record")
    assert [row[0] for row in runs] == [row[1] for row in runs]
    assert sum(row[2] for row in runs) == len(told) > 0
    assert all(row["reason"] and row["message"] for row in told)


async def test_esco_read_again_writes_nothing(esco: Hub) -> None:
    before = await row_versions(esco.database)
    report = (await esco.sync(["esco"]))[0]
    assert await row_versions(esco.database) == before
    assert [stream.counts.unchanged for stream in report.streams] == [14536, 3626]
    assert all(s.sentence().endswith("nothing was written") for s in report.streams)
    assert report.state is HealthState.UP


# ---- Greenhouse


def boards(fixtures: Path) -> dict[str, list[dict[str, Any]]]:
    """Every board, out of the wrapper it was saved in."""
    files = sorted((fixtures / "jobs" / "greenhouse").glob("*.json"))
    return {file.stem: json.loads(file.read_text("utf-8"))["jobs"] for file in files}


def _with_canary(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put a recruiter into the jobs as live boards do, once in a job that does not read."""
    recruiter = {"name": CANARY, "email": CANARY_MAIL, "user_id": 1}
    entry = {"id": 1, "name": "Recruiter", "value": recruiter, "value_type": "user"}
    marked = [job | {"metadata": [*(job["metadata"] or []), entry]} for job in jobs]
    faulty = {"id": 1, "title": None, "metadata": [entry]}
    return [*marked, faulty, {"title": "without id", "metadata": [entry]}]


@pytest.fixture
async def read_boards(
    hub: Hub, replay: Replay, fixtures: Path, caplog: pytest.LogCaptureFixture
) -> list[SourceReport]:
    """What became of all boards, each a source; the log at its most talkative."""
    caplog.set_level(logging.DEBUG)
    for name, jobs in boards(fixtures).items():
        served = _with_canary(jobs) if name == "carta" else jobs
        replay.answers[f"/{name}/jobs"] = json_reply({"jobs": served})
        await hub.add_source(name, "greenhouse", {"board": name}, base_url=f"{replay.url}/{name}")
    return await hub.sync()


async def test_every_board_is_read_whole_and_no_recruiter_reaches_the_store_or_the_log(
    hub: Hub,
    read_boards: list[SourceReport],
    fixtures: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    expected = {name: len(jobs) for name, jobs in boards(fixtures).items()}
    rows = await hub.database.fetch(
        "SELECT s.name, count(v.id) FROM source s LEFT JOIN record r ON r.source_id = s.id"
        " AND r.noun = 'VACANCY' LEFT JOIN vacancy v ON v.id = r.entity_id GROUP BY s.name"
    )
    assert (len(expected), sum(expected.values())) == (136, 4855)
    assert {row[0]: row[1] for row in rows} == expected
    assert all(report.ok for report in read_boards)
    assert sum(report.streams[0].counts.rejected for report in read_boards) == 2
    assert [row async for row in _holding(hub, "quackenbush")] == []
    assert [row async for row in _holding(hub, "account executive")] != []
    assert "quackenbush" not in caplog.text.lower()


async def _holding(hub: Hub, word: str) -> AsyncIterator[str]:
    """Name every table of the database that holds a word in whatever column."""
    tables = await hub.database.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    for (table,) in tables:
        found = await hub.database.value(
            f"SELECT count(*) FROM {table} t WHERE t::text ILIKE $1", f"%{word}%"
        )
        if found:
            yield f"{table}: {found}"


# ---- catalogues


def _documents(fixtures: Path) -> tuple[list[dict[str, Any]], list[bytes]]:
    """The registry's published records, and the files that are not JSON."""
    records, broken = [], []
    for file in sorted((fixtures / REGISTRY).rglob("*.json")):
        try:
            found = json.loads(file.read_text("utf-8-sig"))
        except ValueError:
            broken.append(file.read_bytes())
            continue
        if isinstance(found, dict) and {"@type", "@graph", "decoded_resource"} & set(found):
            records.append(found)
    return records, broken


def _class_of(record: dict[str, Any]) -> str:
    resource = record.get("decoded_resource", record)
    return str(resource.get("@graph", [resource])[0]["@type"])


def _search(replay: Replay, pages: list[list[dict[str, Any]]]) -> None:
    def page(asked: Asked) -> Reply:
        number = int(asked.query.get("page", "1"))
        following = f'<{replay.url}/ce-registry/search?page={number + 1}>; rel="next"'
        links = {"link": following} if number < len(pages) else {}
        return json_reply(pages[number - 1], **links)

    replay.answers["/ce-registry/search"] = page


async def test_every_registry_record_is_stored_rejected_or_of_another_class(
    hub: Hub, replay: Replay, fixtures: Path
) -> None:
    records, _ = _documents(fixtures)
    _search(replay, [records[at : at + 10] for at in range(0, len(records), 10)])
    await hub.add_source(
        "registry", "credential-registry", {"community": "ce-registry"}, base_url=replay.url
    )
    report = (await hub.sync(["registry"]))[0]
    classes = Counter(map(_class_of, records))
    left_out = classes["ceterms:AssessmentProfile"] + classes["ceterms:CostManifest"]
    counts = [stream.counts for stream in report.streams]
    assert report.ok
    assert sum(c.seen for c in counts) == len(records) - left_out
    assert all(c.seen == c.added + c.changed + c.unchanged + c.rejected for c in counts)
    held = await hub.database.value("SELECT count(*) FROM record WHERE stream NOT LIKE '%#%'")
    reasons = await hub.database.fetch("SELECT reason, message FROM rejected_record")
    assert held == sum(c.added for c in counts) > 20
    assert len(reasons) == sum(c.rejected for c in counts)
    assert all(row["message"] for row in reasons)


@pytest.mark.parametrize("number", range(3))
async def test_a_registry_file_that_is_not_json_is_named_as_such(
    hub: Hub, replay: Replay, fixtures: Path, number: int
) -> None:
    _, broken = _documents(fixtures)
    assert len(broken) == 3
    replay.answers["/ce-registry/search"] = Reply(
        broken[number], 200, {"content-type": "application/json"}
    )
    await hub.add_source(
        "registry", "credential-registry", {"community": "ce-registry"}, base_url=replay.url
    )
    report = (await hub.sync(["registry"]))[0]
    assert {stream.fault_code for stream in report.streams} == {"SOURCE_BAD_DATA"}
    assert "expected JSON" in str(report.streams[0].fault)
    assert "does not read" in str(report.advice)


@pytest.mark.parametrize("stated", [{"name": "no class"}, "text", 3, None, [], {"@graph": []}])
async def test_what_is_no_registry_record_stops_no_other(
    hub: Hub, replay: Replay, fixtures: Path, stated: Any
) -> None:
    records, _ = _documents(fixtures)
    courses = [r for r in records if _class_of(r) == "ceterms:Course"]
    _search(replay, [[stated, *courses]])
    await hub.add_source(
        "registry", "credential-registry", {"community": "ce-registry"}, base_url=replay.url
    )
    report = (await hub.sync(["registry"]))[0]
    assert report.ok
    assert report.streams[2].counts.added == len({json.dumps(course) for course in courses})


@pytest.fixture
def learn(replay: Replay, fixtures: Path) -> dict[str, Any]:
    """The documentation's samples of Microsoft Learn, served."""
    samples: dict[str, Any] = json.loads((fixtures / LEARN).read_text("utf-8-sig"))
    replay.answers["/learn/catalog/"] = json_reply(samples)
    return samples


async def test_every_sample_of_microsoft_learn_is_stored(
    hub: Hub, replay: Replay, learn: dict[str, Any]
) -> None:
    await hub.add_source(
        "learn", "microsoft-learn", {"locale": "en-us"}, base_url=f"{replay.url}/learn"
    )
    report = (await hub.sync(["learn"]))[0]
    lists = ("modules", "learningPaths", "exams", "courses", "certifications", "appliedSkills")
    stated = [item["uid"] for name in lists for item in learn.get(name, [])]
    rows = await hub.database.fetch("SELECT source_key FROM record WHERE stream NOT LIKE '%#%'")
    assert report.ok
    assert sorted(row[0] for row in rows) == sorted(stated)
    assert sum(stream.counts.rejected for stream in report.streams) == 0


# ---- all together

CHAIN = """
{ vacancies(first: 100, filter: { q: "customer service" }) { nodes {
    id
    title { value }
    requirements { skill { skill {
        uri
        label { value }
        qualifications(first: 5) { nodes { title { value } provenance { source { name } } } }
    } } }
} } }
"""


def _chains(data: Any) -> Iterator[tuple[str, str, str]]:
    for vacancy in data["vacancies"]["nodes"]:
        for requirement in vacancy["requirements"]:
            skill = (requirement["skill"] or {}).get("skill")
            for qualification in (skill or {"qualifications": {"nodes": []}})["qualifications"][
                "nodes"
            ]:
                yield vacancy["id"], skill["uri"], qualification["title"]["value"]


async def test_one_query_leads_from_a_real_vacancy_over_esco_to_a_real_qualification(
    esco: Hub, replay: Replay, learn: dict[str, Any], fixtures: Path
) -> None:
    for name, jobs in boards(fixtures).items():
        about = [job for job in jobs if "customer service" in job["title"].lower()]
        if about:
            replay.answers[f"/{name}/jobs"] = json_reply({"jobs": about})
            await esco.add_source(
                name, "greenhouse", {"board": name}, base_url=f"{replay.url}/{name}"
            )
    await esco.add_source(
        "learn", "microsoft-learn", {"locale": "en-us"}, base_url=f"{replay.url}/learn"
    )
    reports = await esco.sync()
    answer = await Graph(esco.database).run(Operation(CHAIN))
    found = set(_chains(answer.data))
    assert all(report.ok for report in reports)
    assert not answer.errors
    assert {uri for _, uri, _ in found} >= {
        "http://data.europa.eu/esco/skill/15a33d76-4640-438d-ae64-fdc0c1d3eebc"
    }
    assert any("Customer Service" in title for *_, title in found)
    counts = [stream.counts for report in reports for stream in report.streams]
    texts = await esco.database.value("SELECT count(*) FROM vacancy_skill")
    assert sum(c.matched for c in counts) >= texts > 0
