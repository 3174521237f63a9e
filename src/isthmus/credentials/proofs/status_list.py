"""One status list: its bits, what they are about, and whether it may be believed itself."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.proofs.binding import party_of
from isthmus.credentials.proofs.data_integrity import check_proofs
from isthmus.credentials.proofs.jws import check_token
from isthmus.credentials.proofs.tokens import TokenUnreadable, read_token
from isthmus.errors import IsthmusError
from isthmus.model.verification import CheckKind, CheckResult

LARGEST = 64 * 1024 * 1024
MOST_BITS_A_STATUS = 8


class StatusListUnreadable(IsthmusError):
    """An answer that is no status list, or has no such place."""

    code = "STATUS_LIST_UNREADABLE"


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list as published: the credential it is, and its bits."""

    credential: Mapping[str, Any]
    token: str | None
    purposes: frozenset[str]
    bits: bytes

    def value(self, index: int, size: int) -> int:
        """Give the status at a place: bits count from the left; raise `StatusListUnreadable`."""
        if not 1 <= size <= MOST_BITS_A_STATUS:
            raise StatusListUnreadable("the entry's size is none that is known")
        if (index + 1) * size > len(self.bits) * 8:
            raise StatusListUnreadable("the list is too short for the entry's place")
        found = 0
        for place in range(index * size, (index + 1) * size):
            found = found << 1 | self.bits[place // 8] >> (7 - place % 8) & 1
        return found


def read_status_list(body: bytes) -> StatusList:
    """Read a list published as JSON or as a token; raise `StatusListUnreadable`."""
    credential, token = _credential(body)
    subject = credential.get("credentialSubject")
    if isinstance(subject, list) and subject:
        subject = subject[0]
    if not isinstance(subject, Mapping) or not isinstance(subject.get("encodedList"), str):
        raise StatusListUnreadable("the answer is no status list")
    purpose = subject.get("statusPurpose", "revocation")
    purposes = frozenset(map(str, purpose if isinstance(purpose, list) else [purpose]))
    return StatusList(credential, token, purposes, _bits(subject["encodedList"]))


async def distrust_of(
    found: StatusList, credential: Mapping[str, Any], surroundings: Surroundings
) -> tuple[CheckResult, str] | None:
    """Say why a list is not to be believed, and how gravely; None where it is."""
    if found.token is not None:
        rows = await check_token(found.token, surroundings)
    else:
        rows = await check_proofs(found.credential, surroundings)
    results = [row.result for row in rows if row.kind is CheckKind.SIGNATURE]
    if CheckResult.FAIL in results:
        return CheckResult.FAIL, "the status list's own signature is not good"
    if CheckResult.PASS not in results:
        return CheckResult.WARN, "not marked, but the list's own signature could not be checked"
    if party_of(found.credential) != party_of(credential):
        return CheckResult.WARN, "not marked, but the list is another issuer's"
    if _is_over(found.credential, surroundings.now):
        return CheckResult.WARN, "not marked, but the list is past its own end"
    return None


def _credential(body: bytes) -> tuple[Mapping[str, Any], str | None]:
    text = body.decode("utf-8", "replace").strip()
    if not text.startswith("{"):
        try:
            claims = read_token(text).claims
        except TokenUnreadable:
            raise StatusListUnreadable("the answer is no status list") from None
        inner = claims.get("vc")
        return (inner if isinstance(inner, Mapping) else claims), text
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise StatusListUnreadable("the answer is no JSON") from None
    if not isinstance(found, dict):
        raise StatusListUnreadable("the answer is no status list")
    return found, None


def _bits(text: str) -> bytes:
    """Unpack a list, by `u` of multibase or without it as the edition of 2021 has it."""
    packed = text.removeprefix("u") if not text.startswith("H4s") else text
    try:
        body = base64.urlsafe_b64decode(packed.rstrip("=") + "=" * (-len(packed.rstrip("=")) % 4))
        unpacking = zlib.decompressobj(wbits=31)
        bits = unpacking.decompress(body, LARGEST)
    except (ValueError, zlib.error):
        raise StatusListUnreadable("the list cannot be unpacked") from None
    if unpacking.unconsumed_tail:
        raise StatusListUnreadable("the list is too large")
    if not unpacking.eof:
        raise StatusListUnreadable("the list is cut short")
    return bits


def _is_over(credential: Mapping[str, Any], now: datetime) -> bool:
    stated = credential.get("validUntil", credential.get("expirationDate"))
    try:
        return isinstance(stated, str) and datetime.fromisoformat(stated) <= now
    except (ValueError, TypeError):
        return False
