"""The checks that every credential has, whatever its format."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from isthmus.credentials.circumstances import is_presentation
from isthmus.credentials.contract import Reading, Surroundings
from isthmus.credentials.expiry import check_expiry
from isthmus.credentials.holding import check_holder
from isthmus.credentials.levels import Rows
from isthmus.credentials.trust import check_trust
from isthmus.model.verification import Check, CheckKind, CheckResult

_HOLDER = CheckKind.HOLDER_BINDING


@dataclass(frozen=True, slots=True)
class Case:
    """A reading with the rows it has so far, and what it is checked in."""

    reading: Reading
    rows: Sequence[Check]
    surroundings: Surroundings

    def has(self, kind: CheckKind) -> bool:
        """Whether there is a row of a kind already."""
        return any(row.kind is kind for row in self.rows)


def check_validity(case: Case) -> list[Check]:
    """Check the stated validity, beside what a format says of its seal."""
    return check_expiry(case.reading.credential, case.surroundings.now)


def check_holding(case: Case) -> list[Check]:
    """Compare presenter and holder, unless the format itself saw the holder's proof."""
    presented = case.reading.document.presented_by is not None
    return [check_holder(case.reading)] if presented or not case.has(_HOLDER) else []


def check_listing(case: Case) -> list[Check]:
    """Ask the registries of issuers."""
    around = case.surroundings
    if is_presentation(case.reading):
        detail = "A presentation has a holder; the issuers are those of the credentials in it."
        return [Check(CheckKind.ISSUER_TRUST, CheckResult.SKIPPED, detail)]
    return check_trust(case.reading, case.rows, around.registries, around.now)


def check_tampering(case: Case) -> list[Check]:
    """Say what the proofs say of the bytes, where no check could name what was altered."""
    kind, rows = CheckKind.TAMPER, Rows(case.rows)
    if case.has(kind):
        return []
    if rows.failed(CheckKind.SIGNATURE):
        detail = "The signature failed; an alteration cannot be told from a wrong signature."
        return [Check(kind, CheckResult.WARN, detail)]
    if rows.passed(CheckKind.SIGNATURE):
        return [Check(kind, CheckResult.PASS, "What was signed is unaltered.")]
    return [Check(kind, CheckResult.SKIPPED, "Nothing tells what it was before.")]


def check_duplicate(case: Case) -> list[Check]:
    """Tell whether these bytes are held already; never by whom."""
    kind, known = CheckKind.DUPLICATE, case.surroundings.known_digests
    if not known:
        return [Check(kind, CheckResult.SKIPPED, "There are no documents to compare it with.")]
    document = case.reading.document
    holder = known.get(hashlib.sha256(document.body).hexdigest())
    if holder is None:
        return [Check(kind, CheckResult.PASS, "No other copy of it is held.")]
    if holder == document.presented_by:
        return [Check(kind, CheckResult.PASS, "The one who presents it holds it already.")]
    return [Check(kind, CheckResult.WARN, "The same document is held already.")]


def check_identity(case: Case) -> list[Check]:
    """Say what a document says of who sat the assessment, which counts only where it is signed."""
    kind, assessment = CheckKind.ASSESSMENT_IDENTITY, case.reading.credential.assessment
    checked = None if assessment is None else assessment.identity_checked
    if checked is None:
        return [Check(kind, CheckResult.SKIPPED, "It does not say whether identity was checked.")]
    if not checked:
        return [Check(kind, CheckResult.WARN, "It says that identity was not checked.")]
    if Rows(case.rows).passed(CheckKind.SIGNATURE):
        return [Check(kind, CheckResult.PASS, "Its issuer says that identity was checked.")]
    return [Check(kind, CheckResult.WARN, "It says so, but no good signature stands behind it.")]


GENERAL: Mapping[CheckKind, Callable[[Case], list[Check]]] = MappingProxyType(
    {
        CheckKind.EXPIRY: check_validity,
        CheckKind.ISSUER_TRUST: check_listing,
        CheckKind.HOLDER_BINDING: check_holding,
        CheckKind.TAMPER: check_tampering,
        CheckKind.DUPLICATE: check_duplicate,
        CheckKind.ASSESSMENT_IDENTITY: check_identity,
    }
)
INSIDE = (CheckKind.EXPIRY, CheckKind.ISSUER_TRUST)
"""Those made of the credentials inside a document as well."""
