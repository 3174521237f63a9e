"""EXPIRY: whether a credential is inside the time its issuer gave it, at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from isthmus.model.credential import Credential
from isthmus.model.verification import Check, CheckKind, CheckResult

SKEW = timedelta(minutes=5)
"""How far the clock of an issuer may be ahead of ours."""


def check_expiry(credential: Credential, now: datetime) -> list[Check]:
    """Check the stated validity: one row for its beginning if that is wrong, one for its end."""
    return list(_rows(credential, now))


def _rows(credential: Credential, now: datetime) -> Iterator[Check]:
    begins, ends = credential.valid_from or credential.issued_at, credential.valid_until
    if begins and ends and ends < begins:
        yield _row(CheckResult.FAIL, f"Its validity ends on {_day(ends)}, before it begins.", now)
    elif begins and begins > now + SKEW:
        yield _row(CheckResult.FAIL, f"It is not valid before {_day(begins)}.", now)
    elif ends and ends <= now:
        yield _row(CheckResult.FAIL, f"It expired on {_day(ends)}.", now)
    elif ends:
        yield _row(CheckResult.PASS, f"It is valid until {_day(ends)}.", now)
    else:
        yield _row(CheckResult.PASS, "It states no end of validity, and its time has begun.", now)


def _row(result: CheckResult, detail: str, now: datetime) -> Check:
    return Check(CheckKind.EXPIRY, result, detail, at=now)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d} at {moment:%H:%M %Z}".rstrip()
