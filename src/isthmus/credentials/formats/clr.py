"""Comprehensive Learner Records 2.0: signed credentials put together, with their associations."""

from __future__ import annotations

from typing import Any

from isthmus.credentials.contract import Reading, Surroundings
from isthmus.credentials.formats import achievement, issued, stated
from isthmus.credentials.formats.open_badges_3 import endorsements, vocabulary_rows
from isthmus.credentials.formats.opened_format import OpenedFormat, ReadPart, data_of, opened_of
from isthmus.credentials.formats.opening import Opened
from isthmus.credentials.formats.w3c import is_w3c, w3c_checks
from isthmus.model.credential import Credential, CredentialFormat
from isthmus.model.verification import Check


class ComprehensiveRecord(OpenedFormat):
    """A record whose parts are credentials of their own, each signed by its issuer."""

    name = CredentialFormat.CLR_2
    names = (CredentialFormat.CLR_2,)

    def claims(self, opened: Opened) -> bool:
        """Tell by type, or by a subject that holds credentials."""
        claims = issued.credential_of(opened)
        if not is_w3c(claims):
            return False
        subject = stated.first(claims.get("credentialSubject"))
        return (
            "ClrCredential" in stated.words(claims.get("type"))
            or "ClrSubject" in stated.words(subject.get("type"))
            or "verifiableCredential" in subject
        )

    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Read the record and each credential in it."""
        claims = issued.credential_of(opened)
        subject = stated.first(claims.get("credentialSubject"))
        inner = [read_part(part) for part in stated.many(subject.get("verifiableCredential"))]
        nested = tuple(reading for reading in inner if reading is not None)
        fields: dict[str, Any] = issued.common(claims)
        aligned = [
            item
            for found in stated.objects(subject.get("achievement"))
            for item in stated.objects(found.get("alignment"))
        ]
        credential = Credential(
            format=CredentialFormat.CLR_2,
            subject=issued.subject(claims),
            skills=tuple(achievement.skills(aligned)),
            parts=tuple(reading.credential for reading in nested),
            **fields,
        )
        return Reading(
            CredentialFormat.CLR_2,
            credential,
            data_of(opened),
            opened.document,
            nested=nested,
            endorsements=endorsements(claims, read_part),
        )

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Check form, the rules of the vocabulary, proofs and status of the record itself."""
        claims = issued.credential_of(opened_of(reading))
        return await w3c_checks(reading, surroundings, vocabulary_rows(claims, "ClrCredential"))
