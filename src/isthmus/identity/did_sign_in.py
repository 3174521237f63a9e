"""Sign-in by a key of one's own: no account, no provider, only a DID that holds its key itself."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from time import time
from typing import Any

from isthmus.credentials.contract import Fetched, Surroundings
from isthmus.credentials.proofs.dids import find_key
from isthmus.credentials.proofs.tokens import (
    TokenUnreadable,
    algorithm_fault,
    is_token_signed,
    read_token,
)
from isthmus.identity.claims import LEEWAY, LONGEST, check_times, is_for, moment_of, text_of
from isthmus.identity.enrolling import enrol
from isthmus.identity.refusals import SignInRefused, TokenRefused
from isthmus.identity.signing import Opening
from isthmus.model.viewer import Viewer
from isthmus.store.people import handshakes
from isthmus.store.people.identities import DID as KIND_OF_IDENTITY

KIND = "did"
SECONDS = 300
ALGORITHMS = frozenset({"EdDSA", "ES256"})
PURPOSE = "authentication"
_DID = re.compile(r"did:(?:key:z[1-9A-HJ-NP-Za-km-z]{40,120}|jwk:[A-Za-z0-9_-]{60,400})")


class DidSignIn:
    """Signs in whoever holds the key of a did:key or did:jwk."""

    def __init__(
        self, vault: Opening, audiences: tuple[str, ...], clock: Callable[[], float] = time
    ) -> None:
        self._vault = vault
        self._audiences = audiences
        self._clock = clock

    async def challenge(self, did: object) -> dict[str, Any]:
        """Give the nonce that a DID's key must sign, once and soon."""
        if not isinstance(did, str) or not _DID.fullmatch(did):
            raise SignInRefused("invalid_request", "`did` must be a did:key or a did:jwk.")
        nonce, vault = secrets.token_urlsafe(24), await self._vault()
        async with vault.on_errand() as connection:
            await handshakes.begin(vault, connection, KIND, nonce, {"did": did}, SECONDS)
        return {"nonce": nonce, "aud": self._audiences[0], "expires_in": SECONDS}

    async def enter(self, proof: object) -> Viewer:
        """Give the learner whose key signed a proof; raise `SignInRefused`."""
        try:
            did, nonce = await self._read(proof if isinstance(proof, str) else "")
        except (TokenUnreadable, TokenRefused):
            raise _unproved() from None
        vault = await self._vault()
        async with vault.on_errand() as connection:
            begun = await handshakes.finish(vault, connection, KIND, nonce)
        if begun is None or not hmac.compare_digest(str(begun["did"]), did):
            raise _unproved()
        return await enrol(vault, KIND_OF_IDENTITY, "", did)

    async def _read(self, proof: str) -> tuple[str, str]:
        """Check a proof's signature by the very key of the DID it speaks for, then its claims."""
        if len(proof) > LONGEST:
            raise TokenRefused
        found = read_token(proof)
        did, header = text_of(found.claims, "iss"), found.header
        kid = header.get("kid", did)
        if not _DID.fullmatch(did) or str(kid).partition("#")[0] != did or "crit" in header:
            raise TokenRefused
        held = await find_key(str(kid), PURPOSE, _nowhere(self._clock()))
        key, algorithm = held.key, str(header.get("alg"))
        if key is None or algorithm not in ALGORITHMS or algorithm_fault(header, key):
            raise TokenRefused
        if not is_token_signed(proof, key, algorithm):
            raise TokenRefused
        return did, self._nonce(found.claims)

    def _nonce(self, claims: Mapping[str, Any]) -> str:
        now = self._clock()
        if not any(is_for(name, claims.get("aud")) for name in self._audiences):
            raise TokenRefused
        check_times({"exp": now + SECONDS, **claims}, now=now)
        if moment_of(claims, "iat") + SECONDS + LEEWAY < now:
            raise TokenRefused
        return text_of(claims, "nonce")


def _unproved() -> SignInRefused:
    return SignInRefused("invalid_grant", "The proof does not hold; begin with a new challenge.")


class _Nobody:
    """Answers no question: a DID that holds its key needs nobody asked."""

    async def fetch(self, url: str) -> Fetched:
        """Give no answer."""
        return Fetched(url, None)


def _nowhere(now: float) -> Surroundings:
    return Surroundings(datetime.fromtimestamp(now, UTC), _Nobody(), contexts=None)
