"""Skills and occupations of published schemes."""

from __future__ import annotations

from collections.abc import Sequence

from isthmus.connector import records
from isthmus.model.occupation import Occupation, OccupationSkill, SkillRelation
from isthmus.model.reference import Reference
from isthmus.model.skill import (
    ConceptMapping,
    ConceptScheme,
    MappingRelation,
    Skill,
    SkillKind,
    SkillReuse,
)
from isthmus.model.text import UNDETERMINED
from isthmus.normalise.drift import Drift
from isthmus.normalise.languages import language_tag
from isthmus.normalise.texts import labels_of, text_of
from isthmus.normalise.words import word

_KINDS = {
    "skill competence": SkillKind.SKILL,
    "skill/competence": SkillKind.SKILL,
    "knowledge": SkillKind.KNOWLEDGE,
    "attitude": SkillKind.TRANSVERSAL,
}
_REUSE = {
    "cross sector": SkillReuse.CROSS_SECTOR,
    "sector specific": SkillReuse.SECTOR,
    "occupation specific": SkillReuse.OCCUPATION,
    "transversal": SkillReuse.TRANSVERSAL,
}
_RELATIONS = {
    "exactmatch": MappingRelation.EXACT,
    "closematch": MappingRelation.CLOSE,
    "broadmatch": MappingRelation.BROAD,
    "narrowmatch": MappingRelation.NARROW,
    "relatedmatch": MappingRelation.RELATED,
}
_OF_OCCUPATIONS = {"essential": SkillRelation.ESSENTIAL, "optional": SkillRelation.OPTIONAL}
"""The words nearly every scheme uses as they are: a classification says them 100,000 times."""


class LabelMissing(ValueError):
    """A concept whose every label is blank."""


def scheme_of(stated: records.ConceptScheme) -> ConceptScheme:
    """Read the scheme a concept stands in."""
    languages = tuple(tag for tag in map(language_tag, stated.languages) if tag)
    return ConceptScheme(stated.uri, stated.name, stated.version, languages)


def skill(record: records.SkillRecord, drift: Drift) -> Skill:
    """Read a skill; raise `LabelMissing` where it has no label at all."""
    own = language_tag(record.language) or UNDETERMINED
    label = text_of(record.label, own)
    if label is None:
        raise LabelMissing
    return Skill(
        uri=record.uri,
        scheme=scheme_of(record.scheme),
        label=label,
        alt_labels=labels_of(record.alt_labels),
        description=text_of(record.description, own),
        kind=word(record.kind, SkillKind, _KINDS, "kind", drift) or SkillKind.UNKNOWN,
        reuse=word(record.reuse, SkillReuse, _REUSE, "reuse", drift) or SkillReuse.UNKNOWN,
        group=record.group,
        code=record.code,
        deprecated=record.deprecated,
        broader=references(record.broader),
        replaced_by=references(record.replaced_by),
        mappings=_mappings(record.mappings, drift),
    )


def occupation(record: records.OccupationRecord, drift: Drift) -> Occupation:
    """Read an occupation; raise `LabelMissing` where it has no label at all."""
    own = language_tag(record.language) or UNDETERMINED
    label = text_of(record.label, own)
    if label is None:
        raise LabelMissing
    return Occupation(
        uri=record.uri,
        scheme=scheme_of(record.scheme),
        label=label,
        alt_labels=labels_of(record.alt_labels),
        description=text_of(record.description, own),
        code=record.code,
        isco_group=record.isco_group,
        group=record.group,
        deprecated=record.deprecated,
        broader=references(record.broader),
        replaced_by=references(record.replaced_by),
        mappings=_mappings(record.mappings, drift),
        skills=tuple(_occupation_skills(record.skills, drift)),
    )


def references(stated: Sequence[records.Reference]) -> tuple[Reference, ...]:
    """Pass references through; one that names nothing is dropped."""
    return tuple(Reference(r.uri, r.id) for r in stated if r.uri or r.id)


def _mappings(stated: Sequence[records.Mapping], drift: Drift) -> tuple[ConceptMapping, ...]:
    found = []
    for mapping in stated:
        relation = word(mapping.relation, MappingRelation, _RELATIONS, "mappings", drift)
        if relation is not None:
            found.append(ConceptMapping(mapping.target, relation, mapping.source_version))
    return tuple(found)


def _occupation_skills(
    stated: Sequence[records.OccupationSkill], drift: Drift
) -> list[OccupationSkill]:
    found: dict[str, OccupationSkill] = {}
    for link in stated:
        relation = _OF_OCCUPATIONS.get(link.relation) or word(
            link.relation, SkillRelation, {}, "skills.relation", drift
        )
        if relation is not None and link.uri not in found:
            found[link.uri] = OccupationSkill(Reference(link.uri), relation, link.importance)
    return list(found.values())
