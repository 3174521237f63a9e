"""What samples of microsoft-learn cannot show: hours, prose, the documentation's own samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from isthmus.connector.expression import compile_expression
from isthmus.connector.functions import ConnectorFunctions
from isthmus.model.qualification import AssessmentMethod, Scale
from isthmus.trials.mapping import Mapped, Mapper, ReadStream
from tests.connectors.samples import load
from tests.support.replay import Replay, json_reply

STREAMS = list(load("microsoft-learn").manifest.streams)
LISTS = ["modules", "learningPaths", "exams", "courses", "certifications", "appliedSkills"]


def mapped(stream: str, *items: dict[str, Any]) -> Mapped:
    mapper = Mapper(load("microsoft-learn"), stream)
    mapper.take(items)
    return mapper.result


def entity(stream: str, **fields: Any) -> Any:
    result = mapped(stream, {"uid": "sample.one", "title": "One", **fields})
    assert result.rejections == []
    return result.entities["sample.one"]


def test_minutes_of_a_module_become_hours_and_keep_their_words() -> None:
    workload = entity("modules", duration_in_minutes=90).workload
    assert (workload.hours_max, workload.original_unit) == (1.5, "90 minutes")


def test_hours_of_a_course_stay_hours() -> None:
    workload = entity("courses", duration_in_hours=24).workload
    assert (workload.hours_max, workload.original_unit) == (24.0, "24 hours")


@pytest.mark.parametrize("stream", ["courses", "exams", "certifications", "applied_skills"])
def test_minutes_are_never_read_where_the_catalogue_states_none(stream: str) -> None:
    assert entity(stream, duration_in_minutes=90).workload is None


@pytest.mark.parametrize("stream", STREAMS)
def test_no_record_is_given_a_size_that_its_source_does_not_state(stream: str) -> None:
    assert entity(stream, duration_in_minutes=30, duration_in_hours=1).scale is Scale.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "lapses"), [("role-based", "P1Y"), ("specialty", "P1Y"), ("fundamentals", None)]
)
def test_a_certification_lapses_by_its_type(kind: str, lapses: str | None) -> None:
    assert entity("certifications", certification_type=kind).valid_for == lapses


def test_a_summary_is_prose_without_its_markup() -> None:
    summary = entity("modules", summary="<p>Store <em>flows</em></p><script>x()</script>").summary
    assert summary.value == "Store flows"


def test_an_applied_skill_is_assessed_in_practice_and_an_exam_by_exam() -> None:
    assert entity("applied_skills").assessment is AssessmentMethod.PRACTICAL
    assert entity("exams").assessment is AssessmentMethod.EXAM


async def test_each_list_is_asked_for_in_the_locale_of_the_source(
    replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/catalog/": json_reply({name: [] for name in LISTS})}
    for stream in STREAMS:
        await read_stream(load("microsoft-learn"), stream, {"locale": "pt-br"})
    asked = [dict(asked.query) for asked in replay.asked]
    assert asked == [{"locale": "pt-br", "type": name} for name in LISTS]


@pytest.mark.shared
def test_every_item_of_the_documentations_samples_is_mapped(fixtures: Path) -> None:
    file = fixtures / "catalogues" / "microsoft-learn" / "catalog-doc-samples.json"
    body = orjson.loads(file.read_bytes())
    words = load("microsoft-learn").manifest.streams
    found = {}
    for stream in STREAMS:
        items = compile_expression(words[stream].records, ConnectorFunctions())(body)
        result = mapped(stream, *items)
        assert result.seen == len(result.records) + len(result.rejections)
        found[stream] = (len(result.records), len(result.rejections))
    assert found == {stream: (int(stream != "applied_skills"), 0) for stream in STREAMS}
