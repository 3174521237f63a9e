"""What an Open Badges 3 achievement says: qualification, skills, outcomes, credits, results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from isthmus.credentials.formats import stated
from isthmus.model.credential import (
    CredentialAssessment,
    Result,
    StatedOutcome,
    StatedQualification,
    StatedSkill,
)
from isthmus.model.outcome import LevelMark
from isthmus.model.qualification import CreditValue, Scale
from isthmus.model.text import Text

_SCALES = {
    "microcredential": Scale.MICRO,
    "micro-credential": Scale.MICRO,
    "micro credential": Scale.MICRO,
    "macro-credential": Scale.MACRO,
    "macrocredential": Scale.MACRO,
}
_LEVELS = {"ceterms:eqf": "EQF", "eqf": "EQF", "nsqf": "NSQF"}


def fields_of(subject: Mapping[str, Any], language: str = "und") -> dict[str, Any]:
    """Give the fields of `Credential` that a subject and its achievement state."""
    found = stated.first(subject.get("achievement"))
    alignments = stated.objects(found.get("alignment", found.get("alignments")))
    results = stated.objects(subject.get("result"))
    for result in results:
        alignments = alignments + stated.objects(result.get("alignment"))
    return {
        "qualification": qualification(found, language),
        "skills": tuple(skills(alignments, language)),
        "outcomes": tuple(_outcomes(found, language)),
        "credits": tuple(_credits(subject, found)),
        "level": _level(alignments),
        "assessment": _assessment(found, results),
        "scale": scale_of(stated.word(found.get("achievementType"))),
        "languages": tuple(dict.fromkeys(stated.words(found.get("inLanguage")))),
    }


def qualification(found: Mapping[str, Any], language: str = "und") -> StatedQualification | None:
    """Name what was earned; None where nothing is named."""
    name, uri = stated.text(found.get("name"), language), stated.url(found.get("id"))
    if name is None and uri is None:
        return None
    return StatedQualification(
        name=name,
        uri=uri,
        code=stated.word(found.get("humanCode")),
        kind=stated.word(found.get("achievementType")),
        aligned=aligned_as(name, stated.objects(found.get("alignment", found.get("alignments")))),
    )


def aligned_as(name: Text | None, alignments: list[dict[str, Any]]) -> tuple[str, ...]:
    """Give the addresses that something is aligned to under its own name.

    Another name may be that of something larger, which nobody has earned by this.
    """
    if name is None:
        return ()
    own = name.value.casefold()
    found = [
        stated.url(item.get("targetUrl", item.get("targetURL")))
        for item in alignments
        if (stated.word(item.get("targetName", item.get("target_name"))) or "").casefold() == own
    ]
    return tuple(dict.fromkeys(url for url in found if url))


def skills(alignments: list[dict[str, Any]], language: str = "und") -> Iterator[StatedSkill]:
    """Yield each alignment once, as the document states it."""
    seen = set()
    for item in alignments:
        skill = StatedSkill(
            text=stated.word(item.get("targetName", item.get("target_name"))),
            uri=stated.url(item.get("targetUrl", item.get("targetURL"))),
            code=stated.word(item.get("targetCode")),
            scheme=stated.word(item.get("targetFramework")),
            language=None if language == "und" else language,
        )
        if skill not in seen and (skill.text or skill.uri or skill.code):
            seen.add(skill)
            yield skill


def scale_of(kind: str | None) -> Scale:
    """Tell micro from macro, only where the document says so in as many words."""
    return _SCALES.get((kind or "").removeprefix("ext:").casefold(), Scale.UNKNOWN)


def _outcomes(found: Mapping[str, Any], language: str) -> Iterator[StatedOutcome]:
    """Yield what the award asks of a learner, where each part is named with its alignment."""
    for item in stated.objects(found.get("resultDescription")):
        name = stated.text(item.get("name"), language)
        aligned = tuple(skills(stated.objects(item.get("alignment")), language))
        if name is not None and aligned:
            yield StatedOutcome(name, stated.url(item.get("id")), aligned)


def _credits(subject: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[CreditValue]:
    points = stated.number(subject.get("creditsEarned"))
    if points is None:
        points = stated.number(found.get("creditsAvailable"))
    if points is not None:
        yield CreditValue("UNSTATED", points)


def _level(alignments: list[dict[str, Any]]) -> LevelMark | None:
    for item in alignments:
        framework = (stated.word(item.get("targetFramework")) or "").casefold()
        code = stated.word(item.get("targetCode"))
        if framework in _LEVELS and code and code.isdigit():
            return LevelMark(_LEVELS[framework], code)
    return None


def _assessment(
    found: Mapping[str, Any], results: list[dict[str, Any]]
) -> CredentialAssessment | None:
    if not results:
        return None
    described: dict[str, Mapping[str, Any]] = {
        item["id"]: item
        for item in stated.objects(found.get("resultDescription"))
        if isinstance(item.get("id"), str)
    }
    return CredentialAssessment(results=tuple(_result(item, described) for item in results))


def _result(item: Mapping[str, Any], described: Mapping[str, Mapping[str, Any]]) -> Result:
    reference = item.get("resultDescription")
    about = described.get(reference, {}) if isinstance(reference, str) else {}
    value = stated.word(item.get("value"))
    if value is None:
        value = _level_name(item.get("achievedLevel"), described)
    return Result(stated.word(about.get("name")), value, stated.word(item.get("status")))


def _level_name(wanted: Any, described: Mapping[str, Mapping[str, Any]]) -> str | None:
    for about in described.values():
        for level in stated.objects(about.get("rubricCriterionLevel")):
            if wanted is not None and level.get("id") == wanted:
                return stated.word(level.get("level", level.get("name")))
    return None
