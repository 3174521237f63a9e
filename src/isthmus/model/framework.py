"""Ladders of levels and credit systems."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from isthmus.model.organization import OrganizationLink
from isthmus.model.outcome import LevelMark
from isthmus.model.text import Text


class FrameworkKind(StrEnum):
    """What a framework orders."""

    NQF = "NQF"
    REGIONAL_QF = "REGIONAL_QF"
    WORLD_REFERENCE = "WORLD_REFERENCE"
    CREDIT = "CREDIT"
    EDUCATION_LEVEL = "EDUCATION_LEVEL"
    CPD = "CPD"


@dataclass(frozen=True, slots=True)
class LevelEquivalent:
    """A level of another framework beside one of ours; `basis` is the referencing document."""

    level: LevelMark
    basis: str


@dataclass(frozen=True, slots=True)
class Level:
    """One rung; `rank` counts from 1 at the bottom."""

    notation: str
    rank: int
    title: Text | None = None
    equivalents: tuple[LevelEquivalent, ...] = ()


@dataclass(frozen=True, slots=True)
class Framework:
    """A ladder in one version; `code` is what records name it by."""

    code: str
    name: Text
    kind: FrameworkKind
    version: str | None = None
    authority: OrganizationLink | None = None
    levels: tuple[Level, ...] = ()
