"""Whether a credential stands at one moment, read from its checks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from isthmus.model.credential import Credential, CredentialStatus
from isthmus.model.verification import Check, CheckKind, CheckResult, Verification

SOON = timedelta(days=30)
"""How long before its end a credential counts as expiring, by the calendar."""
SUSPENDED = "suspended"
"""The word by which the checks of lists tell a suspension from a revocation."""
_PLACES = {kind: number for number, kind in enumerate(CheckKind)}


def standing_of(credential: Credential, made: Verification, now: datetime) -> CredentialStatus:
    """Tell the status of a credential by its own checks; those inside it have a place."""
    listed = _rows(made.checks, CheckKind.STATUS_LIST)
    failed = [row for row in listed if row.result is CheckResult.FAIL]
    if failed:
        suspended = all(SUSPENDED in row.detail for row in failed)
        return CredentialStatus.SUSPENDED if suspended else CredentialStatus.REVOKED
    if _any(made.checks, CheckKind.SIGNATURE, CheckResult.FAIL):
        return CredentialStatus.UNKNOWN
    ends = credential.valid_until
    if ends is not None and ends <= now:
        return CredentialStatus.EXPIRED
    if _any(made.checks, CheckKind.STATUS_LIST, CheckResult.UNREACHABLE):
        return CredentialStatus.UNKNOWN
    if ends is not None and ends.date() - now.date() <= SOON:
        return CredentialStatus.EXPIRING
    return CredentialStatus.VALID


def _any(rows: Iterable[Check], kind: CheckKind, result: CheckResult) -> bool:
    return any(row.result is result for row in _rows(rows, kind))


def _rows(rows: Iterable[Check], kind: CheckKind) -> list[Check]:
    """Give the rows of a kind about the document itself: they stand in order, before others."""
    found, place = [], 0
    for row in rows:
        if _PLACES[row.kind] < place:
            break
        place = _PLACES[row.kind]
        if row.kind is kind:
            found.append(row)
    return found
