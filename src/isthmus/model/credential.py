"""Credentials: awards made to one learner, whatever format they came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from isthmus.model.organization import Organization
from isthmus.model.outcome import LevelMark
from isthmus.model.qualification import AssessmentMethod, CreditValue, LearningType, Scale, Workload
from isthmus.model.text import Text


class CredentialForm(StrEnum):
    """What kind of thing it is; an NFT record is for display only."""

    VERIFIABLE_CREDENTIAL = "VERIFIABLE_CREDENTIAL"
    SIGNED_DOCUMENT = "SIGNED_DOCUMENT"
    HOSTED_BADGE = "HOSTED_BADGE"
    REGISTER_ENTRY = "REGISTER_ENTRY"
    UPLOADED_FILE = "UPLOADED_FILE"
    SELF_STATEMENT = "SELF_STATEMENT"
    NFT_RECORD = "NFT_RECORD"


class CredentialFormat(StrEnum):
    """The format a document was read as."""

    W3C_VC_2 = "W3C_VC_2"
    W3C_VC_1_1 = "W3C_VC_1_1"
    OPEN_BADGES_3 = "OPEN_BADGES_3"
    OPEN_BADGES_2 = "OPEN_BADGES_2"
    CLR_2 = "CLR_2"
    ELM_3 = "ELM_3"
    ELM_2_XML = "ELM_2_XML"
    DIGILOCKER_XML = "DIGILOCKER_XML"
    INCREDIBLE = "INCREDIBLE"
    BLOCKCERTS = "BLOCKCERTS"
    SD_JWT_VC = "SD_JWT_VC"
    PDF = "PDF"
    SELF_STATEMENT = "SELF_STATEMENT"
    NFT = "NFT"


class CredentialStatus(StrEnum):
    """Whether it stands, at the moment of asking."""

    VALID = "VALID"
    EXPIRING = "EXPIRING"
    EXPIRED = "EXPIRED"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"
    SUPERSEDED = "SUPERSEDED"
    UNKNOWN = "UNKNOWN"


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    ASSESSMENT_RESULT = "ASSESSMENT_RESULT"
    PORTFOLIO = "PORTFOLIO"
    WORK_SAMPLE = "WORK_SAMPLE"
    TRANSCRIPT = "TRANSCRIPT"
    RPL_FILE = "RPL_FILE"
    ENDORSEMENT = "ENDORSEMENT"
    PHOTO_OR_SCAN = "PHOTO_OR_SCAN"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that shows the achievement."""

    kind: EvidenceKind
    title: Text | None = None
    url: str | None = None
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class StatedSkill:
    """An alignment as the document states it, not yet linked to a skill of a scheme."""

    text: str | None = None
    uri: str | None = None
    code: str | None = None
    scheme: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class StatedOutcome:
    """A learning outcome as the document states it."""

    text: Text
    uri: str | None = None
    skills: tuple[StatedSkill, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One result of an assessment, in the document's own words."""

    name: str | None = None
    value: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class CredentialAssessment:
    """How achievement was assessed; None where the document is silent."""

    method: AssessmentMethod | None = None
    supervised: bool | None = None
    identity_checked: bool | None = None
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedQualification:
    """What was earned, as far as the document names it: the catalogue entry's name and keys.

    `aligned` are addresses that the document aligns it to under its own name: the same thing, as
    somebody else describes it.
    """

    name: Text | None = None
    uri: str | None = None
    code: str | None = None
    kind: str | None = None
    aligned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it was awarded to, as the document says it: an id, or a salted or plain identity.

    `identity` is personal data. `hashed` tells whether it is a hash (with `salt`).
    """

    id: str | None = None
    name: str | None = None
    identity: str | None = None
    identity_kind: str | None = None
    hashed: bool = False
    salt: str | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """One award, in one shape for all formats; what the document does not say stays empty."""

    format: CredentialFormat
    form: CredentialForm
    title: Text | None = None
    description: Text | None = None
    uri: str | None = None
    issuer: Organization | None = None
    subject: Subject = field(default_factory=Subject)
    qualification: StatedQualification | None = None
    scale: Scale = Scale.UNKNOWN
    learning_type: LearningType = LearningType.UNKNOWN
    issued_at: datetime | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    outcomes: tuple[StatedOutcome, ...] = ()
    skills: tuple[StatedSkill, ...] = ()
    credits: tuple[CreditValue, ...] = ()
    level: LevelMark | None = None
    workload: Workload | None = None
    assessment: CredentialAssessment | None = None
    evidence: tuple[Evidence, ...] = ()
    languages: tuple[str, ...] = ()
    parts: tuple[Credential, ...] = ()
