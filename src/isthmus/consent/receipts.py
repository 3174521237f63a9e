"""Receipts: a consent, and each read by it, as ISO/IEC TS 27560 has them in the terms of DPV.

A receipt is for the learner to keep. It names nobody: learner and recipient by their ids in the
graph, which mean nothing elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from isthmus.consent.lines import names
from isthmus.model.consent import Consent, ConsentMode, ConsentStatus, DataScope, Purpose
from isthmus.model.learner import Access

Json = dict[str, Any]

_NAMED_BY_IRI = (
    "dct:conformsTo", "dct:publisher", "dpv:hasDataController", "dpv:hasDataProcessor",
    "dpv:hasLegalBasis", "dpv:hasProcessing", "dpv:hasRecipient", "dpv:isExercisedAt",
    "dpv:isIndicatedBy", "schema:recipient", "skos:broader",
)  # fmt: skip
CONTEXT: Mapping[str, Any] = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "pd": "https://w3id.org/dpv/pd#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    **{name: {"@type": "@id"} for name in _NAMED_BY_IRI},
}
RECORD = "https://w3id.org/dpv/schema/dpv-27560#record"
RECEIPT = "https://w3id.org/dpv/schema/dpv-27560#receipt"
LANGUAGE = "EN"

_PURPOSES: Mapping[Purpose, tuple[str, str]] = {
    Purpose.JOB_MATCHING: ("dpv:ServiceProvision", "To match the learner with vacancies"),
    Purpose.CAREER_ADVICE: ("dpv:ServiceProvision", "To advise the learner on work and learning"),
    Purpose.RECOGNITION: ("dpv:Verification", "To recognise what was learned"),
    Purpose.HIRING_CHECK: ("dpv:PersonnelHiring", "To check what an applicant states"),
    Purpose.RESEARCH: ("dpv:ResearchAndDevelopment", "To study learning and work"),
    Purpose.PORTABILITY: ("dpv:ServiceProvision", "To take the learner's data elsewhere"),
}
_DATA: Mapping[DataScope, tuple[str, str]] = {
    DataScope.IDENTITY: ("pd:Name", "The learner's name"),
    DataScope.CREDENTIAL_TITLES: (
        "pd:Education",
        "What credentials are called, and who issued them",
    ),
    DataScope.CREDENTIAL_DETAIL: ("pd:Education", "What credentials say in full"),
    DataScope.SKILLS: ("pd:Education", "The skills that credentials show"),
    DataScope.EVIDENCE: ("pd:Education", "What credentials rest on"),
    DataScope.TRAITS: ("pd:ProfessionalCertification", "Licences and professional status"),
    DataScope.MATCHES: ("pd:Professional", "Which vacancies the learner fits"),
    DataScope.CONTACT: ("pd:Contact", "How to reach the learner"),
}


def receipt_of(consent: Consent, reads: Iterable[Access] = (), *, hub: str, now: datetime) -> Json:
    """Give the receipt of a consent, and of what was read by it; `hub` is its public address."""
    parts = [record_of(consent, hub), *(reading_of(read, hub) for read in reads)]
    name = f"{hub}/receipts/cns_{consent.id}"
    return {
        "@context": dict(CONTEXT),
        "@id": name,
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": name,
        "dct:conformsTo": RECEIPT,
        "dct:created": _moment(now),
        "dct:publisher": hub,
        "schema:recipient": "dpv:DataSubject",
        "dpv:hasRecordOfActivity": parts,
    }


def record_of(consent: Consent, hub: str) -> Json:
    """Give the record of a consent."""
    name = f"{hub}/consents/cns_{consent.id}"
    body = f"{hub}/organizations/org_{consent.recipient_id}"
    return {
        "@id": name,
        "@type": "dpv:ConsentRecord",
        "dct:identifier": name,
        "dct:conformsTo": RECORD,
        "dpv:hasDataSubject": _subject(consent, hub),
        "dpv:hasDataController": body,
        "dpv:hasDataProcessor": hub,
        "dpv:hasProcess": _process(consent, body),
        "dpv:hasConsentControl": {
            "@type": ["dpv:ProvideConsent", "dpv:WithdrawConsent"],
            "dpv:isExercisedAt": f"{hub}/graphql",
        },
        "dpv:hasRight": {
            "@type": ["dpv:DataSubjectRight", "eu-gdpr:A7-3"],
            "dct:title": "Right to Withdraw Consent",
            "dct:description": "revokeConsent; nothing is shown by the consent from then on",
            "dpv:isExercisedAt": f"{hub}/graphql",
        },
        "dpv:hasNotice": {
            "@type": "dpv:ConsentNotice",
            "dct:date": consent.requested_at.date().isoformat(),
            "dct:language": LANGUAGE,
            "dct:coverage": f"{consent.requested_at.date()}/{consent.expires_at.date()}",
        },
        "dpv:hasConsentStatus": list(_statuses(consent, body)),
    }


def reading_of(read: Access, hub: str) -> Json:
    """Give the record of one read, with the operation that read it."""
    name = f"{hub}/reads/{read.id}"
    scopes = frozenset(map(DataScope, read.scopes))
    return {
        "@id": name,
        "@type": "dpv:ConsentRecord",
        "dct:identifier": name,
        "dpv:hasProcess": {
            "@type": "dpv:Process",
            "dct:identifier": f"{hub}/consents/cns_{read.consent_id}",
            "dct:date": _moment(read.at),
            "dct:title": read.operation,
            "dpv:hasRecipient": f"{hub}/organizations/org_{read.recipient_id}",
            "dpv:hasPurpose": _purpose(Purpose(read.purpose)),
            "dpv:hasPersonalData": _data(scopes),
            "dpv:hasProcessing": ["dpv:Use"],
        },
    }


def _subject(consent: Consent, hub: str) -> Json:
    subject = {"@id": f"{hub}/learners/lrn_{consent.learner_id}", "@type": "dpv:DataSubject"}
    if consent.confirmed_at is not None or consent.awaits_guardian:
        subject["@type"] = "dpv:Child"
    return subject


def _process(consent: Consent, body: str) -> Json:
    keeps = consent.mode is ConsentMode.STORE
    return {
        "@type": "dpv:Process",
        "dpv:hasRecipient": body,
        "dpv:hasPurpose": _purpose(consent.purpose),
        "dpv:hasPersonalData": _data(consent.scopes),
        "dpv:hasProcessing": ["dpv:Use", "dpv:Store"] if keeps else ["dpv:Use"],
        "dpv:hasLegalBasis": "dpv:ExplicitlyExpressedConsent",
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageDuration",
            "dpv:hasDuration": _until(consent.expires_at) if keeps else "PT0S",
        },
    }


def _purpose(purpose: Purpose) -> Json:
    broader, sentence = _PURPOSES[purpose]
    return {
        "@type": "dpv:Purpose",
        "skos:broader": broader,
        "dct:title": purpose.value,
        "dct:description": sentence,
    }


def _data(scopes: Iterable[DataScope]) -> list[Json]:
    found = []
    for name in names(scopes):
        broader, sentence = _DATA[DataScope(name)]
        found.append(
            {
                "@type": "dpv:PersonalData",
                "skos:broader": broader,
                "dct:identifier": name,
                "dct:description": sentence,
            }
        )
    return found


def _statuses(consent: Consent, body: str) -> Iterable[Json]:
    """Say what became of a consent, in the order that it did."""
    if consent.granted_at is None or consent.granted_at > consent.requested_at:
        yield _status("dpv:ConsentRequested", body, consent.requested_at)
    if consent.granted_at is not None:
        yield _given(consent)
    if consent.status is ConsentStatus.REFUSED:
        yield {"@type": "dpv:ConsentRefused", "dpv:isIndicatedBy": "dpv:DataSubject"}
    if consent.status is ConsentStatus.REVOKED and consent.revoked_at is not None:
        yield _status("dpv:ConsentWithdrawn", "dpv:DataSubject", consent.revoked_at)
    if consent.status is ConsentStatus.EXPIRED:
        yield {"@type": "dpv:ConsentExpired", "dpv:isIndicatedAtTime": _moment(consent.expires_at)}


def _given(consent: Consent) -> Json:
    by: Any = "dpv:DataSubject"
    if consent.confirmed_at is not None:
        parent = {
            "@type": "dpv:ParentOfDataSubject",
            "dpv:hasJustification": "Confirmed by a guardian on " + _moment(consent.confirmed_at),
        }
        by = ["dpv:DataSubject", parent]
    given = _status("dpv:ConsentGiven", by, consent.granted_at or consent.requested_at)
    return given | {
        "@type": ["dpv:ConsentGiven", "dpv:ExpressedConsent"],
        "dpv:hasIndicationMethod": "grantConsent",
        "dpv:hasDuration": _until(consent.expires_at),
    }


def _status(kind: str, by: Any, at: datetime) -> Json:
    return {"@type": kind, "dpv:isIndicatedBy": by, "dpv:isIndicatedAtTime": _moment(at)}


def _until(at: datetime) -> Json:
    return {"@type": "dpv:UntilTimeDuration", "rdf:value": _moment(at)}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
