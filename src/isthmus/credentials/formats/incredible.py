"""inCredible, the electronic skill credential of India: Open Badges 2 with assessed evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from isthmus.credentials.contract import Reading, Surroundings
from isthmus.credentials.formats import achievement, issued, stated
from isthmus.credentials.formats.faults import Fault, rows
from isthmus.credentials.formats.incredible_signature import signature_rows
from isthmus.credentials.formats.incredible_terms import local, plain
from isthmus.credentials.formats.opened_format import OpenedFormat, ReadPart, data_of, opened_of
from isthmus.credentials.formats.opening import Opened
from isthmus.model.credential import (
    Credential,
    CredentialAssessment,
    CredentialForm,
    CredentialFormat,
    Evidence,
    EvidenceKind,
    Result,
    StatedQualification,
    StatedSkill,
    Subject,
)
from isthmus.model.outcome import LevelMark
from isthmus.model.verification import Check, CheckKind

_KINDS = {
    "AssessedEvidence": EvidenceKind.ASSESSMENT_RESULT,
    "TrainingEvidence": EvidenceKind.TRANSCRIPT,
}


class InCredible(OpenedFormat):
    """A skill credential; the prefixes that its samples use are dropped before reading."""

    name = CredentialFormat.INCREDIBLE
    names = (CredentialFormat.INCREDIBLE,)

    def claims(self, opened: Opened) -> bool:
        """Tell by the extension that every such credential names."""
        return "CertificateExtension" in _types(plain(opened.claims, 2))

    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Read the certificate."""
        claims = plain(opened.claims)
        badge = stated.first(claims.get("badge"))
        aligned = stated.objects(badge.get("alignment"))
        name = stated.text(badge.get("name"))
        awarded = claims.get("awardedOn", claims.get("issuedOn"))
        uri = stated.url(claims)
        skills = tuple(_unqualified(achievement.skills(aligned)))
        qualified = _qualified(aligned)
        credential = Credential(
            format=self.name,
            form=CredentialForm.SIGNED_DOCUMENT,
            title=name,
            description=stated.text(badge.get("description")),
            uri=uri,
            issuer=issued.organization(_with_id(badge.get("awardedBy", badge.get("issuer")))),
            subject=_subject(claims),
            qualification=StatedQualification(
                name=name,
                uri=qualified.uri if qualified else stated.url(badge),
                code=qualified.code if qualified else None,
            )
            if name
            else None,
            issued_at=stated.moment(awarded),
            valid_from=stated.moment(awarded),
            valid_until=stated.moment(claims.get("expires", claims.get("validUntil"))),
            skills=skills,
            level=_level(aligned),
            assessment=_assessment(claims),
            evidence=tuple(_evidence(claims)),
        )
        return Reading(self.name, credential, data_of(opened), opened.document)

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Check form, what a certificate must state, and its signature."""
        stated_claims = opened_of(reading).claims
        claims = plain(stated_claims)
        found = rows(CheckKind.FORMAT, _form(claims), "is a skill credential")
        found += rows(CheckKind.SCHEMA, _required(claims), "states what a certificate must")
        return found + await signature_rows(stated_claims, surroundings)


def _types(value: Mapping[str, Any]) -> set[str]:
    return {local(item) for item in stated.words(value.get("type"))}


def _with_id(value: Any) -> Any:
    return stated.first(value) or value


def _level(aligned: list[dict[str, Any]]) -> LevelMark | None:
    for item in aligned:
        name = stated.word(item.get("targetName")) or ""
        level = name.rpartition("Level ")[2]
        if item.get("targetFramework") == "NSQF" and "Level " in name and level.isdigit():
            return LevelMark("NSQF", level)
    return None


def _qualified(aligned: list[dict[str, Any]]) -> StatedSkill | None:
    found = [item for item in aligned if item.get("targetFramework") == "NSQF"]
    return next(achievement.skills(found), None)


def _unqualified(found: Iterator[StatedSkill]) -> Iterator[StatedSkill]:
    """Leave out the alignment that is the qualification itself, in the national framework."""
    return (skill for skill in found if skill.scheme != "NSQF")


def _subject(claims: Mapping[str, Any]) -> Subject:
    """Read who received it: a name; never the government's numbers beside it."""
    found = stated.first(claims.get("recipient"))
    pointed = [stated.first(item.get("subject")) for item in stated.objects(claims.get("evidence"))]
    names = [stated.word(item.get("name")) for item in (found, *pointed)]
    identity = stated.word(found.get("identity"))
    is_public = identity is not None and "$" in identity
    return Subject(
        name=next((name for name in names if name), None),
        identity=identity if is_public else None,
        identity_kind="email" if is_public else None,
        hashed=is_public,
        salt=stated.word(found.get("salt")) if is_public else None,
    )


def _assessment(claims: Mapping[str, Any]) -> CredentialAssessment | None:
    results = [
        Result(
            stated.word(item.get("name")),
            stated.word(stated.first(item["assessment"]).get("value")),
        )
        for item in stated.objects(claims.get("evidence"))
        if stated.objects(item.get("assessment"))
    ]
    return CredentialAssessment(results=tuple(results)) if results else None


def _evidence(claims: Mapping[str, Any]) -> Iterator[Evidence]:
    for item in stated.objects(claims.get("evidence")):
        kinds = [_KINDS[kind] for kind in sorted(_types(item)) if kind in _KINDS]
        kind = kinds[0] if kinds else EvidenceKind.OTHER
        yield Evidence(kind, stated.text(item.get("name")), stated.url(item))


def _form(claims: Mapping[str, Any]) -> Iterator[Fault]:
    if not _types(claims) & {"Assertion", "Credential"}:
        yield Fault("/type", "the type must name a credential or an assertion")


def _required(claims: Mapping[str, Any]) -> Iterator[Fault]:
    for name in ("badge", "recipient"):
        if not stated.objects(claims.get(name)):
            yield Fault(f"/{name}", f"a certificate must state its {name}")
    awarded = claims.get("awardedOn", claims.get("issuedOn"))
    if stated.moment(awarded) is None:
        yield Fault("/awardedOn", "a certificate must state when it was awarded")
