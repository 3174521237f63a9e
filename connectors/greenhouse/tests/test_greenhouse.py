"""What the samples of greenhouse cannot show: what a vacancy reads like, and real boards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from isthmus.trials.mapping import Mapped, Mapper, ReadStream
from tests.connectors.samples import load
from tests.support.replay import Replay, json_reply


def a_job(**fields: Any) -> dict[str, Any]:
    job = {"id": 1, "title": "Baker", "absolute_url": "https://boards.example/jobs/1"}
    return job | {"company_name": "Mill", "location": {"name": "Lyon, France"}} | fields


def mapped(*jobs: dict[str, Any]) -> Mapped:
    mapper = Mapper(load("greenhouse"), "vacancies")
    mapper.take(jobs)
    return mapper.result


def test_a_text_escaped_as_entities_reads_as_its_text() -> None:
    content = "&lt;h2&gt;You&lt;/h2&gt;&lt;ul&gt;&lt;li&gt;mix &amp;amp; bake&lt;/li&gt;&lt;/ul&gt;"
    (vacancy,) = mapped(a_job(content=content)).entities.values()
    assert vacancy.description.value == "You\n• mix & bake"


def test_a_company_is_named_without_its_trailing_blanks() -> None:
    (vacancy,) = mapped(a_job(company_name="Mill and Sons ")).entities.values()
    assert vacancy.employer.name.value == "Mill and Sons"


@pytest.mark.parametrize("absent", ["departments", "language", "location", "company_name"])
def test_a_board_may_leave_a_field_out(absent: str) -> None:
    job = a_job(departments=[{"id": 1, "name": "Ovens"}], language="fr")
    del job[absent]
    result = mapped(job)
    assert (len(result.records), result.rejections) == (1, [])


def test_a_place_that_nobody_named_is_no_place() -> None:
    (vacancy,) = mapped(a_job(location={"name": None})).entities.values()
    assert vacancy.locations == ()


def test_a_country_is_read_where_the_last_part_of_a_place_names_one() -> None:
    first, second = mapped(a_job(), a_job(id=2, location={"name": "Lyon"})).entities.values()
    assert [place.country for place in (*first.locations, *second.locations)] == ["FR", None]


def test_nothing_of_metadata_is_mapped() -> None:
    metadata = [{"name": "Recruiter", "value": {"email": "a@b.example"}, "value_type": "user"}]
    with_it, without = mapped(a_job(metadata=metadata)), mapped(a_job())
    assert with_it.records == without.records


async def test_the_whole_board_is_asked_for_with_its_texts(
    replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/jobs": json_reply({"jobs": [a_job()]})}
    await read_stream(load("greenhouse"), "vacancies", {"board": "mill"})
    assert [(asked.path, dict(asked.query)) for asked in replay.asked] == [
        ("/jobs", {"content": "true"})
    ]


def boards(fixtures: Path) -> list[Path]:
    return sorted((fixtures / "jobs" / "greenhouse").glob("*.json"))


@pytest.mark.shared
def test_every_job_of_the_stored_boards_is_mapped(fixtures: Path) -> None:
    seen = kept = rejected = 0
    for file in [*boards(fixtures), fixtures / "jobs" / "ats" / "greenhouse.json"]:
        result = mapped(*orjson.loads(file.read_bytes())["jobs"])
        seen += result.seen
        kept += len(result.records)
        rejected += len(result.rejections)
    assert (seen, kept, rejected) == (4857, 4857, 0)


@pytest.mark.shared
def test_no_name_of_a_company_keeps_its_blanks(fixtures: Path) -> None:
    jobs = [job for file in boards(fixtures) for job in orjson.loads(file.read_bytes())["jobs"]]
    stated = {job["company_name"] for job in jobs}
    kept = {record["employer"]["name"] for record in mapped(*jobs).records.values()}
    assert any(name != name.strip() for name in stated)
    assert kept == {name.strip() for name in stated}


@pytest.mark.shared
def test_no_record_holds_more_than_the_fields_that_are_named(fixtures: Path) -> None:
    jobs = [job for file in boards(fixtures) for job in orjson.loads(file.read_bytes())["jobs"]]
    entries = [entry for job in jobs for entry in job.get("metadata") or []]
    assert sum(entry["value_type"] == "user" for entry in entries) == 1225
    assert {name for record in mapped(*jobs).records.values() for name in record} == {
        "title", "url", "employer", "locations", "language", "status",
        "published_at", "updated_at", "closes_at",
    }  # fmt: skip
