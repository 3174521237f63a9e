"""What a grant of a token answers with (RFC 6749, 5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from isthmus.identity.tokens import SECONDS, TokenIssuer
from isthmus.model.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Granted:
    """A token, and what goes with it."""

    token: str
    kind: str
    scope: str
    seconds: int = SECONDS

    def members(self) -> dict[str, Any]:
        """Give the members of the answer."""
        return {
            "access_token": self.token,
            "token_type": self.kind,
            "expires_in": self.seconds,
            "scope": self.scope,
        }


class Granting:
    """Grants tokens for the hub itself."""

    def __init__(self, tokens: TokenIssuer, audience: str) -> None:
        self._tokens = tokens
        self._audience = audience

    async def grant(self, viewer: Viewer, thumbprint: str | None = None) -> Granted:
        """Grant a token to a caller who proved to be it; bound to a key where one was proved."""
        token = await self._tokens.issue(viewer, audience=self._audience, thumbprint=thumbprint)
        kind = "Bearer" if thumbprint is None else "DPoP"
        return Granted(token, kind, " ".join(sorted(viewer.scopes)))
