"""Systems that the mission names, by what it says that reading them must give."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from isthmus.model.qualification import AssessmentMethod, LearningType
from isthmus.trials.mapping import Mapped, ReadStream
from tests.connectors.samples import answers_of, load, samples
from tests.support.replay import Asked, Replay, Reply, json_reply


@pytest.fixture
def read(replay: Replay, read_stream: ReadStream):
    """Read one stream of a sample."""

    async def read_sample(connector: str, situation: str, stream: str) -> Mapped:
        (sample,) = [s for s in samples() if (s.connector, s.situation) == (connector, situation)]
        replay.answers = answers_of(sample)
        return await read_stream(load(connector), stream, sample.config)

    return read_sample


@pytest.mark.mission("S10")
async def test_a_full_and_a_minimal_record_of_the_african_platform_land_in_place(read) -> None:
    mapped = await read("acqf", "one-with-everything-one-with-a-title", "qualifications")
    full, least = mapped.entities["Marram Register MQ-7"], mapped.entities["Marram Register MQ-8"]
    assert (full.level.framework, full.level.notation) == ("ACQF", "4")
    assert [(one.framework, one.points) for one in full.credits] == [("eacat", 12.0)]
    (outcome,) = full.outcomes
    assert outcome.text.value == "Lay a transect"
    (skill,) = mapped.records["Marram Register MQ-7"]["outcomes"][0]["skills"]
    assert skill["uri"].startswith("http://data.europa.eu/esco/skill/")
    assert (least.title.value, least.title.language) == ("Curso de Marés", "pt")
    assert (least.level, least.credits, least.outcomes) == (None, (), ())


@pytest.mark.mission("S38")
async def test_courses_of_peru_keep_their_spanish_and_the_programme_they_are_like(read) -> None:
    mapped = await read("partner-csv", "pne-peru-short-courses-in-spanish", "courses")
    one = mapped.entities["PE-01"]
    assert (one.title.value, one.title.language) == ("Atención al cliente en tiendas", "es-PE")
    assert set(one.programmes) == {"PNE", "Passport to Earning"}


@pytest.mark.mission("S40")
async def test_hours_of_an_academy_of_health_are_credits_of_its_framework(read) -> None:
    mapped = await read("partner-csv", "who-academy-cpd", "courses")
    (one,) = mapped.entities.values()
    assert [(c.framework, c.points) for c in one.credits] == [("CPD", 3.0)]


@pytest.mark.mission("S52")
async def test_indian_short_courses_read_in_hindi_and_in_english(read) -> None:
    mapped = await read("partner-csv", "pmkvy-short-courses-in-hindi", "courses")
    course, recognised = mapped.entities["HI-101"], mapped.entities["HI-102"]
    assert course.title.language == "hi"
    assert course.workload.original_unit == "3 महीने"  # three months, in the words of the file
    assert (course.level.framework, course.level.notation) == ("NSQF-2023", "3")
    assert course.learning_type is LearningType.NON_FORMAL
    assert course.assessment is AssessmentMethod.PRACTICAL
    assert recognised.assessment is AssessmentMethod.RPL
    english = await read("partner-csv", "eskill-short-courses-in-english", "courses")
    assert english.rejections == []
    assert {one.title.language for one in english.entities.values()} == {"en"}


TAXONOMY = {
    "skill": [
        {"id": f"s{n}", "type": "skill", "preferred_label": f"Skill {n}"} for n in range(1_500)
    ]
    + [
        {
            "id": "old", "type": "skill", "preferred_label": "Old", "deprecated": True,
            "replaced_by": [{"id": "s0"}],
        }
    ],
    "occupation-name": [{"id": "o1", "type": "occupation-name", "preferred_label": "Welder"}],
}  # fmt: skip


@pytest.mark.mission("S56")
async def test_the_swedish_taxonomy_comes_in_slices_by_type_with_what_replaces_what(
    replay: Replay, read_stream: ReadStream
) -> None:
    asked: list[Any] = []

    def answer(one: Asked) -> Reply:
        words = orjson.loads(one.body)["variables"]
        asked.append((words["type"], words["offset"]))
        kind = TAXONOMY[words["type"]]
        found = kind[words["offset"] : words["offset"] + words["limit"]]
        return json_reply({"data": {"concepts": found}})

    replay.answers = {"/graphql": answer}
    connector = load("jobtech-taxonomy")
    skills = await read_stream(connector, "skills", {"version": "22"})
    occupations = await read_stream(connector, "occupations", {"version": "22"})
    assert (len(skills.entities), len(occupations.entities)) == (1_501, 1)
    assert asked == [("skill", 0), ("skill", 1000), ("occupation-name", 0)]
    old = skills.entities["old"]
    assert old.deprecated
    assert [one.uri for one in old.replaced_by] == ["http://data.jobtechdev.se/taxonomy/concept/s0"]


@pytest.mark.mission("S58")
async def test_the_postings_of_a_page_load(read) -> None:
    mapped = await read("jobposting", "two-postings-one-in-a-graph", "vacancies")
    assert len(mapped.entities) == 2
    assert all(one.title.value and one.employer.name.value for one in mapped.entities.values())
