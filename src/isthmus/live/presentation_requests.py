"""What is kept of a presentation between its steps: as it was asked, and as it was shown."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from isthmus.credentials.contract import Document
from isthmus.credentials.presenting import encryption
from isthmus.credentials.presenting.proving import Shown
from isthmus.credentials.presenting.request_object import Asked
from isthmus.credentials.proofs.signing import base64url
from isthmus.live.wallet_client import WalletClient

SECONDS = 600
"""How long a request is open, and then how long its answer waits to be collected."""

PATH = "/present"


@dataclass(frozen=True, slots=True)
class Begun:
    """A request for a presentation; `request` stays with whoever made it."""

    request: str
    request_uri: str
    client_id: str
    nonce: str
    expires_at: datetime

    @property
    def wallet_uri(self) -> str:
        """The link that a wallet opens, or reads as a QR code."""
        query = {"client_id": self.client_id, "request_uri": self.request_uri}
        return f"openid4vp://?{urlencode(query)}"


def draw_request(
    client: WalletClient,
    learner_id: int | None,
    query: Mapping[str, Any],
    *,
    return_url: str | None,
    encrypted: bool,
) -> dict[str, Any]:
    """Draw a request, with all that is kept of it."""
    request = secrets.token_urlsafe(32)
    return {
        "request": request,
        "learner": learner_id,
        "return_url": return_url,
        "client_id": client.id,
        "response_uri": f"{client.address}{PATH}/{handle_of(request)}",
        "nonce": secrets.token_urlsafe(24),
        "state": secrets.token_urlsafe(24),
        "query": query,
        "begun_at": int(datetime.now(UTC).timestamp()),
        "key": encryption.draw_key() if encrypted else None,
    }


def handle_of(request: str) -> str:
    """Give the public name of a request, from which the request cannot be told."""
    return base64url(hashlib.sha256(b"presentation\0" + request.encode()).digest()[:20])


def asked_of(kept: Mapping[str, Any]) -> Asked:
    """Give a request as it was asked."""
    begun_at = datetime.fromtimestamp(kept["begun_at"], UTC)
    key = kept["key"]
    return Asked(
        client_id=kept["client_id"],
        response_uri=kept["response_uri"],
        nonce=kept["nonce"],
        state=kept["state"],
        query=kept["query"],
        begun_at=begun_at,
        expires_at=begun_at + timedelta(seconds=SECONDS),
        encryption_key=None if key is None else encryption.public_key(key),
    )


def opened(form: Mapping[str, str], kept: Mapping[str, Any]) -> Mapping[str, str]:
    """Open an answer that had to be encrypted; a wallet that cannot may still say so."""
    if kept["key"] is None or "error" in form:
        return form
    return encryption.opened(form.get("response", ""), kept["key"])


def sealable(shown: Shown) -> dict[str, str | None]:
    """Give what is kept of a credential until it is collected."""
    document = shown.document
    return {
        "body": document.body.decode(),
        "media_type": document.media_type,
        "presented_by": document.presented_by,
    }


def document_of(kept: Mapping[str, str | None]) -> Document:
    """Give a credential as it was shown."""
    return Document(
        (kept["body"] or "").encode(),
        media_type=kept["media_type"],
        presented_by=kept["presented_by"],
    )


def with_code(url: str, code: str) -> str:
    """Put a code where only the page that is returned to reads it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(fragment=urlencode({"response_code": code})))
