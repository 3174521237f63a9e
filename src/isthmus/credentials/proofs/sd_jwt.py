"""SD-JWT: tokens whose holder chooses what to disclose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.proofs.jws import Token
from isthmus.model.verification import Check


@dataclass(frozen=True, slots=True)
class SdJwt:
    """An SD-JWT taken apart: the issuer's token, the claims as disclosed, the holder's token."""

    token: Token
    compact: str
    claims: Mapping[str, Any]
    disclosures: tuple[str, ...]
    key_binding: str | None


def is_sd_jwt(text: str) -> bool:
    """Tell cheaply whether text looks like an SD-JWT (compact, or its JSON serialisation)."""
    raise NotImplementedError


def read_sd_jwt(text: str) -> SdJwt:
    """Take an SD-JWT apart and put its disclosures in place; raise `TokenUnreadable`."""
    raise NotImplementedError


async def check_sd_jwt(
    text: str,
    surroundings: Surroundings,
    *,
    audience: str | None = None,
    nonce: str | None = None,
    key: Mapping[str, Any] | None = None,
) -> list[Check]:
    """Check an SD-JWT: SIGNATURE, ISSUER_BINDING, HOLDER_BINDING; `key` is a JWK to check it by."""
    raise NotImplementedError
