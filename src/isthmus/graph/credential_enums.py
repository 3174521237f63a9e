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
