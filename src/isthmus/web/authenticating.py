"""From a request to its caller: one header says it, and nothing else does.

A token in a query string, a cookie or any other header is as if it were not there. One that does
not verify is answered with 401 on every transport, never treated as if there were none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isthmus.errors import ErrorCode, Refused
from isthmus.identity.gate import NOBODY, Admitted, Gate
from isthmus.identity.refusals import UNVERIFIED, ProofRefused, TokenRefused
from isthmus.web.asgi import Scope
from isthmus.web.decoding import BadRequest

ENDED = "The token has expired, or what it stood for has ended; sign in again."
BEARER = 'Bearer error="invalid_token"'
DPOP = 'DPoP error="invalid_dpop_proof", algs="ES256 EdDSA RS256 PS256"'


class Authenticating:
    """Finds the caller of each request; `address` is where the hub is reached from outside."""

    def __init__(self, gate: Gate, address: str) -> None:
        self._gate = gate
        self._address = address

    async def caller(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Admitted:
        """Say who sends a request; raise `BadRequest` with 401."""
        if b"authorization" not in headers:
            return NOBODY
        if sum(name == b"authorization" for name, _ in scope["headers"]) > 1:
            raise refused_token(TokenRefused())
        return await self._admit(
            headers[b"authorization"].decode("latin-1"), scope, _text(headers, b"dpop")
        )

    async def opener(
        self, scope: Scope, headers: Mapping[bytes, bytes], payload: Mapping[str, Any]
    ) -> Admitted:
        """Say who opens a socket: by its first message, else by the request it came from."""
        found = next((payload[key] for key in payload if key.lower() == "authorization"), None)
        if found is None:
            return await self.caller(scope, headers)
        if not isinstance(found, str):
            raise refused_token(TokenRefused())
        proof = next((payload[key] for key in payload if key.lower() == "dpop"), None)
        return await self._admit(found, scope, proof if isinstance(proof, str) else None)

    async def stands(self, caller: Admitted) -> bool:
        """Tell whether a caller let in before still is one."""
        return await self._gate.stands(caller)

    def seconds_left(self, caller: Admitted) -> float | None:
        """Tell how long a caller may stay; None: for ever."""
        return self._gate.seconds_left(caller)

    async def _admit(self, authorization: str, scope: Scope, proof: str | None) -> Admitted:
        try:
            return await self._gate.admit(
                authorization,
                dpop=proof,
                method=scope.get("method", "GET"),
                url=f"{self._address}{scope.get('path', '')}",
            )
        except Refused as refused:
            raise refused_token(refused) from None


def refused_token(refused: Refused) -> BadRequest:
    """Give the answer to a token that does not verify, or to a proof that does not."""
    asked = DPOP if isinstance(refused, ProofRefused) else BEARER
    return BadRequest(401, UNVERIFIED, ErrorCode.UNAUTHENTICATED, (("www-authenticate", asked),))


def _text(headers: Mapping[bytes, bytes], name: bytes) -> str | None:
    found = headers.get(name)
    return None if found is None else found.decode("latin-1")
