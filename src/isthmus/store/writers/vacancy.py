"""Vacancies as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from isthmus.model.reference import Noun, Reference
from isthmus.model.vacancy import Requirement, Vacancy
from isthmus.store.writers.contract import (
    ALIGNMENT_COLUMNS,
    Derived,
    Link,
    NounWriter,
    Pointer,
    alignment_columns,
    places_columns,
    text_columns,
)
from isthmus.store.writers.organization import organization_key

_NO_ALIGNMENT = (None, None, None, None, None, None, None)


class VacancyWriter(NounWriter):
    """Writes vacancies with their requirements."""

    noun = Noun.VACANCY
    table = "vacancy"
    columns = (
        "uri", "title", "title_lang", "title_i18n",
        "description", "description_lang", "description_i18n",
        "employer_id", "occupation_id", "locations", "countries", "regions", "remote",
        "employment_type", "salary_min", "salary_max", "salary_currency", "salary_per",
        "published_at", "closes_at", "status", "apply_url",
    )  # fmt: skip
    children: ClassVar = {
        "requirement": ("vacancy_id", ("ord", "kind", "must", "weight", *ALIGNMENT_COLUMNS))
    }
    links: ClassVar = {"employer": Link(Noun.ORGANIZATION, column="employer_id")}
    after = (
        "DELETE FROM vacancy_skill WHERE vacancy_id = ANY($1)",
        (
            "INSERT INTO vacancy_skill (skill_id, vacancy_id)"
            " SELECT DISTINCT skill_id, vacancy_id FROM requirement"
            " WHERE vacancy_id = ANY($1) AND skill_id IS NOT NULL"
        ),
    )

    def identity_of(self, entity: Vacancy) -> str | None:
        """Vacancies have none: boards reuse addresses, and two boards may tell of one job."""
        return None

    def row(self, entity: Vacancy, known: Mapping[tuple[Noun, str], int]) -> tuple[Any, ...]:
        """Give a vacancy's values."""
        v = entity
        employer = v.employer
        employer_id = None
        if employer is not None and not isinstance(employer, Reference):
            employer_id = known[Noun.ORGANIZATION, organization_key(employer)]
        places, countries, regions = places_columns(v.locations)
        pay = v.salary
        return (
            v.uri, *text_columns(v.title), *text_columns(v.description),
            employer_id, v.occupation, places, countries, regions, v.remote,
            v.employment_type,
            pay and pay.min, pay and pay.max, pay and pay.currency, pay and pay.per.value,
            v.published_at, v.closes_at, v.status, v.apply_url,
        )  # fmt: skip

    def derived(self, entity: Vacancy) -> Iterable[Derived]:
        """Give the employer, where the vacancy describes it."""
        employer = entity.employer
        if employer is None or isinstance(employer, Reference):
            return ()
        return (Derived(Noun.ORGANIZATION, organization_key(employer), employer),)

    def pointers(self, entity: Vacancy) -> Iterable[Pointer]:
        """Give the employer, where the vacancy only names it."""
        if isinstance(entity.employer, Reference):
            return (Pointer("employer", entity.employer),)
        return ()

    def child_rows(
        self, entity: Vacancy, key: int, known: Mapping[tuple[Noun, str], int]
    ) -> Iterable[tuple[str, tuple[Any, ...]]]:
        """Give the requirements, in order."""
        return [
            ("requirement", (key, number, *_requirement(requirement)))
            for number, requirement in enumerate(entity.requirements)
        ]


def _requirement(requirement: Requirement) -> tuple[Any, ...]:
    head = (requirement.kind, requirement.must, requirement.weight)
    if requirement.skill is not None:
        return (*head, *alignment_columns(requirement.skill))
    return (*head, None, requirement.stated_as, *_NO_ALIGNMENT[1:])
