"""Learning outcomes: the common currency between supply and demand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from isthmus.model.alignment import Alignment
from isthmus.model.reference import Reference
from isthmus.model.text import Text


class OutcomeDomain(StrEnum):
    """What sort of outcome it is, as the source says."""

    KNOWLEDGE = "KNOWLEDGE"
    SKILL = "SKILL"
    COMPETENCE = "COMPETENCE"
    ATTITUDE = "ATTITUDE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class LevelMark:
    """A level by the codes of its framework and rung, such as EQF and 5."""

    framework: str
    notation: str


@dataclass(frozen=True, slots=True)
class LearningOutcome:
    """What a learner knows or can do at the end, with the skills it was aligned to."""

    text: Text
    uri: str | None = None
    domain: OutcomeDomain = OutcomeDomain.UNKNOWN
    level: LevelMark | None = None
    skills: tuple[Alignment, ...] = ()


OutcomeLink = Reference | LearningOutcome
"""An outcome known by reference, or stated in the qualification itself."""
