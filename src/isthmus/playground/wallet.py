"""A wallet: it holds credentials, reads a verifier's request, and shows what answers it.

Real keys, real signatures; the demo's learner has one, and the tests have one that misbehaves.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from isthmus.credentials.presenting.dcql import (
    JWT,
    LINKED_DATA,
    SD_JWT,
    Candidate,
    CredentialQuery,
    Query,
    read_query,
)
from isthmus.credentials.presenting.encryption import encrypted
from isthmus.credentials.presenting.types import types_of
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.proofs.dids import key_in
from isthmus.credentials.proofs.sd_jwt import read_sd_jwt
from isthmus.credentials.proofs.signing import SigningKey, base64url
from isthmus.credentials.proofs.tokens import algorithm_fault, is_token_signed, read_token
from isthmus.playground.issuing import sign_document

V2 = "https://www.w3.org/ns/credentials/v2"


class RequestUnfit(Exception):
    """A request that no careful wallet answers."""


@dataclass(frozen=True, slots=True)
class Held:
    """A credential in the wallet: an SD-JWT or VC-JWT as text, or JSON-LD as an object."""

    format: str
    content: Any


class Wallet:
    """One learner's wallet, with one key for all it holds."""

    def __init__(self, contexts: Contexts, key: SigningKey | None = None) -> None:
        self.key = key or SigningKey.draw()
        self.contexts = contexts
        self.held: list[Held] = []

    @property
    def did(self) -> str:
        """The DID that credentials are issued to."""
        return self.key.did

    def keep(self, format_: str, content: Any) -> None:
        """Put a credential in."""
        self.held.append(Held(format_, content))

    # ---- the request

    def read_request(self, text: str, client_id: str) -> dict[str, Any]:
        """Give the parameters of a request that can be trusted; raise `RequestUnfit`."""
        token = read_token(text)
        stated: dict[str, Any] = dict(token.claims)
        self._check_signature(text, token.header, client_id)
        if token.header.get("typ") != "oauth-authz-req+jwt" or stated.get("client_id") != client_id:
            raise RequestUnfit("the request is not of this verifier")
        if stated.get("response_type") != "vp_token" or "redirect_uri" in stated:
            raise RequestUnfit("the request asks for something else")
        if not len(stated.get("nonce", "")) >= 22:  # noqa: PLR2004 - 128 bits in base64url
            raise RequestUnfit("the nonce can be guessed")
        return stated

    def _check_signature(self, text: str, header: Mapping[str, Any], client_id: str) -> None:
        prefix, _, name = client_id.partition(":")
        if prefix == "redirect_uri" and header.get("alg") == "none":
            return
        kid = str(header.get("kid", ""))
        key = key_in(name) if prefix == "decentralized_identifier" else None
        if key is None or kid.partition("#")[0] != name or algorithm_fault(header, key):
            raise RequestUnfit("the verifier's key cannot be told")
        if not is_token_signed(text, key, str(header["alg"])):
            raise RequestUnfit("the verifier did not sign the request")

    # ---- the answer

    def answer(self, request: Mapping[str, Any]) -> dict[str, str]:
        """Give the form that answers a request, as far as the wallet holds what is asked for."""
        state = {"state": str(request["state"])} if "state" in request else {}
        shown = self._shown(read_query(request["dcql_query"]), request)
        if not shown:
            return {"error": "access_denied", **state}
        form = {"vp_token": json.dumps(shown), **state}
        if request.get("response_mode") != "direct_post.jwt":
            return form
        payload = json.dumps({**state, "vp_token": shown})
        key = request["client_metadata"]["jwks"]["keys"][0]
        return {"response": encrypted(payload, key)}

    def _shown(self, query: Query, request: Mapping[str, Any]) -> dict[str, list[Any]]:
        found = {name: self._matching(part) for name, part in query.credentials.items()}
        able = {name for name, held in found.items() if held}
        if not query.is_satisfied_by(able):
            return {}
        return {
            name: self.present(query.credentials[name], found[name], request)
            for name in _chosen(query, able)
        }

    def _matching(self, part: CredentialQuery) -> list[Held]:
        fit = [held for held in self.held if part.mismatch(self._candidate(held)) is None]
        return fit if part.multiple else fit[:1]

    def _candidate(self, held: Held) -> Candidate:
        if held.format == SD_JWT:
            claims = read_sd_jwt(held.content).claims
            return Candidate(SD_JWT, frozenset({str(claims.get("vct"))}), claims)
        claims = read_token(held.content).claims["vc"] if held.format == JWT else held.content
        return Candidate(held.format, types_of(claims, self.contexts), claims)

    def present(
        self, part: CredentialQuery, held: list[Held], request: Mapping[str, Any]
    ) -> list[Any]:
        """Make the presentations of credentials that answer one part of a query."""
        nonce, audience = str(request["nonce"]), str(request["client_id"])
        if part.format == SD_JWT:
            return [self.bind(one.content, nonce, audience) for one in held]
        contents = [one.content for one in held]
        if part.format == LINKED_DATA:
            return [self.sign_presentation(contents, nonce, audience)]
        return [self.sign_token(contents, nonce, audience)]

    def bind(self, text: str, nonce: str, audience: str, /, **claims: Any) -> str:
        """Add the holder's own token to an SD-JWT."""
        text = text if text.endswith("~") else f"{text}~"
        digest = base64url(hashlib.sha256(text.encode()).digest())
        said = {"nonce": nonce, "aud": audience, "iat": int(time.time()), "sd_hash": digest}
        return text + self.key.token({"typ": "kb+jwt"}, said | claims)

    def sign_presentation(
        self, credentials: list[Any], nonce: str, audience: str, **options: Any
    ) -> dict[str, Any]:
        """Show credentials as linked data."""
        presentation = {
            "@context": [V2],
            "type": ["VerifiablePresentation"],
            "holder": self.did,
            "verifiableCredential": credentials,
        }
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        made_for = {"challenge": nonce, "domain": audience, "created": now}
        proof = {"proofPurpose": "authentication", **made_for, **options}
        return sign_document(presentation, self.key, self.contexts, **proof)

    def sign_token(
        self, credentials: list[str], nonce: str, audience: str, /, **claims: Any
    ) -> str:
        """Show credentials as a JWT."""
        presentation = {
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": credentials,
        }
        said = {"iss": self.did, "aud": audience, "nonce": nonce, "iat": int(time.time())}
        header = {"typ": "JWT", "kid": self.key.method}
        return self.key.token(header, {**said, "vp": presentation, **claims})


def _chosen(query: Query, able: set[str]) -> Iterator[str]:
    """Choose what to show: the first way that each set offers, or all that was asked for."""
    if not query.sets:
        yield from query.credentials
    chosen: set[str] = set()
    for one in query.sets:
        chosen |= next((option for option in one.options if option <= able), frozenset())
    yield from sorted(chosen)
