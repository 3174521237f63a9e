"""Occupations as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, ClassVar

from isthmus.model.occupation import Occupation, SkillRelation
from isthmus.model.reference import Noun
from isthmus.model.skill import ConceptScheme
from isthmus.store.writers.contract import (
    Link,
    NounWriter,
    Pointer,
    json_or_null,
    text_columns,
)
from isthmus.store.writers.skill import concept_pointers, scheme_key


class OccupationWriter(NounWriter):
    """Writes occupations with the skills they ask for."""

    noun = Noun.OCCUPATION
    table = "occupation"
    identity = "uri"
    columns = (
        "uri", "scheme_id", "code", "isco_group", "label", "label_lang", "label_i18n",
        "alt_labels", "description", "description_lang", "description_i18n", "is_group",
        "deprecated",
    )  # fmt: skip
    links: ClassVar = {
        "broader": Link(
            Noun.OCCUPATION,
            table="occupation_broader", owner="occupation_id", target="broader_id",
        ),
        "replaced_by": Link(
            Noun.OCCUPATION,
            table="occupation_replacement", owner="occupation_id", target="replacement_id",
        ),
        "mapping": Link(
            Noun.OCCUPATION,
            table="occupation_mapping", owner="occupation_id", target="target_id",
            extra="source_id, relation, source_version",
            extra_values="p.source_id, p.detail->>'relation', p.detail->>'source_version'",
        ),
        "skill": Link(
            Noun.SKILL,
            table="occupation_skill", owner="occupation_id", target="skill_id",
            extra="relation, importance",
            extra_values="p.detail->>'relation', (p.detail->>'importance')::float8",
        ),
    }  # fmt: skip
    translated: ClassVar = ("label", "description")

    def identity_of(self, entity: Occupation) -> str | None:
        """Give its URI."""
        return entity.uri

    def row(self, entity: Occupation, known: Mapping[tuple[Noun, str], int]) -> tuple[Any, ...]:
        """Give an occupation's values."""
        o = entity
        return (
            o.uri, known[Noun.OCCUPATION, scheme_key(o.scheme)], o.code, o.isco_group,
            *text_columns(o.label), json_or_null(o.alt_labels), *text_columns(o.description),
            o.group, o.deprecated,
        )  # fmt: skip

    def scheme_of(self, entity: Occupation) -> ConceptScheme:
        """Give its scheme."""
        return entity.scheme

    def pointers(self, entity: Occupation) -> Iterable[Pointer]:
        """Give groups above, successors, counterparts and skills."""
        yield from concept_pointers(entity.broader, entity.replaced_by, entity.mappings)
        for link in entity.skills:
            yield Pointer("skill", link.skill, 0, _detail(link.relation, link.importance))


@lru_cache(maxsize=1024)
def _detail(relation: SkillRelation, importance: float | None) -> str | None:
    found: dict[str, Any] = {"relation": relation}
    if importance is not None:
        found["importance"] = importance
    return json_or_null(found)
