"""The ESCO archives: the official layout, and nothing in them that ESCO did not say."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from isthmus.playground.simulators import esco
from isthmus.playground.world import World

OFFICIAL = "taxonomies/esco/esco-v1.1.1-en-csv.zip"
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def official(fixtures: Path) -> zipfile.ZipFile:
    csv.field_size_limit(10**7)  # one cell of the concept schemes lists every skill
    return zipfile.ZipFile(fixtures / OFFICIAL)


def _rows(content: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def _ours(world: World, table: str, language: str = "en") -> Rows:
    return _rows(esco.tables(world.taxonomy, language)[table].encode())


def test_an_archive_holds_the_nine_files_of_its_language(world: World) -> None:
    packed = zipfile.ZipFile(io.BytesIO(esco.archive(world.taxonomy, "fr") or b""))
    assert set(packed.namelist()) == {
        "skills_fr.csv", "skillGroups_fr.csv", "occupations_fr.csv", "ISCOGroups_fr.csv",
        "occupationSkillRelations.csv", "skillSkillRelations.csv",
        "broaderRelationsSkillPillar.csv", "broaderRelationsOccPillar.csv",
        "conceptSchemes_fr.csv",
    }  # fmt: skip


def test_there_is_no_archive_in_a_language_that_has_no_labels(world: World) -> None:
    assert esco.archive(world.taxonomy, "hi") is None


def test_an_archive_is_the_same_bytes_every_time(world: World) -> None:
    assert esco.archive(world.taxonomy, "es") == esco.archive(world.taxonomy, "es")


def test_lines_end_in_crlf_and_labels_are_split_by_line_breaks(world: World) -> None:
    text = esco.tables(world.taxonomy, "en")["skills_en.csv"]
    aliases = {row["preferredLabel"]: row["altLabels"] for row in _rows(text.encode())}
    assert text.split("\n")[0].endswith("\r")
    assert aliases["operate forklift"].split("\n")[0] == "drive forklift"


def test_relations_name_only_concepts_of_the_english_archive(world: World) -> None:
    skills = {row["conceptUri"] for row in _ours(world, "skills_en.csv")}
    groups = {row["conceptUri"] for row in _ours(world, "skillGroups_en.csv")}
    occupations = {row["conceptUri"] for row in _ours(world, "occupations_en.csv")}
    isco = {row["conceptUri"] for row in _ours(world, "ISCOGroups_en.csv")}
    for row in _ours(world, "occupationSkillRelations.csv"):
        assert row["occupationUri"] in occupations
        assert row["skillUri"] in skills
    for row in _ours(world, "skillSkillRelations.csv"):
        assert {row["originalSkillUri"], row["relatedSkillUri"]} <= skills
    for row in _ours(world, "broaderRelationsSkillPillar.csv"):
        assert {row["conceptUri"], row["broaderUri"]} <= skills | groups
    for row in _ours(world, "broaderRelationsOccPillar.csv"):
        assert {row["conceptUri"], row["broaderUri"]} <= occupations | isco


def test_every_skill_and_occupation_has_something_broader(world: World) -> None:
    assert all(each.broader for each in world.taxonomy.skills)
    assert all(each.broader for each in world.taxonomy.occupations)
    assert all(each.essential for each in world.taxonomy.occupations if each.name != "bartender")


def test_a_concept_without_a_label_has_no_row(world: World) -> None:
    unlabelled = [each.uri for each in world.taxonomy.skills if "es" not in each.labels]
    rows = {row["conceptUri"] for row in _ours(world, "skills_es.csv", "es")}
    assert unlabelled
    assert rows.isdisjoint(unlabelled)


@pytest.mark.shared
@pytest.mark.parametrize("table", sorted(esco.HEADERS))
def test_headers_are_the_official_ones(official: zipfile.ZipFile, table: str) -> None:
    name = f"{table}.csv" if "Relations" in table else f"{table}_en.csv"
    with official.open(name) as file:
        assert file.readline().decode().rstrip("\r\n") == esco.HEADERS[table]


@pytest.mark.shared
@pytest.mark.parametrize("table", ["skills", "skillGroups", "occupations", "ISCOGroups"])
def test_every_english_concept_is_one_of_esco(
    world: World, official: zipfile.ZipFile, table: str
) -> None:
    name = f"{table}_en.csv"
    truth = {row["conceptUri"]: row for row in _rows(official.read(name))}
    for row in _ours(world, name):
        true = truth[row["conceptUri"]]
        assert row["preferredLabel"] == " ".join(true["preferredLabel"].split())
        theirs = {" ".join(each.split()) for each in true["altLabels"].split("\n")}
        assert set(filter(None, row["altLabels"].split("\n"))) <= theirs
        same = {"conceptType", "skillType", "reuseLevel", "iscoGroup", "code", "status"}
        assert {key: row[key] for key in same & row.keys()} == {
            key: true[key] for key in same & row.keys()
        }


@pytest.mark.shared
@pytest.mark.parametrize("table", sorted(each for each in esco.HEADERS if "Relations" in each))
def test_every_relation_is_one_of_esco(world: World, official: zipfile.ZipFile, table: str) -> None:
    name = f"{table}.csv"
    truth = {tuple(row.values()) for row in _rows(official.read(name))}
    assert {tuple(row.values()) for row in _ours(world, name)} <= truth
