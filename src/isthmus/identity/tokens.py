"""The access tokens that the hub issues itself: short-lived, and saying nothing of a person."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from time import time

from isthmus.identity.signing import Signing
from isthmus.model.viewer import Role, Viewer

SECONDS = 600
"""How long a token lives; who wants to stay signs in again."""

LEARNER = "learner:"
"""Begins the subject of a learner's token; the hub's own key follows."""

SIGN_IN = "sign-in"
"""The client of a token that a learner got by signing in; no client's id is so short."""


class TokenIssuer:
    """Issues access tokens (RFC 9068) in the hub's name."""

    def __init__(self, signing: Signing, clock: Callable[[], float] = time) -> None:
        self._signing = signing
        self._clock = clock

    async def issue(
        self,
        viewer: Viewer,
        *,
        audience: str,
        seconds: int = SECONDS,
        thumbprint: str | None = None,
    ) -> str:
        """Issue a token for a caller; with a thumbprint it is of use only beside that key."""
        now = int(self._clock())
        is_learner = viewer.role is Role.LEARNER
        subject = f"{LEARNER}{viewer.learner_id}" if is_learner else str(viewer.client)
        claims = {
            "iss": self._signing.name,
            "sub": subject,
            "aud": audience,
            "client_id": viewer.client or SIGN_IN,
            "iat": now,
            "exp": now + seconds,
            "jti": secrets.token_urlsafe(16),
            "scope": " ".join(sorted(scope for scope in viewer.scopes if viewer.may(scope))),
        }
        if thumbprint is not None:
            claims["cnf"] = {"jkt": thumbprint}
        return await self._signing.sign(claims, "at+jwt")
