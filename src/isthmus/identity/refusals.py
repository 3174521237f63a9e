"""The ways identity says no; none of them repeats what was sent."""

from __future__ import annotations

from typing import NoReturn

from isthmus.errors import ErrorCode, IsthmusError, Refused

UNVERIFIED = "The token does not verify."


class TokenRefused(Refused):
    """A token that does not verify; to its bearer all reasons are one."""

    def __init__(self) -> None:
        super().__init__(ErrorCode.UNAUTHENTICATED, UNVERIFIED)


class ProofRefused(TokenRefused):
    """A token bound to a key, without a proof by that key that holds here and now."""


class SignInRefused(IsthmusError):
    """A request for a token that is not granted: `error` is OAuth's word for why (RFC 6749)."""

    code = "SIGN_IN_REFUSED"

    def __init__(self, error: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.error = error
        self.status = status


def refuse() -> NoReturn:
    """Raise `TokenRefused`, whatever the reason."""
    raise TokenRefused
