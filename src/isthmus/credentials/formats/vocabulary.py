"""The classes of Open Badges 3.0 and CLR 2.0: what each must state, and of what kind it is.

Written from the published data models. A property stands with the kind of its values: a class of
this table, one of its lists of words, or one of the plain kinds `text`, `url`, `number`, `flag`,
`moment`; `any` is not looked into. Properties that a class does not list are extensions, and free.
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


@dataclass(frozen=True, slots=True)
class Words:
    """The words a property may have; where others may be coined, they begin with `ext:`."""

    words: frozenset[str]
    may_be_coined: bool = True


def _words(said: str, *, may_be_coined: bool = True) -> Words:
    return Words(frozenset(said.split()), may_be_coined)


WORDS: Mapping[str, Words] = {
    "AssociationType": _words(
        "exactMatchOf isChildOf isParentOf isPartOf isPeerOf isRelatedTo precedes replacedBy",
        may_be_coined=False,
    ),
    "ResultStatus": _words(
        "Completed Enrolled Failed InProgress OnHold Provisional Withdrew", may_be_coined=False
    ),
    "ResultType": _words(
        "GradePointAverage LetterGrade Percent PerformanceLevel PredictedScore RawScore Result "
        "RubricCriterion RubricCriterionLevel RubricScore ScaledScore Status"
    ),
    "TargetType": _words(
        "ceasn:Competency ceterms:Credential CFItem CFRubric CFRubricCriterion "
        "CFRubricCriterionLevel CTDL"
    ),
    "AchievementType": _words(
        "Achievement ApprenticeshipCertificate Assessment Assignment AssociateDegree Award "
        "BachelorDegree Badge Certificate CertificateOfCompletion Certification CoCurricular "
        "CommunityService Competency Course Degree Diploma DoctoralDegree Fieldwork "
        "GeneralEducationDevelopment JourneymanCertificate LearningProgram License "
        "MasterCertificate MasterDegree Membership MicroCredential ProfessionalDoctorate "
        "QualityAssuranceCredential ResearchDoctorate SecondarySchoolDiploma"
    ),
}

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
        {"associationType": "AssociationType", "sourceId": "url", "targetId": "url"},
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
            "id": "url", "alignment": "Alignment", "achievementType": "AchievementType",
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
            "targetFramework": "text", "targetType": "TargetType", "targetUrl": "url",
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
            "status": "ResultStatus", "value": "text",
        },
    ),
    "ResultDescription": Shape(
        ("ResultDescription",),
        ("id", "name", "resultType"),
        {
            "id": "url", "alignment": "Alignment", "allowedValue": "text", "name": "text",
            "requiredLevel": "url", "requiredValue": "text", "resultType": "ResultType",
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
        (), ("id",), {"id": "url", "inLanguage": "text", "version": "text"}
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
