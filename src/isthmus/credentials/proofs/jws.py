"""JSON web signatures over credentials: VC-JWT, and JAdES of the European Digital Credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from isthmus.credentials.contract import Surroundings
from isthmus.errors import IsthmusError
from isthmus.model.verification import Check


class TokenUnreadable(IsthmusError):
    """Text that is no compact token of three parts with a JSON header."""

    code = "TOKEN_UNREADABLE"


@dataclass(frozen=True, slots=True)
class Token:
    """A compact token taken apart, nothing of it believed yet."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    payload: bytes


@dataclass(frozen=True, slots=True)
class Jades:
    """A JAdES document taken apart: the unencoded payload, and the signing time it states."""

    payload: str
    claims: Mapping[str, Any]
    signed_at: datetime | None
    seal_not_before: datetime | None
    seal_not_after: datetime | None
    seal_name: str | None


def read_token(text: str) -> Token:
    """Take a compact token apart; raise `TokenUnreadable`."""
    raise NotImplementedError


def read_jades(document: Mapping[str, Any]) -> Jades:
    """Take `{payload, signatures}` apart; raise `TokenUnreadable`."""
    raise NotImplementedError


async def check_token(
    text: str, surroundings: Surroundings, *, issuer: str | None = None, path: str = ""
) -> list[Check]:
    """Check a VC-JWT: SIGNATURE and ISSUER_BINDING; `issuer` where the claims do not name it."""
    raise NotImplementedError


def check_token_by_pem(text: str, pem: str, *, path: str = "") -> list[Check]:
    """Check a token by a key in PEM, as signed Open Badges 2 publish theirs: one SIGNATURE row."""
    raise NotImplementedError


async def check_jades(document: Mapping[str, Any], surroundings: Surroundings) -> list[Check]:
    """Check a JAdES seal: SIGNATURE, ISSUER_BINDING, and EXPIRY of the seal now and when signed."""
    raise NotImplementedError
