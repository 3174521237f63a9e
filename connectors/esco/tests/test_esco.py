"""What the sample of esco cannot show: archives that are not whole, and shared downloads."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest

from isthmus.errors import SourceGarbled
from isthmus.model.skill import SkillKind
from isthmus.trials.mapping import Mapped, ReadStream
from tests.connectors.samples import answers_of, load, samples
from tests.support.replay import Replay, Reply

(SAMPLE,) = (sample for sample in samples() if sample.connector == "esco")
SKILL = "http://data.europa.eu/esco/skill/sample-"
OCCUPATION = "http://data.europa.eu/esco/occupation/sample-"


def files() -> dict[str, bytes]:
    """The files of the sample's main archive."""
    folder = SAMPLE.file.with_name(SAMPLE.situation) / "sample-en.zip"
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def packed(parts: Mapping[str, bytes], folder: str = "") -> Reply:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(f"{folder}{name}", content)
    return Reply(data.getvalue())


@pytest.fixture
def read(replay: Replay, read_stream: ReadStream) -> Any:
    """Read a stream of one archive."""

    async def read_archive(stream: str, archive: Reply) -> Mapped:
        replay.answers = {"/one.zip": archive}
        config = {"version": "0.1", "archives": ["one.zip"]}
        return await read_stream(load("esco"), stream, config)

    return read_archive


async def test_labels_are_held_in_every_language_of_the_archives(
    replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = answers_of(SAMPLE)
    skills = await read_stream(load("esco"), "skills", SAMPLE.config)
    skill = skills.entities[f"{SKILL}1"]
    assert (skill.label.value, skill.label.others["fr"]) == (
        "mend fishing nets", "ramender des filets de pêche",
    )  # fmt: skip
    assert skill.alt_labels["en"] == ("repair fishing nets", "net mending")


async def test_a_collection_says_more_of_a_skill_than_its_type(read: Any) -> None:
    skills = (await read("skills", packed(files()))).entities
    kinds = [skills[f"{SKILL}{number}"].kind for number in (1, 2, 3)]
    assert kinds == [SkillKind.SKILL, SkillKind.KNOWLEDGE, SkillKind.TRANSVERSAL]


async def test_collections_may_be_absent(read: Any) -> None:
    parts = files()
    del parts["transversalSkillsCollection_en.csv"]
    skills = (await read("skills", packed(parts))).entities
    assert skills[f"{SKILL}3"].kind is SkillKind.SKILL


async def test_every_dangling_relation_is_rejected_by_itself(read: Any) -> None:
    parts = files()
    parts["occupationSkillRelations.csv"] += b"occ-x,optional,knowledge,skill-y\n" * 2
    result = await read("occupations", packed(parts))
    assert [r.reason for r in result.rejections] == ["REFERENCE_DANGLING"] * 3
    assert [s.relation for s in result.entities[f"{OCCUPATION}1"].skills] == [
        "ESSENTIAL", "OPTIONAL",
    ]  # fmt: skip


async def test_an_occupation_stands_under_a_group_that_is_there(read: Any) -> None:
    occupations = (await read("occupations", packed(files()))).entities
    groups = {o.isco_group for o in occupations.values() if not o.group}
    assert groups == {o.code for o in occupations.values() if o.group} == {"7318"}


async def test_the_files_are_found_in_whatever_folder_they_stand(read: Any) -> None:
    result = await read("skills", packed(files(), folder="ESCO dataset/csv/"))
    assert len(result.records) == 5


async def test_a_file_may_begin_with_a_byte_order_mark(read: Any) -> None:
    parts = {name: b"\xef\xbb\xbf" + content for name, content in files().items()}
    assert len((await read("skills", packed(parts))).records) == 5


async def test_the_version_of_the_config_is_that_of_every_concept(read: Any) -> None:
    skills = (await read("skills", packed(files()))).entities
    assert {skill.scheme.version for skill in skills.values()} == {"0.1"}


BROKEN = {
    "no zip": (lambda _: Reply(b"<html>"), "one.zip is not a whole zip file"),
    "no file of ESCO": (lambda _: packed({"a.csv": b""}), "holds none of the files of an ESCO"),
    "no hierarchy": (
        lambda p: packed({k: v for k, v in p.items() if "broader" not in k}),
        "one.zip holds no broaderRelationsSkillPillar.csv",
    ),
    "no column": (
        lambda p: packed(p | {"skills_en.csv": p["skills_en.csv"].replace(b"reuseLevel", b"x")}),
        "skills_en.csv lacks the column reuseLevel",
    ),
    "a short row": (
        lambda p: packed(p | {"skillGroups_en.csv": p["skillGroups_en.csv"] + b"a,b\n"}),
        "skillGroups_en.csv line 3: 2 columns where 11 are needed",
    ),
    "Latin-1": (
        lambda p: packed(p | {"skills_en.csv": p["skills_en.csv"] + "é".encode("latin-1")}),
        "skills_en.csv is not UTF-8",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_an_archive_that_is_not_whole_is_named_with_its_file(case: str, read: Any) -> None:
    make, said = BROKEN[case]
    with pytest.raises(SourceGarbled, match=said):
        await read("skills", make(files()))


async def test_streams_of_one_sync_share_a_download(
    replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = answers_of(SAMPLE)
    for stream in ("skills", "occupations"):
        await read_stream(load("esco"), stream, SAMPLE.config)
    assert dict(replay.hits) == {"/sample-en.zip": 1, "/sample-fr.zip": 1}
