"""Readings and checks for tests, made by hand: no document stands behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from isthmus.credentials.contract import Document, Fetched, Reading, Surroundings
from isthmus.model.credential import Credential, CredentialForm, CredentialFormat, Subject
from isthmus.model.organization import Organization
from isthmus.model.text import Text
from isthmus.model.verification import Check, CheckKind, CheckResult

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ISSUER, LEARNER = "did:example:college", "did:example:learner"

GOOD = {
    CheckKind.FORMAT: CheckResult.PASS,
    CheckKind.SIGNATURE: CheckResult.PASS,
    CheckKind.ISSUER_BINDING: CheckResult.PASS,
    CheckKind.ISSUER_TRUST: CheckResult.PASS,
    CheckKind.STATUS_LIST: CheckResult.PASS,
    CheckKind.EXPIRY: CheckResult.PASS,
}


def rows(**other: str) -> list[Check]:
    """Give good rows, some of them with another result, or without one (an empty word)."""
    made = GOOD | {CheckKind[k]: CheckResult[v] for k, v in other.items() if v}
    return [Check(k, r, "Said.") for k, r in made.items() if other.get(k.name) != ""]


def a_credential(**fields: Any) -> Credential:
    """Give a credential of one college to one learner."""
    made = Credential(
        CredentialFormat.W3C_VC_2,
        CredentialForm.VERIFIABLE_CREDENTIAL,
        issuer=Organization(Text("College"), uri=ISSUER, did=ISSUER),
        subject=Subject(id=LEARNER),
        issued_at=NOW - DAY,
    )
    return replace(made, **fields)


def a_reading(data: Any = None, document: Document | None = None, **fields: Any) -> Reading:
    """Give a reading of such a credential."""
    credential = a_credential(**fields)
    return Reading(credential.format, credential, data or {}, document or Document(b"{}"))


class Nobody:
    """A fetcher of a world in which nobody answers."""

    async def fetch(self, url: str) -> Fetched:
        """Give no answer."""
        return Fetched(url, None, fault="offline")


def surroundings(**fields: Any) -> Surroundings:
    """Give surroundings in which nobody answers."""
    return replace(Surroundings(NOW, Nobody(), None), **fields)
