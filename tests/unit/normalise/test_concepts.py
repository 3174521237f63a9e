"""Skills and occupations of published schemes."""

from __future__ import annotations

import pytest

from isthmus.connector import records
from isthmus.model.occupation import SkillRelation
from isthmus.model.reference import Reference
from isthmus.model.skill import MappingRelation, SkillKind, SkillReuse
from isthmus.model.text import Text
from isthmus.normalise.concepts import LabelMissing, occupation, references, scheme_of, skill
from isthmus.normalise.drift import Drift

SCHEME = records.ConceptScheme(
    uri="urn:s", name="ESCO", version="1.1.1", languages=["EN", "?", "fr"]
)


def a_skill(**stated: object) -> records.SkillRecord:
    given = {"uri": "urn:1", "scheme": SCHEME, "label": "weld", "language": "en", **stated}
    return records.SkillRecord(**given)  # type: ignore[arg-type]


def an_occupation(**stated: object) -> records.OccupationRecord:
    given = {"uri": "urn:9", "scheme": SCHEME, "label": "welder", "language": "en", **stated}
    return records.OccupationRecord(**given)  # type: ignore[arg-type]


def test_a_scheme_keeps_its_version_and_the_languages_that_read() -> None:
    found = scheme_of(SCHEME)
    assert (found.version, found.languages) == ("1.1.1", ("en", "fr"))


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        ("skill/competence", SkillKind.SKILL), ("knowledge", SkillKind.KNOWLEDGE),
        ("transversal", SkillKind.TRANSVERSAL), ("Attitude", SkillKind.TRANSVERSAL),
        ("language", SkillKind.LANGUAGE), (None, SkillKind.UNKNOWN), ("knack", SkillKind.UNKNOWN),
    ],
)  # fmt: skip
def test_a_kind_reads_or_is_unknown(stated: str | None, kind: SkillKind) -> None:
    assert skill(a_skill(kind=stated), Drift()).kind is kind


@pytest.mark.parametrize(
    ("stated", "reuse"),
    [
        ("cross-sector", SkillReuse.CROSS_SECTOR), ("sector-specific", SkillReuse.SECTOR),
        ("occupation-specific", SkillReuse.OCCUPATION), ("transversal", SkillReuse.TRANSVERSAL),
        (None, SkillReuse.UNKNOWN),
    ],
)  # fmt: skip
def test_how_widely_a_skill_is_used_reads_by_the_words_of_esco(
    stated: str | None, reuse: SkillReuse
) -> None:
    assert skill(a_skill(reuse=stated), Drift()).reuse is reuse


@pytest.mark.parametrize("label", ["", "  ", {}, {"en": ""}])
def test_a_concept_without_any_label_is_refused(label: object) -> None:
    with pytest.raises(LabelMissing):
        skill(a_skill(label=label), Drift())
    with pytest.raises(LabelMissing):
        occupation(an_occupation(label=label), Drift())


def test_labels_stand_under_their_language_blanks_and_repeats_dropped() -> None:
    found = skill(
        a_skill(label={"en": "weld", "fr": "souder"},
                alt_labels={"EN": [" fuse ", "fuse", ""], "fr": [" "]}), Drift(),
    )  # fmt: skip
    assert found.label == Text("weld", "en", {"fr": "souder"})
    assert found.alt_labels == {"en": ("fuse",)}


def test_the_match_type_travels_with_every_mapping() -> None:
    stated = [
        records.Mapping(target=f"urn:{n}", relation=r, source_version="29.2")
        for n, r in enumerate(["exactMatch", "closeMatch", "broadMatch", "NARROW", "kindred"])
    ]
    drift = Drift()
    found = skill(a_skill(mappings=stated), drift).mappings
    assert [m.relation for m in found] == [
        MappingRelation.EXACT, MappingRelation.CLOSE, MappingRelation.BROAD, MappingRelation.NARROW,
    ]  # fmt: skip
    assert found[0].source_version == "29.2"
    assert drift.lines() == ["mappings: 'kindred' does not read (1x)"]


def test_a_skill_of_an_occupation_is_linked_once() -> None:
    stated = [
        records.OccupationSkill(uri="urn:1", relation="essential"),
        records.OccupationSkill(uri="urn:1", relation="optional"),
        records.OccupationSkill(uri="urn:2", relation="optional", importance=0.4),
        records.OccupationSkill(uri="urn:3", relation="decorative"),
    ]
    found = occupation(an_occupation(skills=stated, isco_group="7212"), Drift())
    links = [(s.skill.uri, s.relation) for s in found.skills]
    assert links == [("urn:1", SkillRelation.ESSENTIAL), ("urn:2", SkillRelation.OPTIONAL)]
    assert found.isco_group == "7212"


def test_a_concept_out_of_use_keeps_what_replaced_it() -> None:
    gone = skill(a_skill(deprecated=True, replaced_by=[records.Reference(uri="urn:2")]), Drift())
    assert gone.deprecated
    assert gone.replaced_by == (Reference(uri="urn:2"),)


def test_a_reference_that_names_nothing_is_dropped() -> None:
    stated = [records.Reference(), records.Reference(id="4")]
    assert references(stated) == (Reference(source_key="4"),)
