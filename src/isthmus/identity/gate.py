"""The gate: from the header of a request to the caller it stands for.

Authorization ──> issuer ──> its key ──> claims ──> proof ──> who that is in the hub, now
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import time

from isthmus.credentials.proofs.tokens import TokenUnreadable, read_token
from isthmus.identity.authorities import KeySource
from isthmus.identity.claims import LONGEST, Claims, check_header, read_claims
from isthmus.identity.dpop import Proofs
from isthmus.identity.refusals import ProofRefused, TokenRefused, refuse
from isthmus.identity.standing import Standing
from isthmus.model.viewer import ANONYMOUS, Viewer

_PART = "[A-Za-z0-9_-]+"
_CREDENTIALS = re.compile(rf"(Bearer|DPoP) +({_PART}\.{_PART}\.{_PART})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A caller let in, and when that ends; None where there was no token."""

    viewer: Viewer = ANONYMOUS
    expires_at: float | None = None


NOBODY = Admitted()


class Gate:
    """Lets callers in by access tokens of the issuers it was given."""

    def __init__(
        self,
        issuers: Sequence[KeySource],
        standing: Standing,
        proofs: Proofs,
        *,
        audience: str,
        clock: Callable[[], float] = time,
    ) -> None:
        self._issuers = {issuer.name: issuer for issuer in issuers}
        self._standing = standing
        self._proofs = proofs
        self._audience = audience
        self._clock = clock

    async def viewer(
        self,
        authorization: str | None,
        *,
        dpop: str | None = None,
        method: str = "POST",
        url: str = "",
    ) -> Viewer:
        """Say who asks; raise `Refused` with UNAUTHENTICATED for a token that does not verify."""
        return (await self.admit(authorization, dpop=dpop, method=method, url=url)).viewer

    async def admit(
        self,
        authorization: str | None,
        *,
        dpop: str | None = None,
        method: str = "POST",
        url: str = "",
    ) -> Admitted:
        """As `viewer`, and until when."""
        if authorization is None:
            return NOBODY
        given = _CREDENTIALS.fullmatch(authorization) if len(authorization) <= LONGEST else None
        if given is None:
            refuse()
        scheme, token = given.groups()
        claims = await self._claims(token)
        is_bound = claims.thumbprint is not None
        if is_bound is not (scheme.lower() == "dpop"):
            raise ProofRefused if is_bound else TokenRefused
        if is_bound:
            key = await self._proofs.check(
                dpop, method=method, url=url, now=self._clock(), token=token
            )
            if key != claims.thumbprint:
                raise ProofRefused
        return Admitted(await self._standing.viewer(claims), claims.expires_at)

    async def stands(self, admitted: Admitted) -> bool:
        """Tell whether a caller let in before would be let in still."""
        if admitted.expires_at is None:
            return True
        if admitted.expires_at <= self._clock():
            return False
        return await self._standing.holds(admitted.viewer)

    def seconds_left(self, admitted: Admitted) -> float | None:
        """Tell how long a caller may stay; None: for ever."""
        if admitted.expires_at is None:
            return None
        return max(0.0, admitted.expires_at - self._clock())

    async def _claims(self, token: str) -> Claims:
        """Read a token whose signature holds; nothing of it is believed before."""
        try:
            found = read_token(token)
        except TokenUnreadable:
            refuse()
        check_header(found.header)
        name = found.claims.get("iss")
        issuer = self._issuers.get(name) if isinstance(name, str) else None
        key = await issuer.find(found.header.get("kid")) if issuer is not None else None
        if key is None or not key.signed(token, found.header):
            refuse()
        return read_claims(found.claims, audience=self._audience, now=self._clock())
