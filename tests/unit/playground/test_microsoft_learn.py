"""The online platform's catalogue: the form of Microsoft Learn, closed in itself."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from isthmus.playground.simulators.microsoft_learn import PARTS, UnknownType, catalogue
from isthmus.playground.world import World


def test_the_catalogue_has_twelve_parts_in_one_body(world: World) -> None:
    found = catalogue(world)
    assert found.keys() == PARTS.keys()
    assert {name: len(found[name]) for name in ("modules", "learningPaths", "courses")} == {
        "modules": 20, "learningPaths": 9, "courses": 4,
    }  # fmt: skip
    assert len(found["certifications"]) == len(found["mergedCertifications"]) == 5


def test_types_narrow_the_parts(world: World) -> None:
    assert catalogue(world, types=frozenset({"units", "roles"})).keys() == {"units", "roles"}


def test_a_type_it_does_not_have_is_refused(world: World) -> None:
    with pytest.raises(UnknownType, match="videos"):
        catalogue(world, types=frozenset({"modules", "videos"}))


def test_a_locale_changes_texts_and_keeps_uids(world: World) -> None:
    english, french = catalogue(world), catalogue(world, locale="fr-fr")
    assert [each["uid"] for each in english["modules"]] == [
        each["uid"] for each in french["modules"]
    ]
    assert english["modules"][0]["title"] != french["modules"][0]["title"]
    assert {each["locale"] for each in french["modules"]} == {"fr-fr"}


def test_a_locale_it_does_not_have_is_answered_in_english(world: World) -> None:
    assert catalogue(world, locale="sv-se") == catalogue(world)


def test_uids_are_unique_and_references_resolve(world: World) -> None:
    found = catalogue(world)
    listed = [
        each["uid"] for name, part in found.items() if name != "mergedCertifications"
        for each in part if "uid" in each
    ]  # fmt: skip
    assert len(set(listed)) == len(listed)
    referred = {uid for each in found["modules"] for uid in each["units"]}
    referred |= {uid for each in found["learningPaths"] for uid in each["modules"]}
    referred |= {uid for each in found["certifications"] for uid in each["exams"]}
    referred |= {each["certification"] for each in found["courses"]}
    assert referred <= set(listed)


def test_minutes_hours_or_nothing(world: World) -> None:
    found = catalogue(world)
    assert all(each["duration_in_minutes"] > 0 for each in found["modules"])
    assert all("duration_in_hours" in each for each in found["courses"])
    durations = {"duration_in_minutes", "duration_in_hours"}
    assert all(durations.isdisjoint(each) for each in found["certifications"] + found["exams"])


def test_a_path_lasts_as_long_as_its_modules(world: World) -> None:
    found = catalogue(world)
    minutes = {each["uid"]: each["duration_in_minutes"] for each in found["modules"]}
    for path in found["learningPaths"]:
        assert path["duration_in_minutes"] == sum(minutes[uid] for uid in path["modules"])


def test_a_retirement_is_told_only_in_a_banner(world: World) -> None:
    summaries = [each["summary"] for each in catalogue(world)["appliedSkills"]]
    assert sum("retires on" in each for each in summaries) == 1


@pytest.mark.shared
@pytest.mark.parametrize(
    "part", ["modules", "units", "learningPaths", "certifications", "exams", "courses"]
)
def test_records_have_the_form_of_microsoft_learn(world: World, fixtures: Path, part: str) -> None:
    sample = fixtures / "catalogues/microsoft-learn/catalog-doc-samples.json"
    theirs = orjson.loads(sample.read_bytes())[part][0].keys()
    newer = {"subjects"} if part in {"modules", "learningPaths"} else set()
    assert {frozenset(each) for each in catalogue(world)[part]} == {frozenset(theirs | newer)}
