"""The request a wallet fetches: its parameters, and the hub's signature over them.

The prefix of a client id says how a wallet knows the hub: by a DID or a certificate whose key
signs the request, or by nothing but the address the answer goes to, where none can sign.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from isthmus.credentials.presenting.asking import OFFERED
from isthmus.credentials.proofs.signing import base64url, coded

MEDIA_TYPE = "application/oauth-authz-req+jwt"
AUDIENCE = "https://self-issued.me/v2"
"""Any wallet: the hub does not know beforehand which one will answer."""

Sign = Callable[[bytes], bytes]
"""Signs bytes with the hub's key, as web signatures write it."""


@dataclass(frozen=True, slots=True)
class Client:
    """The hub as a wallet sees it; without `sign` its requests are not signed."""

    id: str
    algorithm: str = "none"
    header: Mapping[str, Any] = field(default_factory=dict)
    sign: Sign | None = None


def client_of_did(did: str, method: str, algorithm: str, sign: Sign) -> Client:
    """Give the client known by a DID; `method` names the key in its document."""
    return Client(f"decentralized_identifier:{did}", algorithm, {"kid": method}, sign)


def client_of_certificate(host: str, chain: Sequence[bytes], algorithm: str, sign: Sign) -> Client:
    """Give the client known by a certificate for its host; the chain is DER, the leaf first."""
    stated = [base64.b64encode(certificate).decode() for certificate in chain]
    return Client(f"x509_san_dns:{host}", algorithm, {"x5c": stated}, sign)


def client_of_address(response_uri: str) -> Client:
    """Give the client known by nothing but where the answer goes."""
    return Client(f"redirect_uri:{response_uri}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it was made: what an answer is held against."""

    client_id: str
    response_uri: str
    nonce: str
    state: str
    query: Mapping[str, Any]
    begun_at: datetime
    expires_at: datetime
    encryption_key: Mapping[str, Any] | None = None
    """The public key that the answer is to be encrypted for, where it is."""


def parameters_of(asked: Asked) -> dict[str, Any]:
    """Give the parameters of a request."""
    metadata: dict[str, Any] = {"vp_formats_supported": _offered(asked.query)}
    mode = "direct_post"
    if asked.encryption_key is not None:
        mode = "direct_post.jwt"
        metadata["jwks"] = {"keys": [dict(asked.encryption_key)]}
        metadata["encrypted_response_enc_values_supported"] = ["A256GCM", "A128GCM"]
    return {
        "aud": AUDIENCE,
        "client_id": asked.client_id,
        "response_type": "vp_token",
        "response_mode": mode,
        "response_uri": asked.response_uri,
        "nonce": asked.nonce,
        "state": asked.state,
        "dcql_query": dict(asked.query),
        "client_metadata": metadata,
        "iat": int(asked.begun_at.timestamp()),
        "exp": int(asked.expires_at.timestamp()),
    }


def write_request(asked: Asked, client: Client) -> str:
    """Give the request as a token, signed where the client has a key."""
    header = {"typ": "oauth-authz-req+jwt", "alg": client.algorithm, **client.header}
    text = f"{coded(header)}.{coded(parameters_of(asked))}"
    signature = client.sign(text.encode()) if client.sign is not None else b""
    return f"{text}.{base64url(signature)}"


def _offered(query: Mapping[str, Any]) -> dict[str, Any]:
    """Offer the formats asked for, and no others."""
    asked = {part["format"] for part in query["credentials"]}
    return {name: dict(values) for name, values in OFFERED.items() if name in asked}
