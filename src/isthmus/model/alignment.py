"""How some text or code became a skill."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AlignmentMethod(StrEnum):
    """What the link rests on, strongest first; UNMATCHED text is kept with no skill."""

    HUMAN = "HUMAN"
    STATED_BY_SOURCE = "STATED_BY_SOURCE"
    CODE_LOOKUP = "CODE_LOOKUP"
    CROSSWALK = "CROSSWALK"
    LABEL_MATCH = "LABEL_MATCH"
    MODEL = "MODEL"
    UNMATCHED = "UNMATCHED"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another skill the same words may mean, by its hub key."""

    skill: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """One statement and the skill it was linked to.

    `skill` is the hub's key, None when UNMATCHED. `start` and `end` are character offsets of
    `stated_as` in the text it was found in, None when the statement stood by itself.
    """

    stated_as: str
    method: AlignmentMethod
    confidence: float
    skill: int | None = None
    language: str | None = None
    start: int | None = None
    end: int | None = None
    alternatives: tuple[Alternative, ...] = ()
