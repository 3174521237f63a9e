"""Qualifications: what the source says, and nothing it does not say."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from isthmus.connector.records import (
    Credit,
    Identifier,
    LevelMark,
    OrganizationRecord,
    OutcomeRecord,
    Place,
    QualificationRecord,
    Reference,
    SkillStatement,
    Workload,
)
from isthmus.model.alignment import AlignmentMethod
from isthmus.model.organization import Organization, OrganizationRole
from isthmus.model.qualification import (
    AssessmentMethod,
    CreditValue,
    DeliveryMode,
    LearningType,
    Qualification,
    RegisterStatus,
    Scale,
)
from isthmus.model.text import Text
from isthmus.normalise.drift import Drift
from isthmus.normalise.qualification import TitleMissing, qualification
from isthmus.skills import Linker

PYTHON, BOOKKEEPING = 1, 2


def read(linker: Linker, drift: Drift | None = None, **stated: object) -> Qualification:
    record = QualificationRecord(**{"title": "Any course", **stated})  # type: ignore[arg-type]
    return qualification(record, linker, drift or Drift())


def test_of_a_record_with_a_title_alone_nothing_else_is_known(linker: Linker) -> None:
    found = read(linker, title="Any course")
    silent = Qualification(title=Text("Any course"))
    for field in fields(Qualification):
        assert getattr(found, field.name) == getattr(silent, field.name), field.name


@pytest.mark.parametrize("title", ["", "  ", "\n", {}, {"en": " "}])
def test_a_blank_title_is_refused(linker: Linker, title: object) -> None:
    with pytest.raises(TitleMissing):
        read(linker, title=title)


@pytest.mark.parametrize(
    ("stated", "scale"),
    [
        (None, Scale.UNKNOWN), ("MICRO", Scale.MICRO), ("micro", Scale.MICRO),
        ("Microcredential", Scale.MICRO), ("macro", Scale.MACRO), ("short course", Scale.UNKNOWN),
    ],
)  # fmt: skip
def test_the_scale_is_what_the_source_says(
    linker: Linker, stated: str | None, scale: Scale
) -> None:
    assert read(linker, scale=stated).scale is scale


def test_neither_a_small_course_nor_its_title_makes_it_micro(linker: Linker) -> None:
    found = read(
        linker,
        title="Microcredential in welding",
        workload=Workload(hours=5),
        credits=[Credit(framework="ECTS", points=1)],
    )
    assert found.scale is Scale.UNKNOWN


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ("active", RegisterStatus.ACTIVE), ("Retired", RegisterStatus.CLOSED),
        ("SUPERSEDED", RegisterStatus.CLOSED), ("draft", RegisterStatus.DRAFT),
        ("lost", RegisterStatus.UNKNOWN),
    ],
)  # fmt: skip
def test_a_status_reads_by_its_usual_words(
    linker: Linker, stated: str, status: RegisterStatus
) -> None:
    assert read(linker, register_status=stated).register_status is status


def test_a_word_that_is_unknown_is_noted_with_its_field(linker: Linker) -> None:
    drift = Drift()
    found = read(linker, drift, learning_type="osmosis", assessment="séance")
    assert found.learning_type is LearningType.UNKNOWN
    assert found.assessment is None
    assert {line.partition(":")[0] for line in drift.lines()} == {"learning_type", "assessment"}


def test_deliveries_are_read_each_once(linker: Linker) -> None:
    found = read(linker, delivery=["Online", "OnlineOnly", "in-person", "by pigeon"])
    assert found.delivery == (DeliveryMode.ONLINE, DeliveryMode.FACE_TO_FACE)
    assert read(linker, assessment="exam").assessment is AssessmentMethod.EXAM


def test_credits_keep_their_system_and_lose_what_is_no_number(linker: Linker) -> None:
    stated = [
        Credit(framework="ECTS", points="5", hours_per_point=25),
        Credit(framework="NSQF", points="some"),
    ]
    assert read(linker, credits=stated).credits == (CreditValue("ECTS", 5.0, 25),)


def test_a_record_outside_any_framework_has_no_level(linker: Linker) -> None:
    assert read(linker).level is None
    assert read(linker, level=LevelMark(framework=" ", notation="5")).level is None
    level = read(linker, level=LevelMark(framework=" EQF ", notation=" 5 ")).level
    assert level is not None
    assert (level.framework, level.notation) == ("EQF", "5")


def test_languages_of_teaching_are_tags_each_once(linker: Linker) -> None:
    found = read(linker, languages=["EN", "en", "English", "pt_br", "as needed"])
    assert found.languages == ("en", "pt-BR")


def test_a_public_uri_is_an_identity_and_a_page_is_none(linker: Linker) -> None:
    page = read(linker, url="https://example.org/page")
    assert (page.uri, page.identity) == ("https://example.org/page", None)
    known = read(linker, uri="urn:q:1", url="https://example.org/page")
    assert (known.uri, known.identity) == ("urn:q:1", "urn:q:1")


def test_bodies_have_their_roles_and_stand_once(linker: Linker) -> None:
    body = OrganizationRecord(name="Board", country="Kenya")
    found = read(linker, provider=OrganizationRecord(name="College"), awarding_bodies=[body, body])
    assert isinstance(found.provider, Organization)
    assert found.provider.roles == (OrganizationRole.PROVIDER,)
    (awarding,) = found.awarding_bodies
    assert isinstance(awarding, Organization)
    assert (awarding.country, awarding.roles) == ("KE", (OrganizationRole.AWARDING_BODY,))


def test_references_that_name_nothing_are_dropped(linker: Linker) -> None:
    found = read(linker, parts=[Reference(), Reference(uri="urn:a")], part_of=[Reference(id="7")])
    assert [part.uri for part in found.parts] == ["urn:a"]
    assert [whole.source_key for whole in found.part_of] == ["7"]
    assert read(linker, replaced_by=Reference()).replaced_by is None


def test_validity_is_read_or_noted(linker: Linker) -> None:
    drift = Drift()
    found = read(linker, drift, valid_for="P2Y", valid_until="2027-06-30")
    assert (found.valid_for, found.valid_until) == ("P2Y", date(2027, 6, 30))
    found = read(linker, drift, valid_for="two years", valid_until="30/06/2027")
    assert (found.valid_for, found.valid_until) == (None, None)
    assert drift.notes.total() == 2


def test_a_summary_in_html_becomes_text(linker: Linker) -> None:
    found = read(linker, language="en", summary_html="<p>One</p><script>two</script><p>Three</p>")
    assert found.summary == Text("One\nThree", "en")
    both = read(linker, summary="plain", summary_html="<p>markup</p>", language="en")
    assert both.summary == Text("plain", "en")


def test_skills_are_those_stated_and_those_its_texts_name(linker: Linker) -> None:
    found = read(
        linker, title="Python for beginners", summary="With bookkeeping.", language="en",
        skills=[SkillStatement(text="Python"), SkillStatement(text="patience"), SkillStatement()],
    )  # fmt: skip
    assert [(a.stated_as, a.skill) for a in found.skills] == [
        ("Python", PYTHON), ("patience", None), ("bookkeeping", BOOKKEEPING),
    ]  # fmt: skip


def test_every_outcome_and_place_is_kept(linker: Linker) -> None:
    found = read(
        linker, language="en", locations=[Place(label="Nairobi, Kenya")],
        outcomes=[OutcomeRecord(text="Can weld"), OutcomeRecord(uri="urn:o"), OutcomeRecord()],
        programmes=["Digital India", " Digital India ", " "],
        identifiers=[Identifier(scheme="RNCP", value="1")] * 2,
    )  # fmt: skip
    assert len(found.outcomes) == 2
    assert found.locations[0].country == "KE"
    assert found.programmes == ("Digital India",)
    assert len(found.identifiers) == 1


def test_a_statement_that_no_scheme_knows_stays_with_its_words(linker: Linker) -> None:
    (kept,) = read(linker, skills=[SkillStatement(text="patience")]).skills
    assert (kept.method, kept.stated_as) == (AlignmentMethod.UNMATCHED, "patience")
