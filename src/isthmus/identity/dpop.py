"""DPoP (RFC 9449): a token bound to a key is of no use to whoever stole only the token."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from isthmus.credentials.proofs.tokens import TokenUnreadable, read_token
from isthmus.identity.claims import LONGEST, moment_of, text_of
from isthmus.identity.encoding import hash_of, thumbprint
from isthmus.identity.key_sets import PublishedKey, read_key_set
from isthmus.identity.refusals import ProofRefused, TokenRefused
from isthmus.identity.signing import Opening
from isthmus.store.people import handshakes

SECONDS = 60.0
"""How far a proof's moment may lie from ours."""

KIND = "dpop"
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})


class Proofs:
    """Checks proofs; each is taken once, by whichever process of the hub."""

    def __init__(self, vault: Opening) -> None:
        self._vault = vault

    async def check(
        self, proof: str | None, *, method: str, url: str, now: float, token: str | None = None
    ) -> str:
        """Check a proof for a request, and for a token if there is one; give its key's name."""
        try:
            key_name, once = _read(proof or "", method=method, url=url, now=now, token=token)
        except (TokenUnreadable, TokenRefused, ValueError):  # an address may not read either
            raise ProofRefused from None
        vault = await self._vault()
        async with vault.on_errand() as connection:
            name = f"{key_name}/{once}"
            if not await handshakes.is_first(vault, connection, KIND, name, 4 * SECONDS):
                raise ProofRefused
        return key_name


def _read(proof: str, *, method: str, url: str, now: float, token: str | None) -> tuple[str, str]:
    if len(proof) > LONGEST:
        raise ProofRefused
    found = read_token(proof)
    key = _key(found.header)
    if not key.signed(proof, found.header):
        raise ProofRefused
    claims = found.claims
    at, once = moment_of(claims, "iat"), text_of(claims, "jti")
    meant = (claims.get("htm"), _plain(text_of(claims, "htu")))
    if meant != (method, _plain(url)) or abs(at - now) > SECONDS:
        raise ProofRefused
    if token is not None and not hmac.compare_digest(text_of(claims, "ath"), hash_of(token)):
        raise ProofRefused
    return thumbprint(found.header["jwk"]), once


def _key(header: Mapping[str, Any]) -> PublishedKey:
    """Read the key a proof carries: only here may one, since the token names its thumbprint."""
    jwk = header.get("jwk")
    if header.get("typ") != "dpop+jwt" or "crit" in header or not isinstance(jwk, Mapping):
        raise ProofRefused
    if _PRIVATE & jwk.keys():
        raise ProofRefused
    found = read_key_set({"keys": [{**jwk, "use": "sig", "kid": None}]}).find(None)
    if found is None:
        raise ProofRefused
    return found


def _plain(url: str) -> str:
    """Give an address as it is compared: no query, no fragment, host in lower case."""
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), parts.netloc.lower()
    port = {"https": ":443", "http": ":80"}.get(scheme, ":")
    return urlunsplit((scheme, host.removesuffix(port), parts.path or "/", "", ""))
