"""W3C verifiable credentials and presentations, data models 1.1 and 2.0, as JSON-LD or JWT."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from isthmus.credentials.contract import Reading, Surroundings
from isthmus.credentials.formats import achievement, issued, schemas, stated, w3c_rules
from isthmus.credentials.formats.faults import Fault, rows
from isthmus.credentials.formats.opened_format import OpenedFormat, ReadPart, data_of, opened_of
from isthmus.credentials.formats.opening import Opened
from isthmus.credentials.proofs import status
from isthmus.model.credential import Credential, CredentialForm, CredentialFormat, Subject
from isthmus.model.verification import Check, CheckKind, CheckResult

_TYPES = {
    "VerifiableCredential",
    "VerifiablePresentation",
    "EnvelopedVerifiableCredential",
    "EnvelopedVerifiablePresentation",
}


def is_w3c(claims: Mapping[str, Any]) -> bool:
    """Tell whether claims have the shape of a W3C credential or presentation."""
    if _TYPES & set(stated.words(claims.get("type"))):
        return True
    contexts = stated.many(claims.get("@context"))
    is_schema = "schema" in claims or "$schema" in claims  # described in linked data, as some are
    return not is_schema and (w3c_rules.BASE_1 in contexts or w3c_rules.BASE_2 in contexts)


class W3cCredential(OpenedFormat):
    """Any W3C credential that no more particular format claims."""

    name = CredentialFormat.W3C_VC_2
    names = (CredentialFormat.W3C_VC_2, CredentialFormat.W3C_VC_1_1)

    def claims(self, opened: Opened) -> bool:
        """Tell by type or first context."""
        return is_w3c(issued.credential_of(opened))

    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Read a credential, or a presentation with the credentials in it."""
        claims = issued.credential_of(opened)
        if w3c_rules.is_presentation(claims):
            return _presentation(opened, claims, read_part)
        if set(stated.words(claims.get("type"))) & set(w3c_rules.ENVELOPES):
            return _shown(opened, claims, [read_part(_content(claims))])
        credential = Credential(
            format=_format(claims),
            subject=issued.subject(claims),
            **issued.common(claims) | _earned(claims),
        )
        return Reading(credential.format, credential, data_of(opened), opened.document)

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Check form, what an issued credential must state, proofs and status."""
        return await w3c_checks(reading, surroundings)


async def w3c_checks(
    reading: Reading, surroundings: Surroundings, schema: list[Check] | None = None
) -> list[Check]:
    """Check form, schema, proofs and status of anything W3C-shaped."""
    opened = opened_of(reading)
    claims = issued.credential_of(opened)
    found = rows(CheckKind.FORMAT, _form(claims, surroundings), "has the form of its data model")
    found += schema if schema is not None else rows(CheckKind.SCHEMA, required(claims), _COMPLETE)
    found += await schemas.named_schema_rows(claims, surroundings)
    found += await issued.proof_rows(opened, surroundings)
    if w3c_rules.is_presentation(claims):
        return found
    return found + await status.check_status(claims, surroundings)


_COMPLETE = "states what its data model requires of an issued credential"


def _form(claims: Mapping[str, Any], surroundings: Surroundings) -> Iterator[Fault]:
    yield from w3c_rules.form_faults(claims)
    yield from w3c_rules.type_faults(claims, lambda url: issued.terms_at_hand(url, surroundings))


def required(claims: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what an issued credential must state and this one does not."""
    if w3c_rules.is_presentation(claims):
        return
    if "issuer" not in claims:
        # what nobody signed may still be a draft, whose issuer is added when it is issued
        result = CheckResult.FAIL if "proof" in claims else CheckResult.WARN
        yield Fault("/issuer", "an issued credential must state its issuer", result)
    if w3c_rules.version_of(claims) == 1 and not {"issuanceDate", "validFrom"} & set(claims):
        yield Fault("/issuanceDate", "an issued credential must state when it was issued")


def _earned(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Read what was earned, where a subject names it in one of the usual ways."""
    subject = stated.first(claims.get("credentialSubject"))
    if stated.objects(subject.get("achievement")):
        return achievement.fields_of(subject)
    aligned = stated.objects(subject.get("alignment"))
    fields: dict[str, Any] = {"skills": tuple(achievement.skills(aligned))}
    for name in ("degree", "hasCredential", "course", "qualification"):
        found = stated.first(subject.get(name))
        earned = achievement.qualification(found)
        if earned is not None:
            kind = next(iter(stated.words(found.get("type"))), None)
            return fields | {"qualification": replace(earned, kind=earned.kind or kind)}
    return fields


def _format(claims: Mapping[str, Any]) -> CredentialFormat:
    is_first = w3c_rules.version_of(claims) == 1
    return CredentialFormat.W3C_VC_1_1 if is_first else CredentialFormat.W3C_VC_2


def _presentation(opened: Opened, claims: Mapping[str, Any], read_part: ReadPart) -> Reading:
    inside = stated.many(claims.get("verifiableCredential"))
    return _shown(opened, claims, [read_part(_content(item)) for item in inside])


def _shown(opened: Opened, claims: Mapping[str, Any], found: list[Reading | None]) -> Reading:
    """Show the one credential inside a document, or all of them as its parts."""
    nested = tuple(reading for reading in found if reading is not None)
    if len(nested) == 1:
        shown = nested[0].credential
    else:
        shown = Credential(
            format=_format(claims),
            form=CredentialForm.VERIFIABLE_CREDENTIAL,
            subject=Subject(id=stated.url(claims.get("holder"))),
            parts=tuple(reading.credential for reading in nested),
        )
    shown = replace(shown, format=_format(claims))
    return Reading(shown.format, shown, data_of(opened), opened.document, nested=nested)


def _content(item: Any) -> Any:
    """Give the token inside an enveloped credential, or the credential itself."""
    address = item.get("id") if isinstance(item, dict) else None
    if isinstance(address, str) and address.startswith("data:application/vc"):
        return address.partition(",")[2]
    return item
