"""From checks to a level and an outcome: rules, and nothing but the checks and a few facts.

The level says who stands behind a credential, the outcome what came of the checks. Neither hides
a row, and neither is ever taken from what a document says of itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from isthmus.model.verification import (
    Check,
    CheckKind,
    CheckResult,
    VerificationLevel,
    VerificationOutcome,
)

NOT_ASKED = "It was not asked for."
"""The detail of a row whose check the caller left out; such a row is evidence of nothing."""

PROOFS = (CheckKind.SIGNATURE, CheckKind.REGISTER_LOOKUP)
"""What can show that somebody else stands behind a document."""

NEEDED = frozenset(
    {
        CheckKind.SIGNATURE,
        CheckKind.ISSUER_BINDING,
        CheckKind.STATUS_LIST,
        CheckKind.EXPIRY,
        CheckKind.HOLDER_BINDING,
        CheckKind.REGISTER_LOOKUP,
    }
)
"""Checks without whose answer the whole is left open; the others only warn."""

GOOD = frozenset({CheckResult.PASS, CheckResult.WARN})


class Judged(NamedTuple):
    """A level with its reason."""

    level: VerificationLevel
    reason: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a level depends on besides the checks."""

    is_own_statement: bool = False
    """The issuer is the subject, or the one who presents it."""
    is_endorsement: bool = False
    """The document is somebody's opinion of another award, not an award."""
    issued_by_person: bool = False
    """The issuer is a natural person, as the document says."""


def level_of(checks: Iterable[Check], circumstances: Circumstances) -> Judged:
    """Give the level of one credential from its own checks, and why it is that one."""
    rows = Rows(checks)
    return _refuted(rows) or _own(rows, circumstances) or _others(rows, circumstances)


def outcome_of(own: Sequence[Check], inside: Sequence[Check] = ()) -> VerificationOutcome:
    """Put all checks in one word: those of the credentials inside a document count with it.

    What is inside may fail or warn, but its good signatures are no proof of the document.
    """
    checks = (*own, *inside)
    if any(c.result is CheckResult.FAIL for c in checks):
        return VerificationOutcome.FAILED
    if any(c.result is CheckResult.UNREACHABLE and c.kind in NEEDED for c in checks):
        return VerificationOutcome.INCONCLUSIVE
    if not is_proved(own):
        return VerificationOutcome.NOT_CHECKED
    if any(c.result in {CheckResult.WARN, CheckResult.UNREACHABLE} for c in checks):
        return VerificationOutcome.PASSED_WITH_WARNINGS
    return VerificationOutcome.PASSED


def is_proved(checks: Iterable[Check]) -> bool:
    """Tell whether a signature was found good, or a register answered for it."""
    rows = Rows(checks)
    return any(rows.passed(kind) for kind in PROOFS)


def least(judged: Iterable[Judged]) -> Judged | None:
    """Give the lowest of several levels; what is shown together is no better than its worst."""
    order = list(VerificationLevel)
    return min(judged, key=lambda one: order.index(one.level), default=None)


def refuted(checks: Iterable[Check]) -> Judged | None:
    """Give level NONE where a check shows that a document is not what it seems."""
    return _refuted(Rows(checks))


class Rows:
    """The checks of one credential, asked by kind."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._rows: dict[CheckKind, list[Check]] = {}
        for check in checks:
            self._rows.setdefault(check.kind, []).append(check)

    def failed(self, kind: CheckKind) -> bool:
        """Whether a check of this kind failed."""
        return any(c.result is CheckResult.FAIL for c in self._rows.get(kind, ()))

    def passed(self, kind: CheckKind) -> bool:
        """Whether checks of this kind passed, and none of them says otherwise."""
        results = {c.result for c in self._rows.get(kind, ())} - {CheckResult.SKIPPED}
        return CheckResult.PASS in results and results <= GOOD

    def trusted(self) -> bool:
        """Whether one registry lists the issuer; what others say does not take it away."""
        rows = self._rows.get(CheckKind.ISSUER_TRUST, ())
        return any(c.result is CheckResult.PASS for c in rows)

    def stands(self, kind: CheckKind) -> bool:
        """Whether nothing speaks against it: good answers, or nothing that could be asked."""
        rows = self._rows.get(kind, ())
        return bool(rows) and all(
            c.result in GOOD or (c.result is CheckResult.SKIPPED and c.detail != NOT_ASKED)
            for c in rows
        )

    def any_passed(self) -> bool:
        """Whether anything at all passed."""
        return any(c.result is CheckResult.PASS for rows in self._rows.values() for c in rows)


def _refuted(rows: Rows) -> Judged | None:
    none = VerificationLevel.NONE
    if rows.failed(CheckKind.SIGNATURE):
        return Judged(none, "The signature failed.")
    if rows.failed(CheckKind.STATUS_LIST):
        return Judged(none, "Its issuer took it back, or suspended it.")
    if rows.failed(CheckKind.TAMPER):
        return Judged(none, "It was altered.")
    if rows.failed(CheckKind.REGISTER_LOOKUP):
        return Judged(none, "The register does not confirm it.")
    if not rows.any_passed():
        return Judged(none, "No check passed.")
    return None


def _own(rows: Rows, circumstances: Circumstances) -> Judged | None:
    own = VerificationLevel.SELF
    if circumstances.is_own_statement:
        return Judged(own, "The one who issued it is the one it is about, or who presents it.")
    if not any(rows.passed(kind) for kind in PROOFS):
        return Judged(own, "No signature was found good, and no register answered for it.")
    if not rows.passed(CheckKind.ISSUER_BINDING):
        return Judged(own, "Nothing binds the issuer to the key that signed, or to the register.")
    return None


def _others(rows: Rows, circumstances: Circumstances) -> Judged:
    peer = VerificationLevel.PEER
    if circumstances.issued_by_person:
        return Judged(peer, "A natural person vouches for it.")
    if circumstances.is_endorsement and not rows.trusted():
        return Judged(peer, "It is an endorsement by an issuer that no registry lists.")
    if not rows.trusted():
        return Judged(peer, f"{_who(rows)}, and no configured registry lists that issuer.")
    if not rows.stands(CheckKind.STATUS_LIST):
        return Judged(peer, "Its issuer is listed, but whether it still stands is not known.")
    if not rows.passed(CheckKind.EXPIRY):
        return Judged(peer, "Its issuer is listed, but it is not inside its validity.")
    return Judged(
        VerificationLevel.INDEPENDENT,
        f"{_who(rows)}, a registry lists that issuer; it stands, inside its validity.",
    )


def _who(rows: Rows) -> str:
    if rows.passed(CheckKind.SIGNATURE):
        return "Its issuer signed it"
    return "The register or store of its issuer confirms it"
