"""Who may see which field of a person: one table, and nothing outside it is shown.

A field is open to whoever holds the object, to the learner alone, to whoever has a consent for
its scope, or it stands within what one of those led to. A field of these types that has no entry
is shown to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from isthmus.model.consent import DataScope


class Rule(Enum):
    """What a field without a scope of its own hangs on."""

    ALWAYS = "ALWAYS"
    """Whoever may name the object sees it: it says nothing of the person."""
    OWNER = "OWNER"
    """The learner alone, whatever was consented to."""
    WITHIN = "WITHIN"
    """Whoever was given the object it stands in, by a field that has a rule."""


Needs = Rule | DataScope

_TITLES, _DETAIL = DataScope.CREDENTIAL_TITLES, DataScope.CREDENTIAL_DETAIL

FIELDS: Mapping[str, Mapping[str, Needs]] = {
    "Learner": {
        "id": Rule.ALWAYS,
        "displayName": DataScope.IDENTITY,
        "contact": DataScope.CONTACT,
        "credentials": _TITLES,
        "skills": DataScope.SKILLS,
        "traits": DataScope.TRAITS,
        "consents": Rule.OWNER,
        "accessLog": Rule.OWNER,
        "sourceLinks": Rule.OWNER,
        "guardians": Rule.OWNER,
        "wards": Rule.OWNER,
        "preferences": Rule.OWNER,
    },
    "Credential": {
        "id": Rule.ALWAYS,
        "learner": Rule.ALWAYS,
        "uri": _DETAIL,
        "qualification": _TITLES,
        "issuer": _TITLES,
        "title": _TITLES,
        "scale": _TITLES,
        "learningType": _TITLES,
        "form": _TITLES,
        "issuedOn": _TITLES,
        "validUntil": _TITLES,
        "renewal": _TITLES,
        "status": _TITLES,
        "verification": _TITLES,
        "provenance": _TITLES,
        "outcomes": _DETAIL,
        "credits": _DETAIL,
        "level": _DETAIL,
        "assessment": _DETAIL,
        "document": _DETAIL,
        "skills": DataScope.SKILLS,
        "evidence": DataScope.EVIDENCE,
    },
    "LearnerSkill": {
        "skill": Rule.WITHIN,
        "level": Rule.WITHIN,
        "strongestVerification": Rule.WITHIN,
        "supportedBy": _TITLES,
    },
    "Trait": {"kind": Rule.WITHIN, "label": Rule.WITHIN, "verification": Rule.WITHIN},
    "Contact": {"email": Rule.WITHIN, "phone": Rule.WITHIN},
    "LearnerPreferences": {"languages": Rule.WITHIN, "lowBandwidth": Rule.WITHIN},
    "SourceLink": dict.fromkeys(("source", "state", "linkedAt", "expiresAt"), Rule.WITHIN),
    "Guardianship": dict.fromkeys(
        ("id", "learner", "state", "createdAt", "acceptedAt", "endedAt", "consents"), Rule.WITHIN
    ),
    "Evidence": dict.fromkeys(("kind", "title", "url", "hash", "visibleTo"), Rule.WITHIN),
    "CredentialDocument": dict.fromkeys(
        ("format", "mediaType", "bodyBase64", "original", "signedByHub", "lossy"), Rule.WITHIN
    ),
    "Consent": dict.fromkeys(
        (
            "id", "learner", "recipient", "purpose", "fields", "sources", "dataFrom", "dataTo",
            "mode", "status", "awaitsGuardian", "requestedAt", "grantedAt", "expiresAt",
            "revokedAt", "upstream", "receipt",
        ),
        Rule.WITHIN,
    ),
    "AccessEvent": dict.fromkeys(
        ("at", "by", "consent", "purpose", "fields", "operation"), Rule.WITHIN
    ),
    "Renewal": dict.fromkeys(
        ("renewable", "opensOn", "closesOn", "cost", "method", "url"), Rule.WITHIN
    ),
    "Endorsement": dict.fromkeys(
        ("by", "byLearner", "relationship", "comment", "on", "signed"), Rule.WITHIN
    ),
    "ExportJob": dict.fromkeys(
        ("id", "state", "format", "records", "bodyBase64", "expiresAt"), Rule.WITHIN
    ),
}  # fmt: skip


def needs(type_name: str, field_name: str) -> Needs | None:
    """Give what a field hangs on; None where nobody decided, so that nobody sees it."""
    return FIELDS.get(type_name, {}).get(field_name)
