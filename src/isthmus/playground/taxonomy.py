"""The slice of ESCO 1.1.1 the playground lives in: true addresses, labels and relations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from isthmus.playground.data_rows import rows_of

KNOWLEDGE = "knowledge"


class Concept(msgspec.Struct, frozen=True, kw_only=True):
    """What every ESCO concept has."""

    uri: str
    labels: dict[str, str]
    aliases: dict[str, tuple[str, ...]] = {}
    broader: tuple[str, ...]

    def label(self, *languages: str) -> str:
        """Return the label in the first language that has one, else the English one."""
        return next((self.labels[each] for each in languages if each in self.labels), self.name)

    @property
    def name(self) -> str:
        """The English preferred label, by which our own data speaks of the concept."""
        return self.labels["en"]


class Skill(Concept, frozen=True, kw_only=True):
    """A skill or a body of knowledge."""

    kind: str
    reuse: str
    modified: str
    related: tuple[tuple[str, str], ...] = ()

    @property
    def is_knowledge(self) -> bool:
        """Whether the label is a noun: ESCO names knowledge by nouns, skills by verbs."""
        return self.kind == KNOWLEDGE


class SkillGroup(Concept, frozen=True, kw_only=True):
    """A group of the skill pillar; its code is of the hierarchy or of ISCED-F."""

    code: str


class Occupation(Concept, frozen=True, kw_only=True):
    """An occupation and the skills it needs, as far as they are in this slice."""

    code: str
    isco: str
    modified: str
    essential: tuple[str, ...]
    optional: tuple[str, ...]


class IscoGroup(Concept, frozen=True, kw_only=True):
    """A group of ISCO-08."""

    code: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The slice as a whole, in the order of the concepts' addresses."""

    skills: tuple[Skill, ...]
    groups: tuple[SkillGroup, ...]
    occupations: tuple[Occupation, ...]
    isco: tuple[IscoGroup, ...]
    by_name: Mapping[str, Skill]
    occupation_by_name: Mapping[str, Occupation]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that skills have labels in, English first."""
        found = {language for skill in self.skills for language in skill.labels}
        return ("en", *sorted(found - {"en"}))


def load_taxonomy() -> Taxonomy:
    """Read the slice from the data files."""
    skills = rows_of("esco_skills.json", Skill)
    occupations = rows_of("esco_occupations.json", Occupation)
    return Taxonomy(
        skills=skills,
        groups=rows_of("esco_groups.json", SkillGroup),
        occupations=occupations,
        isco=rows_of("isco_groups.json", IscoGroup),
        by_name={skill.name: skill for skill in skills},
        occupation_by_name={each.name: each for each in occupations},
    )
