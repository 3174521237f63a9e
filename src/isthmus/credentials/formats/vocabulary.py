"""The classes of Open Badges 3.0 and CLR 2.0: what each must state, and of what kind it is.

Written from the published data models. A property stands with the kind of its values: a class of
this table, or one of the plain kinds `text`, `url`, `number`, `flag`, `moment`; `any` is not
looked into. Properties that a class does not list are extensions, and free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shape:
    """What a class asks: the type names that stand for it, what is required, kinds of values."""

    types: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    as_url: bool = False
    """Whether a mere URL may stand for the object."""


_PROFILE = {
    "id": "url", "name": "text", "url": "url", "phone": "text", "description": "text",
    "image": "Image", "email": "text", "address": "Address", "otherIdentifier": "IdentifierEntry",
    "official": "text", "parentOrg": "Profile", "familyName": "text", "givenName": "text",
    "dateOfBirth": "text", "endorsement": "EndorsementCredential",
}  # fmt: skip
_CREDENTIAL = {
    "name": "text", "description": "text", "image": "Image", "issuer": "Profile",
    "validFrom": "moment", "validUntil": "moment", "issuanceDate": "moment",
    "expirationDate": "moment", "awardedDate": "moment", "evidence": "Evidence",
    "endorsement": "EndorsementCredential",
}  # fmt: skip

SHAPES: Mapping[str, Shape] = {
    "AchievementCredential": Shape(
        ("AchievementCredential", "OpenBadgeCredential"),
        ("id", "issuer", "credentialSubject"),
        {**_CREDENTIAL, "credentialSubject": "AchievementSubject"},
    ),
    "EndorsementCredential": Shape(
        ("EndorsementCredential",),
        ("id", "issuer", "credentialSubject"),
        {**_CREDENTIAL, "credentialSubject": "EndorsementSubject"},
    ),
    "ClrCredential": Shape(
        ("ClrCredential",),
        ("id", "issuer", "credentialSubject"),
        {**_CREDENTIAL, "credentialSubject": "ClrSubject"},
    ),
    "ClrSubject": Shape(
        ("ClrSubject",),
        ("verifiableCredential",),
        {
            "identifier": "IdentityObject", "achievement": "Achievement",
            "association": "Association", "verifiableCredential": "any",
        },
    ),
    "Association": Shape(
        ("Association",),
        ("associationType", "sourceId", "targetId"),
        {"associationType": "text", "sourceId": "url", "targetId": "url"},
    ),
    "AchievementSubject": Shape(
        ("AchievementSubject",),
        ("achievement",),
        {
            "id": "url", "activityEndDate": "moment", "activityStartDate": "moment",
            "creditsEarned": "number", "achievement": "Achievement",
            "identifier": "IdentityObject", "image": "Image", "licenseNumber": "text",
            "narrative": "text", "result": "Result", "role": "text", "source": "Profile",
            "term": "text",
        },
    ),
    "EndorsementSubject": Shape(
        ("EndorsementSubject",), ("id",), {"id": "url", "endorsementComment": "text"}
    ),
    "Achievement": Shape(
        ("Achievement",),
        ("id", "criteria", "description", "name"),
        {
            "id": "url", "alignment": "Alignment", "achievementType": "text",
            "creator": "Profile", "creditsAvailable": "number", "criteria": "Criteria",
            "description": "text", "endorsement": "EndorsementCredential",
            "fieldOfStudy": "text", "humanCode": "text", "image": "Image", "name": "text",
            "otherIdentifier": "IdentifierEntry", "related": "Related",
            "resultDescription": "ResultDescription", "specialization": "text", "tag": "text",
            "version": "text", "inLanguage": "text",
        },
    ),
    "Profile": Shape(("Profile",), ("id",), _PROFILE, as_url=True),
    "Alignment": Shape(
        ("Alignment",),
        ("targetName", "targetUrl"),
        {
            "targetCode": "text", "targetDescription": "text", "targetName": "text",
            "targetFramework": "text", "targetType": "text", "targetUrl": "url",
        },
    ),
    "IdentityObject": Shape(
        ("IdentityObject",),
        ("hashed", "identityHash", "identityType"),
        {"hashed": "flag", "identityHash": "text", "identityType": "text", "salt": "text"},
    ),
    "IdentifierEntry": Shape(
        ("IdentifierEntry",),
        ("identifier", "identifierType"),
        {"identifier": "text", "identifierType": "text"},
    ),
    "Evidence": Shape(
        ("Evidence",),
        (),
        {
            "id": "url", "narrative": "text", "name": "text", "description": "text",
            "genre": "text", "audience": "text",
        },
    ),
    "Result": Shape(
        ("Result",),
        (),
        {
            "achievedLevel": "url", "alignment": "Alignment", "resultDescription": "url",
            "status": "text", "value": "text",
        },
    ),
    "ResultDescription": Shape(
        ("ResultDescription",),
        ("id", "name", "resultType"),
        {
            "id": "url", "alignment": "Alignment", "allowedValue": "text", "name": "text",
            "requiredLevel": "url", "requiredValue": "text", "resultType": "text",
            "rubricCriterionLevel": "RubricCriterionLevel", "valueMax": "text",
            "valueMin": "text",
        },
    ),
    "RubricCriterionLevel": Shape(
        ("RubricCriterionLevel",),
        ("id", "name"),
        {
            "id": "url", "alignment": "Alignment", "description": "text", "level": "text",
            "name": "text", "points": "text",
        },
    ),
    "Related": Shape(
        ("Related",), ("id",), {"id": "url", "inLanguage": "text", "version": "text"}
    ),
    "Address": Shape(
        ("Address",),
        (),
        {
            "addressCountry": "text", "addressCountryCode": "text", "addressRegion": "text",
            "addressLocality": "text", "streetAddress": "text", "postalCode": "text",
            "postOfficeBoxNumber": "text", "geo": "GeoCoordinates",
        },
    ),
    "GeoCoordinates": Shape(
        ("GeoCoordinates",),
        ("latitude", "longitude"),
        {"latitude": "number", "longitude": "number"},
    ),
    "Criteria": Shape((), (), {"id": "url", "narrative": "text"}),
    "Image": Shape(("Image",), ("id",), {"id": "url", "caption": "text"}, as_url=True),
}  # fmt: skip
