"""What a claim of the European Learning Model says: achievement, activity, assessment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from isthmus.credentials.formats import elm_words, stated
from isthmus.model.credential import (
    CredentialAssessment,
    Result,
    StatedOutcome,
    StatedQualification,
    StatedSkill,
)
from isthmus.model.outcome import LevelMark
from isthmus.model.qualification import CreditValue, Workload
from isthmus.model.text import Text

_DEEPEST = 4


def text_of(value: Any) -> Text | None:
    """Read a language map or a note; English leads where it is there."""
    for item in stated.objects(value):
        if "noteLiteral" in item:
            return text_of(item["noteLiteral"])
    return stated.text(value, "en")


def label(value: Any) -> str | None:
    """Give the preferred label of a concept, in English where it has one."""
    found = text_of(stated.first(value).get("prefLabel"))
    return found.value if found else None


def award(claim: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """Give the fields of `Credential` that one claim states, and its parts as the same."""
    spec = stated.first(claim.get("specifiedBy"))
    outcomes = tuple(_outcomes(spec))
    parts = stated.objects(claim.get("hasPart")) if depth < _DEEPEST else []
    return {
        "title": text_of(claim.get("title")) or text_of(spec.get("title")),
        "description": text_of(claim.get("description")) or text_of(spec.get("description")),
        "qualification": _qualification(claim, spec),
        "learning_type": elm_words.learning_type(label(spec.get("learningSetting"))),
        "outcomes": outcomes,
        "skills": tuple(dict.fromkeys(skill for found in outcomes for skill in found.skills)),
        "credits": tuple(_credits(claim, spec)),
        "level": _level(spec),
        "workload": _workload(claim, spec),
        "assessment": _assessment(claim),
        "languages": tuple(_languages(spec)),
        "parts": tuple(award(item, depth + 1) for item in parts),
    }


def _qualification(claim: Mapping[str, Any], spec: Mapping[str, Any]) -> StatedQualification | None:
    name = text_of(spec.get("title")) or text_of(claim.get("title"))
    if name is None:
        return None
    identifier = stated.first(spec.get("identifier"))
    return StatedQualification(
        name=name,
        uri=stated.url(spec),
        code=stated.word(identifier.get("notation")),
        kind=label(spec.get("dcType")),
    )


def _outcomes(spec: Mapping[str, Any]) -> Iterator[StatedOutcome]:
    for item in stated.objects(spec.get("learningOutcome")):
        title = text_of(item.get("title"))
        if title is not None:
            yield StatedOutcome(title, stated.url(item), tuple(_skills(item)))


def _skills(outcome: Mapping[str, Any]) -> Iterator[StatedSkill]:
    for name, scheme in (("relatedESCOSkill", "ESCO"), ("relatedSkill", None)):
        for item in stated.many(outcome.get(name)):
            concept = {"id": item} if isinstance(item, str) else stated.first(item)
            found = text_of(concept.get("prefLabel"))
            uri = stated.url(concept)
            if found or uri:
                yield StatedSkill(
                    text=found.value if found else None,
                    uri=uri,
                    scheme=scheme or stated.url(concept.get("inScheme")),
                    language=found.language if found else None,
                )


def _credits(claim: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[CreditValue]:
    received = stated.objects(claim.get("creditReceived"))
    for item in received or stated.objects(spec.get("creditPoint")):
        points = stated.number(item.get("point"))
        if points is not None:
            framework = stated.first(item.get("framework"))
            named = elm_words.credit_framework(stated.url(framework), label(framework))
            yield CreditValue(named, points)


def _level(spec: Mapping[str, Any]) -> LevelMark | None:
    found = elm_words.eqf(stated.url(stated.first(spec.get("eqfLevel"))))
    if found is not None:
        return LevelMark("EQF", found)
    national = label(spec.get("nqfLevel"))
    return LevelMark("NQF", national) if national else None


def _workload(claim: Mapping[str, Any], spec: Mapping[str, Any]) -> Workload | None:
    for value in (claim.get("workload"), spec.get("volumeOfLearning")):
        if found := stated.word(value):
            return elm_words.workload(found)
    return None


def _assessment(claim: Mapping[str, Any]) -> CredentialAssessment | None:
    found = stated.objects(claim.get("provenBy"))
    if not found:
        return None
    watched = elm_words.supervision(label(found[0].get("idVerification")))
    return CredentialAssessment(
        supervised=watched.supervised,
        identity_checked=watched.identity_checked,
        results=tuple(_results(found)),
    )


def _results(assessments: list[dict[str, Any]]) -> Iterator[Result]:
    for item in assessments:
        title, grade = text_of(item.get("title")), text_of(item.get("grade"))
        if grade is not None:
            yield Result(title.value if title else None, grade.value)


def _languages(spec: Mapping[str, Any]) -> Iterator[str]:
    for item in stated.objects(spec.get("language")):
        if found := elm_words.language(stated.url(item)):
            yield found
