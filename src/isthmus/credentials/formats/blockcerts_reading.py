"""What a Blockcert says, in each of the three shapes it has had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isthmus.credentials.formats import achievement, issued, stated
from isthmus.credentials.formats.open_badges_2 import recipient
from isthmus.model.credential import (
    Credential,
    CredentialForm,
    CredentialFormat,
    StatedQualification,
    Subject,
)


def of_version_3(claims: Mapping[str, Any]) -> Credential:
    """Read a certificate that is a W3C credential."""
    subject = stated.first(claims.get("credentialSubject"))
    claim = stated.first(subject.get("claim")) or stated.first(subject.get("achievement"))
    fields = issued.common(claims)
    name = stated.text(claim.get("name"))
    fields["title"] = fields["title"] or name
    fields["description"] = fields["description"] or stated.text(claim.get("description"))
    return Credential(
        format=CredentialFormat.BLOCKCERTS,
        subject=_third_subject(subject),
        qualification=StatedQualification(name=name, uri=stated.url(claim)) if name else None,
        skills=tuple(achievement.skills(stated.objects(claim.get("alignment")))),
        **fields,
    )


def _third_subject(found: Mapping[str, Any]) -> Subject:
    email = stated.word(found.get("email"))
    return Subject(
        id=stated.url(found),
        name=stated.word(found.get("name")),
        identity=email,
        identity_kind="email" if email else None,
    )


def of_version_2(claims: Mapping[str, Any]) -> Credential:
    """Read a certificate that is an Open Badges 2 assertion."""
    badge = stated.first(claims.get("badge"))
    profile = stated.first(claims.get("recipientProfile"))
    whom = recipient(claims)
    name = stated.text(badge.get("name"))
    return Credential(
        format=CredentialFormat.BLOCKCERTS,
        form=CredentialForm.SIGNED_DOCUMENT,
        title=name,
        description=stated.text(badge.get("description")),
        uri=stated.url(claims.get("id")),
        issuer=issued.organization(badge.get("issuer")),
        subject=whom if whom.name else _named(whom, stated.word(profile.get("name"))),
        qualification=StatedQualification(name=name, uri=stated.url(badge)) if name else None,
        issued_at=stated.moment(claims.get("issuedOn")),
        valid_from=stated.moment(claims.get("issuedOn")),
        valid_until=stated.moment(claims.get("expires")),
        skills=tuple(achievement.skills(stated.objects(badge.get("alignment")))),
    )


def _named(whom: Subject, name: str | None) -> Subject:
    return Subject(
        id=whom.id,
        name=name,
        identity=whom.identity,
        identity_kind=whom.identity_kind,
        hashed=whom.hashed,
        salt=whom.salt,
    )


def of_version_1(document: Mapping[str, Any]) -> Credential:
    """Read a certificate of version 1.2."""
    certificate = stated.first(document.get("certificate"))
    assertion = stated.first(document.get("assertion"))
    found = stated.first(document.get("recipient"))
    names = (stated.word(found.get("givenName")), stated.word(found.get("familyName")))
    name = stated.text(certificate.get("name", certificate.get("title")))
    return Credential(
        format=CredentialFormat.BLOCKCERTS,
        form=CredentialForm.SIGNED_DOCUMENT,
        title=name,
        description=stated.text(certificate.get("description")),
        uri=stated.url(assertion.get("id")),
        issuer=issued.organization(certificate.get("issuer")),
        subject=_named(recipient(document), " ".join(part for part in names if part) or None),
        qualification=StatedQualification(name=name) if name else None,
        issued_at=stated.moment(assertion.get("issuedOn")),
        valid_from=stated.moment(assertion.get("issuedOn")),
        valid_until=stated.moment(assertion.get("expires")),
    )
