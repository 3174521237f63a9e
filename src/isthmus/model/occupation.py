"""Occupations and the skills they ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from isthmus.model.reference import Reference
from isthmus.model.skill import ConceptMapping, ConceptScheme
from isthmus.model.text import Text


class SkillRelation(StrEnum):
    """Whether an occupation cannot do without a skill, or may ask for it."""

    ESSENTIAL = "ESSENTIAL"
    OPTIONAL = "OPTIONAL"


@dataclass(frozen=True, slots=True)
class OccupationSkill:
    """A skill of an occupation; `importance` from 0 to 1 where the scheme rates it."""

    skill: Reference
    relation: SkillRelation
    importance: float | None = None


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation of a published scheme; `group` is true for a heading such as an ISCO group."""

    uri: str
    scheme: ConceptScheme
    label: Text
    alt_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    description: Text | None = None
    code: str | None = None
    isco_group: str | None = None
    group: bool = False
    deprecated: bool = False
    broader: tuple[Reference, ...] = ()
    replaced_by: tuple[Reference, ...] = ()
    mappings: tuple[ConceptMapping, ...] = ()
    skills: tuple[OccupationSkill, ...] = ()
