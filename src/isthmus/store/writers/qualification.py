"""Qualifications as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from isthmus.model.qualification import Qualification
from isthmus.model.reference import Noun, Reference
from isthmus.store.writers.contract import (
    ALIGNMENT_COLUMNS,
    Derived,
    Link,
    NounWriter,
    Pointer,
    alignment_columns,
    json_or_null,
    places_columns,
    text_columns,
)
from isthmus.store.writers.organization import described, organization_key
from isthmus.store.writers.outcome import (
    SKILLS_OF_QUALIFICATIONS,
    level_reference,
    outcome_key,
)


class QualificationWriter(NounWriter):
    """Writes qualifications with outcomes, skill statements, awarding bodies and parts."""

    noun = Noun.QUALIFICATION
    table = "qualification"
    identity = "identity"
    columns = (
        "uri", "identity", "code", "identifiers", "title", "title_lang", "title_i18n", "title_key",
        "summary", "summary_lang", "summary_i18n", "purpose", "purpose_lang", "purpose_i18n",
        "scale", "learning_type", "partial", "register_status", "provider_id", "credits",
        "hours_min", "hours_max", "workload_unit", "delivery", "locations", "countries",
        "languages", "cost_amount", "cost_currency", "fields_of_study", "programmes",
        "assessment", "valid_for", "valid_until",
    )  # fmt: skip
    children: ClassVar = {
        "qualification_skill": ("qualification_id", ("ord", *ALIGNMENT_COLUMNS)),
        "qualification_outcome": ("qualification_id", ("outcome_id", "ord")),
        "qualification_awarding_body": ("qualification_id", ("organization_id",)),
    }
    links: ClassVar = {
        "provider": Link(Noun.ORGANIZATION, column="provider_id"),
        "level": Link(Noun.FRAMEWORK, into=("level", "code"), column="level_id"),
        "replaced_by": Link(Noun.QUALIFICATION, column="replaced_by_id"),
        "awarding_body": Link(
            Noun.ORGANIZATION,
            table="qualification_awarding_body", owner="qualification_id", target="organization_id",
        ),
        "outcome": Link(
            Noun.LEARNING_OUTCOME,
            table="qualification_outcome", owner="qualification_id", target="outcome_id",
            extra="ord", extra_values="p.ord",
        ),
        "part": Link(
            Noun.QUALIFICATION,
            table="qualification_part", owner="whole_id", target="part_id",
            extra="ord, stated_by", extra_values="p.ord, p.owner_id",
        ),
        "part_of": Link(
            Noun.QUALIFICATION,
            table="qualification_part", owner="part_id", target="whole_id",
            extra="stated_by", extra_values="p.owner_id",
        ),
    }  # fmt: skip
    translated: ClassVar = ("title", "summary", "purpose")
    after = SKILLS_OF_QUALIFICATIONS

    def identity_of(self, entity: Qualification) -> str | None:
        """Give its URI, where the source states one as its identity."""
        return entity.identity

    def row(self, entity: Qualification, known: Mapping[tuple[Noun, str], int]) -> tuple[Any, ...]:
        """Give a qualification's values."""
        q = entity
        provider = q.provider
        provider_id = None
        if provider is not None and not isinstance(provider, Reference):
            provider_id = known[Noun.ORGANIZATION, organization_key(provider)]
        places, countries, _ = places_columns(q.locations)
        work, cost = q.workload, q.cost
        return (
            q.uri, q.identity, q.code, json_or_null(q.identifiers),
            *text_columns(q.title), q.title.value.casefold(),
            *text_columns(q.summary), *text_columns(q.purpose),
            q.scale.value, q.learning_type.value, q.partial, q.register_status.value,
            provider_id, json_or_null(q.credits),
            work and work.hours_min, work and work.hours_max, work and work.original_unit,
            [mode.value for mode in q.delivery], places, countries, list(q.languages),
            cost and cost.amount, cost and cost.currency,
            json_or_null(q.fields_of_study), list(q.programmes),
            q.assessment and q.assessment.value, q.valid_for, q.valid_until,
        )  # fmt: skip

    def derived(self, entity: Qualification) -> Iterable[Derived]:
        """Give the bodies it describes and the outcomes it states."""
        yield from described((entity.provider, *entity.awarding_bodies))
        for outcome in entity.outcomes:
            if not isinstance(outcome, Reference):
                yield Derived(Noun.LEARNING_OUTCOME, outcome_key(outcome), outcome)

    def pointers(self, entity: Qualification) -> Iterable[Pointer]:
        """Give the records it only names."""
        q = entity
        if isinstance(q.provider, Reference):
            yield Pointer("provider", q.provider)
        if q.level is not None:
            yield Pointer("level", level_reference(q.level))
        if q.replaced_by is not None:
            yield Pointer("replaced_by", q.replaced_by)
        for name, stated in (
            ("awarding_body", q.awarding_bodies), ("outcome", q.outcomes),
            ("part", q.parts), ("part_of", q.part_of),
        ):  # fmt: skip
            for number, target in enumerate(stated):
                if isinstance(target, Reference):
                    yield Pointer(name, target, ord=number)

    def child_rows(
        self, entity: Qualification, key: int, known: Mapping[tuple[Noun, str], int]
    ) -> Iterable[tuple[str, tuple[Any, ...]]]:
        """Give skill statements, stated outcomes and described awarding bodies."""
        for number, alignment in enumerate(entity.skills):
            yield "qualification_skill", (key, number, *alignment_columns(alignment))
        stated: dict[int, int] = {}
        for number, outcome in enumerate(entity.outcomes):
            if not isinstance(outcome, Reference):
                stated.setdefault(known[Noun.LEARNING_OUTCOME, outcome_key(outcome)], number)
        for outcome_id, number in stated.items():
            yield "qualification_outcome", (key, outcome_id, number)
        bodies = (b for b in entity.awarding_bodies if not isinstance(b, Reference))
        for body in {known[Noun.ORGANIZATION, organization_key(b)] for b in bodies}:
            yield "qualification_awarding_body", (key, body)
