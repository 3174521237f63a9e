"""What a certificate of DigiLocker says of a course: its level, outcomes, credits and hours.

The academic schema that is published has no place for them. Skill certificates do state them; the
names here are those of our own simulator, met by what attributes are called, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from isthmus.credentials.formats import stated
from isthmus.model.credential import StatedOutcome, StatedSkill
from isthmus.model.outcome import LevelMark
from isthmus.model.qualification import CreditValue, Workload
from isthmus.model.text import Text

LEVELS, OUTCOMES, CREDITS = "NSQF", "NOS", "NCRF"
_MOST = 200


@dataclass(frozen=True, slots=True)
class Course:
    """A course, as far as a certificate states it."""

    code: str | None = None
    level: LevelMark | None = None
    outcomes: tuple[StatedOutcome, ...] = ()
    credits: tuple[CreditValue, ...] = ()
    workload: Workload | None = None


def course_of(data: Mapping[str, Any], language: str) -> Course:
    """Read the course of a certificate's data; empty where it states none."""
    found = stated.first(data.get("Course"))
    hours = _number(found.get("hours"))
    return Course(
        code=stated.word(found.get("qpCode")) or stated.word(found.get("code")),
        level=_level(found),
        outcomes=tuple(_outcomes(stated.first(data.get("Outcomes")), language)),
        credits=tuple(_credits(found)),
        workload=None if hours is None else Workload(hours, hours, f"{hours:g} hours"),
    )


def _level(found: Mapping[str, Any]) -> LevelMark | None:
    """Read the level; without its generation it is of no framework that is known.

    The levels of 2013 and of 2023 are different scales.
    """
    level, version = stated.word(found.get("nsqfLevel")), stated.word(found.get("nsqfVersion"))
    if level is None:
        return None
    return LevelMark(f"{LEVELS}-{version}" if version else LEVELS, level)


def _credits(found: Mapping[str, Any]) -> Iterator[CreditValue]:
    points = _number(found.get("credits"))
    if points is not None:
        yield CreditValue(CREDITS, points)


def _outcomes(holder: Mapping[str, Any], language: str) -> Iterator[StatedOutcome]:
    for item in stated.objects(holder.get("Outcome"))[:_MOST]:
        name, code = stated.word(item.get("name")), stated.word(item.get("code"))
        if name:
            skill = StatedSkill(text=name, code=code, scheme=OUTCOMES, language=language)
            yield StatedOutcome(Text(name, language), skills=(skill,))


def _number(value: Any) -> float | None:
    try:
        found = float(stated.word(value) or "")
    except ValueError:
        return None
    return found if 0 < found < 1_000_000 else None  # noqa: PLR2004 - neither is any real course
