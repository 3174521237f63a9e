"""European Digital Credentials in the European Learning Model 3, sealed (JAdES) or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from isthmus.credentials.contract import Reading, Surroundings
from isthmus.credentials.formats import elm_words, issued, stated, w3c_rules
from isthmus.credentials.formats.elm_accreditation import accreditation_rows
from isthmus.credentials.formats.elm_claims import award, label, text_of
from isthmus.credentials.formats.faults import Fault, rows
from isthmus.credentials.formats.opened_format import OpenedFormat, ReadPart, opened_of
from isthmus.credentials.formats.opening import Opened
from isthmus.credentials.proofs import status
from isthmus.model.credential import Credential, CredentialForm, CredentialFormat, Subject
from isthmus.model.organization import Organization, OrganizationRole
from isthmus.model.reference import Identifier
from isthmus.model.text import Text
from isthmus.model.verification import Check, CheckKind, CheckResult

_TYPE = "EuropeanDigitalCredential"
_CONTEXT = "http://data.europa.eu/snb/model/context/"
_FULL = "http://data.europa.eu/snb/model/ap/edc-generic-full"


class EuropeanCredential(OpenedFormat):
    """The richest form met: outcomes, ESCO skills, EQF level, credits, workload, assessment."""

    name = CredentialFormat.ELM_3
    names = (CredentialFormat.ELM_3,)

    def claims(self, opened: Opened) -> bool:
        """Tell by type or context, also inside the envelope that a builder exports."""
        claims = unwrapped(opened.claims)
        contexts = stated.words(claims.get("@context"))
        return _TYPE in stated.words(claims.get("type")) or any(
            context.startswith(_CONTEXT) for context in contexts
        )

    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Read the credential; several claims of a learner are its parts."""
        claims = unwrapped(opened.claims)
        if claims is not opened.claims:
            opened = replace(opened, claims=claims)
        data = opened if opened.envelope or opened.token else claims
        return Reading(self.name, _credential(claims), data, opened.document)

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Check form, what the profile requires, seal and status."""
        opened = opened_of(reading)
        claims = opened.claims
        found = rows(CheckKind.FORMAT, _form(claims), "is a European Digital Credential")
        found += rows(CheckKind.SCHEMA, _required(claims), "states what its profile requires")
        found += accreditation_rows(claims)
        found += await issued.proof_rows(opened, surroundings)
        return found + await status.check_status(claims, surroundings)


def unwrapped(claims: dict[str, Any]) -> dict[str, Any]:
    """Give the credential inside the JSON that a credential builder exports for upload."""
    inner = claims.get("credential")
    return inner if isinstance(inner, dict) and "credentialSubject" in inner else claims


def _credential(claims: Mapping[str, Any]) -> Credential:
    shown = stated.first(claims.get("displayParameter"))
    subject = stated.first(claims.get("credentialSubject"))
    told = [award(item) for item in stated.objects(subject.get("hasClaim"))]
    fields: dict[str, Any] = dict(told[0]) if told else {}
    title = text_of(shown.get("title")) or fields.pop("title", None)
    described = text_of(shown.get("description")) or fields.pop("description", None)
    fields.pop("title", None)
    fields.pop("description", None)
    return Credential(
        format=CredentialFormat.ELM_3,
        form=CredentialForm.VERIFIABLE_CREDENTIAL,
        title=title,
        description=described,
        uri=stated.url(claims.get("id")),
        issuer=_organisation(claims.get("issuer")),
        subject=_person(subject),
        scale=elm_words.scale(
            title.value if title else None,
            *(label(item) for item in stated.objects(claims.get("credentialProfiles"))),
            fields["qualification"].kind if fields.get("qualification") else None,
        ),
        issued_at=stated.moment(claims.get("issued", claims.get("issuanceDate"))),
        valid_from=stated.moment(claims.get("validFrom", claims.get("issuanceDate"))),
        valid_until=stated.moment(claims.get("validUntil", claims.get("expirationDate"))),
        evidence=issued.evidence(
            [{"id": item.get("id"), "name": text_of_plain(item)} for item in _evidence(claims)]
        ),
        parts=tuple(_part(item) for item in told[1:]) if len(told) > 1 else _parts(fields),
        **{name: value for name, value in fields.items() if name != "parts"},
    )


def _evidence(claims: Mapping[str, Any]) -> list[dict[str, Any]]:
    return stated.objects(claims.get("evidence"))


def text_of_plain(item: Mapping[str, Any]) -> Any:
    """Give the name of evidence: its title, or what kind it is."""
    found = text_of(item.get("title"))
    return found.value if found else label(item.get("dcType"))


def _parts(fields: Mapping[str, Any]) -> tuple[Credential, ...]:
    return tuple(_part(item) for item in fields.get("parts", ()))


def _part(fields: Mapping[str, Any]) -> Credential:
    kept = {name: value for name, value in fields.items() if name != "parts"}
    return Credential(
        format=CredentialFormat.ELM_3,
        form=CredentialForm.VERIFIABLE_CREDENTIAL,
        parts=_parts(fields),
        **kept,
    )


def _organisation(value: Any) -> Organization | None:
    found = {"id": value} if isinstance(value, str) else stated.first(value)
    uri = stated.url(found)
    name = text_of(found.get("legalName")) or text_of(found.get("altLabel"))
    name = name or text_of(found.get("prefLabel"))
    if name is None and uri is None:
        return None
    return Organization(
        name=name or Text(uri or ""),
        uri=uri,
        roles=(OrganizationRole.ISSUER,),
        identifiers=tuple(_identifiers(found)),
        did=stated.did(found),
    )


def _identifiers(found: Mapping[str, Any]) -> Iterator[Identifier]:
    for name, scheme in (("eIDASIdentifier", "eIDAS"), ("vatIdentifier", "VAT")):
        for item in stated.objects(found.get(name)):
            if value := stated.word(item.get("notation")):
                yield Identifier(scheme, value)
    for item in stated.objects(found.get("identifier")):
        value = stated.word(item.get("notation"))
        if value:
            yield Identifier(stated.word(item.get("schemeName")) or "UNSTATED", value)


def _person(found: Mapping[str, Any]) -> Subject:
    name = text_of(found.get("fullName"))
    contact = stated.first(found.get("contactPoint"))
    address = stated.url(stated.first(contact.get("emailAddress")))
    email = address.removeprefix("mailto:") if address else None
    return Subject(
        id=stated.url(found),
        name=name.value if name else None,
        identity=email,
        identity_kind="email" if email else None,
    )


def _form(claims: Mapping[str, Any]) -> Iterator[Fault]:
    yield from w3c_rules.form_faults(claims)
    if _TYPE not in stated.words(claims.get("type")):
        yield Fault("/type", f"the type must name {_TYPE}")


def _required(claims: Mapping[str, Any]) -> Iterator[Fault]:
    subject = stated.first(claims.get("credentialSubject"))
    if not stated.many(subject.get("hasClaim")):
        yield Fault("/credentialSubject/hasClaim", "a subject must claim something")
    for at, item in enumerate(stated.objects(subject.get("hasClaim"))):
        if text_of(item.get("title")) is None:
            yield Fault(f"/credentialSubject/hasClaim/{at}/title", "a claim must have a title")
    if _organisation(claims.get("issuer")) is None:
        yield Fault("/issuer", "a credential must state its issuer")
    if not stated.many(claims.get("credentialProfiles")):
        yield Fault("/credentialProfiles", "a credential must state its profile")
    if not claims.get("issuanceDate"):  # the seal adds it: a draft has none yet
        detail = "a sealed credential states when it was issued"
        yield Fault("/issuanceDate", detail, CheckResult.WARN)
    if _is_full(claims) and not stated.objects(claims.get("displayParameter")):
        yield Fault("/displayParameter", "a credential of this profile must say how it is shown")


def _is_full(claims: Mapping[str, Any]) -> bool:
    return any(item.get("id") == _FULL for item in stated.objects(claims.get("credentialSchema")))
