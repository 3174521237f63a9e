"""A learner's own statement, in a JSON form of this project: it never says more than SELF.

::

    {"type": "LearnerStatement", "title": "...", "description": "...", "language": "en",
     "learner": "did:...", "learningType": "INFORMAL",
     "skills": [{"text": "...", "uri": "...", "code": "...", "scheme": "..."}],
     "evidence": [{"title": "...", "url": "..."}], "statedOn": "2026-01-31"}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from isthmus.credentials.contract import Reading, Surroundings
from isthmus.credentials.formats import stated
from isthmus.credentials.formats.faults import Fault, rows
from isthmus.credentials.formats.opened_format import OpenedFormat, ReadPart, data_of, opened_of
from isthmus.credentials.formats.opening import Opened
from isthmus.model.credential import (
    Credential,
    CredentialForm,
    CredentialFormat,
    Evidence,
    EvidenceKind,
    StatedSkill,
    Subject,
)
from isthmus.model.qualification import LearningType
from isthmus.model.verification import Check, CheckKind, CheckResult

_SETTINGS = {setting.value: setting for setting in LearningType}
_KINDS = {kind.value: kind for kind in EvidenceKind}


class SelfStatement(OpenedFormat):
    """What a learner says of itself, unsigned."""

    name = CredentialFormat.SELF_STATEMENT
    names = (CredentialFormat.SELF_STATEMENT,)

    def claims(self, opened: Opened) -> bool:
        """Tell by type."""
        return opened.claims.get("type") == "LearnerStatement"

    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Read the statement."""
        claims = opened.claims
        language = stated.word(claims.get("language")) or "und"
        at = stated.moment(claims.get("statedOn"))
        credential = Credential(
            format=self.name,
            form=CredentialForm.SELF_STATEMENT,
            title=stated.text(claims.get("title"), language),
            description=stated.text(claims.get("description"), language),
            subject=Subject(id=stated.url(claims.get("learner"))),
            learning_type=_SETTINGS.get(
                stated.word(claims.get("learningType")) or "", LearningType.UNKNOWN
            ),
            issued_at=at,
            skills=tuple(_skills(claims, language)),
            evidence=tuple(_evidence(claims, language)),
            languages=tuple(stated.words(claims.get("language"))),
        )
        return Reading(self.name, credential, data_of(opened), opened.document)

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Check the form; nothing else can be checked of what somebody says of itself."""
        del surroundings
        found = rows(CheckKind.FORMAT, _faults(opened_of(reading).claims), "is a statement")
        detail = "a learner's own statement is not signed"
        return [*found, Check(CheckKind.SIGNATURE, CheckResult.SKIPPED, detail)]


def _skills(claims: Mapping[str, Any], language: str) -> Iterator[StatedSkill]:
    for item in stated.many(claims.get("skills")):
        entry = item if isinstance(item, dict) else {"text": item}
        skill = StatedSkill(
            text=stated.word(entry.get("text")),
            uri=stated.url(entry.get("uri")),
            code=stated.word(entry.get("code")),
            scheme=stated.word(entry.get("scheme")),
            language=None if language == "und" else language,
        )
        if skill.text or skill.uri or skill.code:
            yield skill


def _evidence(claims: Mapping[str, Any], language: str) -> Iterator[Evidence]:
    for item in stated.objects(claims.get("evidence")):
        kind = _KINDS.get(stated.word(item.get("kind")) or "", EvidenceKind.OTHER)
        hashed = stated.word(item.get("hash"))
        yield Evidence(
            kind, stated.text(item.get("title"), language), stated.url(item.get("url")), hashed
        )


def _faults(claims: Mapping[str, Any]) -> Iterator[Fault]:
    if stated.text(claims.get("title")) is None:
        yield Fault("/title", "a statement must have a title")
    if "statedOn" in claims and stated.moment(claims["statedOn"]) is None:
        yield Fault("/statedOn", "the date must be a date")
