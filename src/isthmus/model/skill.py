"""Skills and the schemes they are published in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from isthmus.model.reference import Reference
from isthmus.model.text import Text


class SkillKind(StrEnum):
    """What sort of ability a skill is, as its scheme says."""

    KNOWLEDGE = "KNOWLEDGE"
    SKILL = "SKILL"
    TRANSVERSAL = "TRANSVERSAL"
    LANGUAGE = "LANGUAGE"
    TECHNOLOGY = "TECHNOLOGY"
    UNKNOWN = "UNKNOWN"


class SkillReuse(StrEnum):
    """How widely a skill is used across work."""

    TRANSVERSAL = "TRANSVERSAL"
    CROSS_SECTOR = "CROSS_SECTOR"
    SECTOR = "SECTOR"
    OCCUPATION = "OCCUPATION"
    UNKNOWN = "UNKNOWN"


class MappingRelation(StrEnum):
    """The SKOS relation between two concepts."""

    EXACT = "EXACT"
    CLOSE = "CLOSE"
    BROAD = "BROAD"
    NARROW = "NARROW"
    RELATED = "RELATED"


@dataclass(frozen=True, slots=True)
class ConceptScheme:
    """A published list of skills or occupations, in one version."""

    uri: str
    name: str
    version: str
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConceptMapping:
    """A stated relation to another concept, by its URI."""

    target: str
    relation: MappingRelation
    source_version: str | None = None


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill of a published scheme; `group` is true for a heading that only gathers skills."""

    uri: str
    scheme: ConceptScheme
    label: Text
    alt_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    description: Text | None = None
    kind: SkillKind = SkillKind.UNKNOWN
    reuse: SkillReuse = SkillReuse.UNKNOWN
    group: bool = False
    code: str | None = None
    deprecated: bool = False
    broader: tuple[Reference, ...] = ()
    replaced_by: tuple[Reference, ...] = ()
    mappings: tuple[ConceptMapping, ...] = ()
