"""Answers encrypted for one request, where a proxy between wallet and hub should not read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from isthmus.credentials.contract import DocumentUnreadable
from isthmus.credentials.formats import decoding
from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.credentials.presenting.verbatim import part_of

ALGORITHM = "ECDH-ES"
CONTENT = ("A256GCM", "A128GCM")
_KEY_ID = "answer"


def draw_key() -> dict[str, Any]:
    """Draw the key pair of one request, as a private JWK."""
    return dict(ECKey.generate_key("P-256").as_dict(private=True))


def public_key(private: Mapping[str, Any]) -> dict[str, Any]:
    """Give the part of a pair that goes into the request."""
    stated = {name: private[name] for name in ("kty", "crv", "x", "y")}
    return {**stated, "kid": _KEY_ID, "use": "enc", "alg": ALGORITHM}


def encrypted(text: str, public: Mapping[str, Any]) -> str:
    """Encrypt an answer, as a wallet does."""
    header = {"alg": ALGORITHM, "enc": CONTENT[0], "kid": public["kid"]}
    key = ECKey.import_key({name: public[name] for name in ("kty", "crv", "x", "y")})
    return jwe.encrypt_compact(header, text, key, algorithms=[ALGORITHM, *CONTENT])


def opened(response: str, private: Mapping[str, Any]) -> dict[str, str]:
    """Open an encrypted answer, and give it as the form it would have been."""
    registry = jwe.JWERegistry(algorithms=[ALGORITHM, *CONTENT])
    registry.max_ciphertext_length = decoding.MAX_BYTES
    try:
        key = ECKey.import_key(dict(private))
        found = jwe.decrypt_compact(response, key, registry=registry)
        text = (found.plaintext or b"").decode()
        stated = decoding.json_object(text)
    except (JoseError, DocumentUnreadable, ValueError):
        raise PresentationRefused(Reason.UNREADABLE) from None
    return {name: _as_field(text, name, value) for name, value in stated.items()}


def _as_field(text: str, name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    return part_of(text, name) if isinstance(value, dict) else json.dumps(value)
