"""The classes of Open Badges 2.0 and 2.1, and where a hosted badge may stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from isthmus.credentials.formats import stated
from isthmus.credentials.formats.faults import Fault
from isthmus.credentials.formats.vocabulary import Shape

CONTEXTS = (
    "https://w3id.org/openbadges/v2",
    "https://openbadgespec.org/v2/context.json",
    "https://purl.imsglobal.org/spec/ob/v2p1",
    "https://purl.imsglobal.org/spec/ob/v2p0",
)
SIGNED = {"signed", "SignedBadge"}
HOSTED = {"hosted", "HostedBadge"}

SHAPES_2: Mapping[str, Shape] = {
    "Assertion": Shape(
        ("Assertion",),
        ("id", "recipient", "badge", "verification", "issuedOn"),
        {
            "id": "url", "recipient": "IdentityObject", "badge": "BadgeClass",
            "verification": "Verification", "issuedOn": "moment", "expires": "moment",
            "image": "Image", "evidence": "Evidence", "narrative": "text", "revoked": "flag",
        },
    ),
    "IdentityObject": Shape(
        (), ("type", "hashed", "identity"),
        {"type": "text", "hashed": "flag", "identity": "text", "salt": "text"},
    ),
    "Verification": Shape((), ("type",), {}),
    "BadgeClass": Shape(
        ("BadgeClass",),
        ("id", "name", "description", "criteria", "issuer"),
        {
            "id": "url", "name": "text", "description": "text", "image": "Image",
            "criteria": "Criteria", "issuer": "Issuer", "alignment": "AlignmentObject",
            "tags": "text",
        },
        as_url=True,
    ),
    "Issuer": Shape(
        ("Issuer", "Profile"),
        ("id", "name"),
        {
            "id": "url", "name": "text", "url": "url", "email": "text", "description": "text",
            "telephone": "text", "image": "Image", "revocationList": "url",
        },
        as_url=True,
    ),
    "AlignmentObject": Shape(
        (), ("targetName", "targetUrl"),
        {
            "targetName": "text", "targetUrl": "url", "targetDescription": "text",
            "targetFramework": "text", "targetCode": "text",
        },
    ),
    "Criteria": Shape((), (), {"narrative": "text"}, as_url=True),
    "Evidence": Shape((), (), {"narrative": "text", "name": "text"}, as_url=True),
    "Image": Shape((), (), {"caption": "text"}, as_url=True),
}  # fmt: skip


def form_faults(assertion: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what makes a document no Open Badges 2 assertion."""
    contexts = stated.words(assertion.get("@context"))
    if not any(context.startswith(CONTEXTS) for context in contexts):
        yield Fault("/@context", "the context must be the one of Open Badges 2")
    if "Assertion" not in stated.words(assertion.get("type")):
        yield Fault("/type", "the type must name Assertion")


def verification_kind(assertion: Mapping[str, Any]) -> str | None:
    """Tell how an assertion says it can be verified: `hosted`, `signed`, or neither."""
    found = stated.first(assertion.get("verification", assertion.get("verify")))
    types = set(stated.words(found.get("type")))
    if types & SIGNED:
        return "signed"
    return "hosted" if types & HOSTED else None


def may_stand_at(address: str, issuer: Mapping[str, Any]) -> bool:
    """Tell whether an issuer allows its hosted badges to stand at an address.

    An issuer may name beginnings of addresses or origins; one that names neither allows its own.
    """
    policy = stated.first(issuer.get("verification"))
    begins = stated.words(policy.get("startsWith"))
    origins = stated.words(policy.get("allowedOrigins"))
    if begins and not address.startswith(tuple(begins)):
        return False
    if begins and not origins:
        return True
    if not origins:
        origins = [host(stated.url(issuer) or "")]
    return host(address) in {host(origin) if "://" in origin else origin for origin in origins}


def host(address: str) -> str:
    """Give the host of an address; empty where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
