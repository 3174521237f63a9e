"""Open Badges 3.0, as JSON-LD, JWT or baked image; and endorsements, its second credential."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from isthmus.credentials.contract import Reading, Surroundings
from isthmus.credentials.formats import achievement, issued, stated, w3c_rules
from isthmus.credentials.formats.faults import Fault, rows
from isthmus.credentials.formats.opened_format import OpenedFormat, ReadPart, data_of, opened_of
from isthmus.credentials.formats.opening import Opened
from isthmus.credentials.formats.shape_rules import shape_faults
from isthmus.credentials.formats.w3c import is_w3c, required, w3c_checks
from isthmus.model.credential import Credential, CredentialFormat
from isthmus.model.verification import Check, CheckKind, CheckResult

_TYPES = {"AchievementCredential", "OpenBadgeCredential", "EndorsementCredential"}
_FINAL = "https://purl.imsglobal.org/spec/"
_CONTEXTS = ("/ob/v3p0", "/openbadges-specification/")


class OpenBadges3(OpenedFormat):
    """A badge, or an endorsement of a badge, an issuer or an achievement."""

    name = CredentialFormat.OPEN_BADGES_3
    names = (CredentialFormat.OPEN_BADGES_3,)

    def claims(self, opened: Opened) -> bool:
        """Tell by type, or by the context of Open Badges where the type is wrong."""
        claims = issued.credential_of(opened)
        if not is_w3c(claims) or "verifiableCredential" in claims:
            return False
        if _TYPES & set(stated.words(claims.get("type"))):
            return True
        subject = stated.first(claims.get("credentialSubject"))
        return has_context(claims, _CONTEXTS) and _is_only_badge(claims, subject)

    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Read a badge with the endorsements inside it."""
        claims = issued.credential_of(opened)
        credential = badge(claims)
        return Reading(
            credential.format,
            credential,
            data_of(opened),
            opened.document,
            endorsements=endorsements(claims, read_part),
        )

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Check form, the rules of the vocabulary, proofs and status."""
        claims = issued.credential_of(opened_of(reading))
        name = "AchievementCredential"
        if "EndorsementCredential" in stated.words(claims.get("type")):
            name = "EndorsementCredential"
        return await w3c_checks(reading, surroundings, vocabulary_rows(claims, name))


def badge(claims: Mapping[str, Any]) -> Credential:
    """Read the award from the claims of a badge."""
    subject = stated.first(claims.get("credentialSubject"))
    fields = issued.common(claims) | achievement.fields_of(subject)
    earned = fields["qualification"]
    if fields["title"] is None and earned is not None:
        fields["title"] = earned.name
    if fields["description"] is None:
        found = stated.first(subject.get("achievement"))
        told = found.get("description", subject.get("endorsementComment"))
        fields["description"] = stated.text(told)
    return Credential(
        format=CredentialFormat.OPEN_BADGES_3, subject=issued.subject(claims), **fields
    )


def vocabulary_rows(claims: Mapping[str, Any], name: str) -> list[Check]:
    """Check a credential by the tables; one of an earlier edition may lack what came later."""
    found = [*required(claims), *shape_faults(claims, name)]
    if not has_context(claims, (_FINAL,)) or w3c_rules.version_of(claims) == 1:
        found = [_softened(fault) for fault in found]
    return rows(CheckKind.SCHEMA, found, "satisfies the rules of its vocabulary")


def _softened(fault: Fault) -> Fault:
    if " must state " not in fault.sentence:
        return fault
    return replace(fault, result=CheckResult.WARN)


def has_context(claims: Mapping[str, Any], parts: tuple[str, ...]) -> bool:
    """Tell whether a context address holds one of these parts."""
    contexts = stated.words(claims.get("@context"))
    return any(part in context for part in parts for context in contexts)


def _is_only_badge(claims: Mapping[str, Any], subject: Mapping[str, Any]) -> bool:
    """Tell a badge with a wrong type from another credential that borrows the context."""
    others = set(stated.words(claims.get("type"))) - {"VerifiableCredential"}
    kinds = set(stated.words(subject.get("type")))
    return "achievement" in subject or "AchievementSubject" in kinds or (bool(others) and not kinds)


def endorsements(claims: Mapping[str, Any], read_part: ReadPart) -> tuple[Reading, ...]:
    """Read the endorsements of a badge, its issuer, its achievement and that one's creator."""
    read = (read_part(item) for item in _endorsements(claims))
    return tuple(reading for reading in read if reading is not None)


def _endorsements(claims: Mapping[str, Any]) -> Iterator[Any]:
    found = stated.first(stated.first(claims.get("credentialSubject")).get("achievement"))
    for endorsed in (
        claims,
        stated.first(claims.get("issuer")),
        found,
        stated.first(found.get("creator")),
    ):
        yield from stated.objects(endorsed.get("endorsement"))
        yield from (x for x in stated.many(endorsed.get("endorsementJwt")) if isinstance(x, str))
