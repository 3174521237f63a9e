"""What was checked of a credential, one row a check, and what that comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CheckKind(StrEnum):
    """What a check asks."""

    FORMAT = "FORMAT"
    SCHEMA = "SCHEMA"
    SIGNATURE = "SIGNATURE"
    ISSUER_BINDING = "ISSUER_BINDING"
    ISSUER_TRUST = "ISSUER_TRUST"
    STATUS_LIST = "STATUS_LIST"
    EXPIRY = "EXPIRY"
    HOLDER_BINDING = "HOLDER_BINDING"
    REGISTER_LOOKUP = "REGISTER_LOOKUP"
    TAMPER = "TAMPER"
    DUPLICATE = "DUPLICATE"
    ASSESSMENT_IDENTITY = "ASSESSMENT_IDENTITY"


class CheckResult(StrEnum):
    """What came of it; SKIPPED means not asked, UNREACHABLE asked without an answer."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    WARN = "WARN"
    FAIL = "FAIL"
    UNREACHABLE = "UNREACHABLE"
    SKIPPED = "SKIPPED"


class VerificationLevel(StrEnum):
    """Who stands behind a credential."""

    NONE = "NONE"
    SELF = "SELF"
    PEER = "PEER"
    INDEPENDENT = "INDEPENDENT"


class VerificationOutcome(StrEnum):
    """The checks in one word; it never replaces them."""

    PASSED = "PASSED"
    PASSED_WITH_WARNINGS = "PASSED_WITH_WARNINGS"
    FAILED = "FAILED"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_CHECKED = "NOT_CHECKED"


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    `detail` is one plain sentence without personal data; `path` names the part of the document
    it is about; `source` is whom was asked; `age_seconds` how old that answer is.
    """

    kind: CheckKind
    result: CheckResult
    detail: str
    path: str | None = None
    source: str | None = None
    at: datetime | None = None
    age_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """All checks of one credential, the level computed from them, and why that level."""

    level: VerificationLevel
    outcome: VerificationOutcome
    reason: str
    checks: tuple[Check, ...]
    verified_at: datetime
    valid_as_of: datetime | None = None
    offline: bool = False
