"""The enums of learners, consents and what they share; values have the names the model uses."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import enum_value


@strawberry.enum(description="What a recipient wants personal data for.")
class Purpose(Enum):
    """What a recipient wants it for."""

    JOB_MATCHING = enum_value("JOB_MATCHING", description="To find vacancies that fit.")
    CAREER_ADVICE = enum_value("CAREER_ADVICE", description="To advise on learning and work.")
    RECOGNITION = enum_value("RECOGNITION", description="To recognise what was learned before.")
    HIRING_CHECK = enum_value("HIRING_CHECK", description="To check what an applicant states.")
    RESEARCH = enum_value("RESEARCH", description="To study outcomes.")
    PORTABILITY = enum_value("PORTABILITY", description="To carry it to another service.")


@strawberry.enum(
    description="A part of what is known of a learner. None includes another: SKILLS without"
    " CREDENTIAL_TITLES shows skills, and not what they rest on."
)
class DataScope(Enum):
    """A part of what is known of a learner."""

    IDENTITY = enum_value("IDENTITY", description="The name.")
    CREDENTIAL_TITLES = enum_value(
        "CREDENTIAL_TITLES",
        description="Which credentials there are: title, issuer, dates, status, verification.",
    )
    CREDENTIAL_DETAIL = enum_value(
        "CREDENTIAL_DETAIL",
        description="What they say: outcomes, credits, level, assessment, the document itself.",
    )
    SKILLS = enum_value("SKILLS", description="The skills that credentials show.")
    EVIDENCE = enum_value("EVIDENCE", description="The evidence behind credentials.")
    TRAITS = enum_value(
        "TRAITS", description="Licences, professional status and the like, never among skills."
    )
    MATCHES = enum_value("MATCHES", description="How well vacancies fit.")
    CONTACT = enum_value("CONTACT", description="How to reach the learner.")


@strawberry.enum(description="How long what is seen may be kept.")
class ConsentMode(Enum):
    """How long it may be kept."""

    VIEW = enum_value("VIEW", description="Fetched at each read, and never kept.")
    STORE = enum_value("STORE", description="Kept, sealed, until the consent expires.")


@strawberry.enum(description="Where a consent stands.")
class ConsentStatus(Enum):
    """Where a consent stands."""

    PENDING = enum_value(
        "PENDING", description="It waits for the learner, or for a guardian's confirmation."
    )
    ACTIVE = enum_value("ACTIVE", description="In force.")
    REFUSED = enum_value("REFUSED", description="The learner, or a guardian, said no.")
    EXPIRED = enum_value("EXPIRED", description="Its time is over.")
    REVOKED = enum_value("REVOKED", description="It was withdrawn.")


@strawberry.enum(description="Where a learner's link to a store stands.")
class SourceLinkState(Enum):
    """Where a link stands."""

    PENDING = enum_value("PENDING", description="Begun, and not finished at the store.")
    ACTIVE = enum_value("ACTIVE", description="In use.")
    EXPIRED = enum_value("EXPIRED", description="The store wants to be asked again.")
    REVOKED = enum_value("REVOKED", description="Withdrawn, here or at the store.")


@strawberry.enum(description="What a learner is or may do, other than a skill.")
class TraitKind(Enum):
    """What a trait is."""

    PROFESSIONAL_STATUS = enum_value("PROFESSIONAL_STATUS", description="A status held.")
    LICENCE_TO_PRACTISE = enum_value(
        "LICENCE_TO_PRACTISE", description="A licence, without which one may not practise."
    )
    CITIZENSHIP = enum_value("CITIZENSHIP", description="A citizenship or a right to work.")
    FINANCIAL_STANDING = enum_value("FINANCIAL_STANDING", description="A financial standing.")
    OTHER = enum_value("OTHER", description="Something else.")


@strawberry.enum(description="How well somebody masters a skill.")
class ProficiencyLevel(Enum):
    """How well somebody masters a skill."""

    NOVICE = enum_value("NOVICE", description="A beginning.")
    BASIC = enum_value("BASIC", description="With help.")
    INTERMEDIATE = enum_value("INTERMEDIATE", description="In most cases without help.")
    ADVANCED = enum_value("ADVANCED", description="In hard cases as well.")
    EXPERT = enum_value("EXPERT", description="Others are taught by them.")
    UNKNOWN = enum_value("UNKNOWN", description="Nothing says.")


@strawberry.enum(description="The form of what is exported.")
class ExportFormat(Enum):
    """The form of an export."""

    JSON_LD = enum_value(
        "JSON_LD",
        description="A zip: everything held as JSON-LD, the signed originals byte for byte, and a"
        " manifest with their hashes.",
    )


@strawberry.enum(description="Where a guardianship stands.")
class GuardianshipState(Enum):
    """Where a guardianship stands."""

    INVITED = enum_value("INVITED", description="Its code was drawn, and nobody came with it yet.")
    ACTIVE = enum_value("ACTIVE", description="In office.")
    EXPIRED = enum_value("EXPIRED", description="Nobody came with its code in time.")
    ENDED = enum_value("ENDED", description="Ended by one of the two.")
