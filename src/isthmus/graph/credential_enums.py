"""The enums of credentials and their verification; values have the names the model uses."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import enum_value


@strawberry.enum(description="Who stands behind a credential.")
class VerificationLevel(Enum):
    """Who stands behind a credential."""

    NONE = enum_value(
        "NONE", description="Nobody: nothing could be confirmed, or it was refuted or revoked."
    )
    SELF = enum_value("SELF", description="The one it is about, or nobody who could be told.")
    PEER = enum_value(
        "PEER", description="Somebody else, whom no configured registry of issuers lists."
    )
    INDEPENDENT = enum_value(
        "INDEPENDENT", description="An issuer that a configured registry or trust list names."
    )


@strawberry.enum(description="The checks in one word; it never replaces them.")
class VerificationOutcome(Enum):
    """The checks in one word."""

    PASSED = enum_value("PASSED", description="What was checked passed.")
    PASSED_WITH_WARNINGS = enum_value(
        "PASSED_WITH_WARNINGS", description="Nothing failed, but see the checks that warn."
    )
    FAILED = enum_value("FAILED", description="A check failed.")
    INCONCLUSIVE = enum_value(
        "INCONCLUSIVE", description="Nothing failed, but a check that is needed had no answer."
    )
    NOT_CHECKED = enum_value(
        "NOT_CHECKED", description="There was nothing to check it by: no signature, no register."
    )


@strawberry.enum(description="What a check asks.")
class CheckKind(Enum):
    """What a check asks."""

    FORMAT = enum_value(
        "FORMAT", description="Is it a known format, within its rules, without undefined terms?"
    )
    SCHEMA = enum_value("SCHEMA", description="Does it satisfy the published schema or shape?")
    SIGNATURE = enum_value(
        "SIGNATURE", description="Is the signature good over the original bytes?"
    )
    ISSUER_BINDING = enum_value(
        "ISSUER_BINDING", description="Does the issuer control the key that signed?"
    )
    ISSUER_TRUST = enum_value(
        "ISSUER_TRUST", description="Does a configured registry or trust list name the issuer?"
    )
    STATUS_LIST = enum_value("STATUS_LIST", description="Was it suspended or revoked?")
    EXPIRY = enum_value(
        "EXPIRY", description="Is it valid now and, where signing time is known, was it then?"
    )
    HOLDER_BINDING = enum_value(
        "HOLDER_BINDING", description="Does the one who presents it hold it?"
    )
    REGISTER_LOOKUP = enum_value(
        "REGISTER_LOOKUP", description="Does the store, the register or the chain confirm it?"
    )
    TAMPER = enum_value("TAMPER", description="Was it altered since it was signed?")
    DUPLICATE = enum_value("DUPLICATE", description="Is the same document held already?")
    ASSESSMENT_IDENTITY = enum_value(
        "ASSESSMENT_IDENTITY", description="Was the identity of who was assessed checked?"
    )


@strawberry.enum(description="What came of a check.")
class CheckResult(Enum):
    """What came of a check."""

    PASS = enum_value("PASS", description="It was made, and all is well.")
    WARN = enum_value("WARN", description="It was made, and something is to be known.")
    FAIL = enum_value("FAIL", description="It was made, and failed.")
    UNREACHABLE = enum_value("UNREACHABLE", description="Somebody was asked and did not answer.")
    SKIPPED = enum_value("SKIPPED", description="It was not made; the detail says why.")


@strawberry.enum(description="The format of a document.")
class CredentialFormat(Enum):
    """The format of a document."""

    ORIGINAL = enum_value(
        "ORIGINAL", description="As it came, byte for byte; of an input: told by its content."
    )
    W3C_VC_2 = enum_value("W3C_VC_2", description="W3C Verifiable Credential 2.0.")
    W3C_VC_1_1 = enum_value("W3C_VC_1_1", description="W3C Verifiable Credential 1.1.")
    OPEN_BADGES_3 = enum_value("OPEN_BADGES_3", description="1EdTech Open Badges 3.0.")
    OPEN_BADGES_2 = enum_value("OPEN_BADGES_2", description="1EdTech Open Badges 2.0 and 2.1.")
    CLR_2 = enum_value("CLR_2", description="1EdTech Comprehensive Learner Record 2.0.")
    ELM_3 = enum_value(
        "ELM_3", description="European Digital Credential, European Learning Model 3."
    )
    ELM_2_XML = enum_value("ELM_2_XML", description="Europass credential in XML, model 2.")
    DIGILOCKER_XML = enum_value("DIGILOCKER_XML", description="DigiLocker or API Setu, in XML.")
    INCREDIBLE = enum_value("INCREDIBLE", description="India's skill credential, inCredible.")
    BLOCKCERTS = enum_value("BLOCKCERTS", description="Blockcerts.")
    SD_JWT_VC = enum_value("SD_JWT_VC", description="SD-JWT, also as a credential.")
    PDF = enum_value("PDF", description="A PDF, whose claims no machine reads.")
    SELF_STATEMENT = enum_value("SELF_STATEMENT", description="A learner's own statement.")
    NFT = enum_value("NFT", description="A record of a token on a ledger, for display only.")


@strawberry.enum(description="What kind of thing a credential is.")
class CredentialForm(Enum):
    """What kind of thing it is."""

    VERIFIABLE_CREDENTIAL = enum_value(
        "VERIFIABLE_CREDENTIAL", description="Signed claims of the W3C family."
    )
    SIGNED_DOCUMENT = enum_value("SIGNED_DOCUMENT", description="A signed document of its own.")
    HOSTED_BADGE = enum_value("HOSTED_BADGE", description="A badge that its issuer hosts.")
    REGISTER_ENTRY = enum_value("REGISTER_ENTRY", description="An entry of a register or store.")
    UPLOADED_FILE = enum_value("UPLOADED_FILE", description="A file without a signature.")
    SELF_STATEMENT = enum_value("SELF_STATEMENT", description="What the learner says.")
    NFT_RECORD = enum_value(
        "NFT_RECORD", description="A token on a ledger: for display only, and never stored."
    )


@strawberry.enum(description="Whether a credential stands, at the moment of the request.")
class CredentialStatus(Enum):
    """Whether it stands."""

    VALID = enum_value("VALID", description="It stands.")
    EXPIRING = enum_value("EXPIRING", description="It stands, and ends within 30 days.")
    EXPIRED = enum_value("EXPIRED", description="Its time is over.")
    SUSPENDED = enum_value("SUSPENDED", description="Its issuer suspended it.")
    REVOKED = enum_value("REVOKED", description="Its issuer revoked it.")
    SUPERSEDED = enum_value("SUPERSEDED", description="Another took its place.")
    UNKNOWN = enum_value(
        "UNKNOWN", description="Nobody can say: its list did not answer, or its proof failed."
    )


@strawberry.enum(description="What a piece of evidence is.")
class EvidenceKind(Enum):
    """What a piece of evidence is."""

    ASSESSMENT_RESULT = enum_value("ASSESSMENT_RESULT", description="A result.")
    PORTFOLIO = enum_value("PORTFOLIO", description="A collection of work.")
    WORK_SAMPLE = enum_value("WORK_SAMPLE", description="A piece of work.")
    TRANSCRIPT = enum_value("TRANSCRIPT", description="A record of studies.")
    RPL_FILE = enum_value("RPL_FILE", description="A file for recognition of prior learning.")
    ENDORSEMENT = enum_value("ENDORSEMENT", description="What somebody says of it.")
    PHOTO_OR_SCAN = enum_value("PHOTO_OR_SCAN", description="A picture.")
    OTHER = enum_value("OTHER", description="Something else.")


@strawberry.enum(description="Who may see a piece of evidence.")
class EvidenceVisibility(Enum):
    """Who may see it."""

    LEARNER_ONLY = enum_value("LEARNER_ONLY", description="The learner alone.")
    CONSENTED = enum_value("CONSENTED", description="Whoever has a consent with EVIDENCE.")
    PUBLIC = enum_value("PUBLIC", description="Anyone.")
