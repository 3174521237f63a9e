"""Vacancies: what is asked for, stated first, then what their texts name."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from isthmus.connector.records import (
    OccupationStatement,
    OrganizationRecord,
    Place,
    Salary,
    SkillStatement,
    VacancyRecord,
)
from isthmus.model.alignment import AlignmentMethod
from isthmus.model.organization import Organization, OrganizationRole
from isthmus.model.text import Text
from isthmus.model.vacancy import EmploymentType, Vacancy, VacancyStatus
from isthmus.normalise.drift import Drift
from isthmus.normalise.vacancy import TitleMissing, vacancy
from isthmus.skills import Linker

PYTHON, BOOKKEEPING, ANALYST = 1, 2, 9


def read(linker: Linker, drift: Drift | None = None, **stated: object) -> Vacancy:
    record = VacancyRecord(**{"title": "Any job", **stated})  # type: ignore[arg-type]
    return vacancy(record, linker, drift or Drift())


def test_of_a_record_with_a_title_alone_nothing_else_is_known(linker: Linker) -> None:
    found = read(linker)
    silent = Vacancy(title=Text("Any job"))
    for field in fields(Vacancy):
        assert getattr(found, field.name) == getattr(silent, field.name), field.name


def test_a_blank_title_is_refused(linker: Linker) -> None:
    with pytest.raises(TitleMissing):
        read(linker, title=" \t")


def test_stated_skills_come_first_then_those_the_texts_name(linker: Linker) -> None:
    found = read(
        linker, title="Python developer", language="en", description="Some bookkeeping, Python.",
        skills=[SkillStatement(text="patience", must=True, weight=2.0)],
    )  # fmt: skip
    asked = [(r.stated_as, r.must, r.skill.skill if r.skill else None) for r in found.requirements]
    assert asked == [
        ("patience", True, None), ("Python", False, PYTHON), ("bookkeeping", False, BOOKKEEPING),
    ]  # fmt: skip


def test_a_skill_both_stated_and_named_is_asked_for_once(linker: Linker) -> None:
    found = read(linker, title="Python", language="en", skills=[SkillStatement(uri="urn:python")])
    (requirement,) = found.requirements
    assert requirement.skill is not None
    assert requirement.skill.method is AlignmentMethod.STATED_BY_SOURCE


def test_two_statements_that_no_scheme_knows_are_both_kept(linker: Linker) -> None:
    stated = [SkillStatement(text="patience"), SkillStatement(text="tact")]
    found = read(linker, skills=stated)
    assert [r.stated_as for r in found.requirements] == ["patience", "tact"]


def test_nothing_is_asked_for_in_a_language_nobody_stated(linker: Linker) -> None:
    assert read(linker, title="Python developer").requirements == ()


def test_the_occupation_is_that_of_the_title_or_of_the_code(linker: Linker) -> None:
    assert read(linker, title="Data Analyst (m/w/d)", language="en").occupation == ANALYST
    assert read(linker, title="Data Wizard", language="en").occupation is None
    stated = OccupationStatement(code="2511.3", label="whatever")
    assert read(linker, occupation=stated).occupation == ANALYST


@pytest.mark.parametrize(
    ("stated", "form"),
    [
        ("Full-time", EmploymentType.FULL_TIME), ("PART_TIME", EmploymentType.PART_TIME),
        ("contractor", EmploymentType.TEMPORARY), ("Intern", EmploymentType.INTERNSHIP),
        ("permanent", EmploymentType.UNKNOWN), ("casual?", EmploymentType.UNKNOWN),
        (None, EmploymentType.UNKNOWN),
    ],
)  # fmt: skip
def test_a_form_of_employment_reads_or_is_unknown(
    linker: Linker, stated: str | None, form: EmploymentType
) -> None:
    assert read(linker, employment_type=stated).employment_type is form


def test_a_word_known_to_say_nothing_is_not_noted_as_drift(linker: Linker) -> None:
    drift = Drift()
    read(linker, drift, employment_type="permanent")
    assert not drift.notes
    read(linker, drift, employment_type="casual?", status="perhaps")
    assert drift.notes.total() == 2


def test_remote_is_what_is_said_else_what_a_place_says_else_unknown(linker: Linker) -> None:
    remote = [Place(label="Remote - Kenya")]
    assert read(linker, locations=remote).remote is True
    assert read(linker, locations=remote, remote=False).remote is False
    assert read(linker, locations=[Place(label="Nairobi")]).remote is None


def test_times_are_in_utc_and_those_that_do_not_read_are_none(linker: Linker) -> None:
    found = read(linker, published_at="2024-05-01T09:00:00+02:00", closes_at="01/06/2024")
    assert found.published_at == datetime(2024, 5, 1, 7, tzinfo=UTC)
    assert found.closes_at is None


def test_escaped_markup_becomes_text(linker: Linker) -> None:
    found = read(linker, language="en", description_html="&lt;p&gt;Weld &amp;amp; cut&lt;/p&gt;")
    assert found.description == Text("Weld & cut", "en")
    maps = read(linker, language="fr", description_html={"fr": "<b>Oui</b>", "en": "<b>Yes</b>"})
    assert maps.description == Text("Oui", "fr", {"en": "Yes"})


def test_an_employer_has_its_role_and_pay_its_period(linker: Linker) -> None:
    found = read(
        linker, employer=OrganizationRecord(name="Amplitude "), status="open",
        salary=Salary(currency="EUR", min=1000, per="month"), url="https://example.org/1",
    )  # fmt: skip
    assert isinstance(found.employer, Organization)
    assert found.employer.name.value == "Amplitude"
    assert found.employer.roles == (OrganizationRole.EMPLOYER,)
    assert found.status is VacancyStatus.OPEN
    assert found.salary is not None
    assert (found.salary.max, found.apply_url) == (None, "https://example.org/1")
