"""Skills as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from isthmus.model.reference import Noun, Reference
from isthmus.model.skill import ConceptMapping, ConceptScheme, Skill
from isthmus.store.writers.contract import (
    Link,
    NounWriter,
    Pointer,
    json_or_null,
    text_columns,
)


def scheme_key(scheme: ConceptScheme) -> str:
    """Name a scheme in one version."""
    return f"{scheme.uri}\n{scheme.version}"


def concept_pointers(
    broader: Sequence[Reference],
    replaced_by: Sequence[Reference],
    mappings: Sequence[ConceptMapping],
) -> Iterable[Pointer]:
    """Give what every concept points at: those above it, its successors, its counterparts."""
    for target in broader:
        yield Pointer("broader", target)
    for target in replaced_by:
        yield Pointer("replaced_by", target)
    for mapping in mappings:
        detail = {"relation": mapping.relation.value, "source_version": mapping.source_version}
        yield Pointer("mapping", Reference(mapping.target), detail=json_or_null(detail))


class SkillWriter(NounWriter):
    """Writes skills with their place in the scheme."""

    noun = Noun.SKILL
    table = "skill"
    identity = "uri"
    columns = (
        "uri", "scheme_id", "code", "label", "label_lang", "label_i18n", "alt_labels",
        "description", "description_lang", "description_i18n", "kind", "reuse", "is_group",
        "deprecated",
    )  # fmt: skip
    links: ClassVar = {
        "broader": Link(
            Noun.SKILL, table="skill_broader", owner="skill_id", target="broader_id"
        ),
        "replaced_by": Link(
            Noun.SKILL, table="skill_replacement", owner="skill_id", target="replacement_id"
        ),
        "mapping": Link(
            Noun.SKILL, table="skill_mapping", owner="skill_id", target="target_id",
            extra="source_id, relation, source_version",
            extra_values="p.source_id, p.detail->>'relation', p.detail->>'source_version'",
        ),
    }  # fmt: skip
    translated: ClassVar = ("label", "description")

    def identity_of(self, entity: Skill) -> str | None:
        """Give its URI."""
        return entity.uri

    def row(self, entity: Skill, known: Mapping[tuple[Noun, str], int]) -> tuple[Any, ...]:
        """Give a skill's values."""
        s = entity
        return (
            s.uri, known[Noun.SKILL, scheme_key(s.scheme)], s.code, *text_columns(s.label),
            json_or_null(s.alt_labels), *text_columns(s.description),
            s.kind.value, s.reuse.value, s.group, s.deprecated,
        )  # fmt: skip

    def scheme_of(self, entity: Skill) -> ConceptScheme:
        """Give its scheme."""
        return entity.scheme

    def pointers(self, entity: Skill) -> Iterable[Pointer]:
        """Give the skills above it, its successors and counterparts."""
        return concept_pointers(entity.broader, entity.replaced_by, entity.mappings)
