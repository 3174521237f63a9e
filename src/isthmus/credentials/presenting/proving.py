"""What every proof of a holder has in common: what was shown, and when it may have been made."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from isthmus.credentials.contract import Document
from isthmus.credentials.formats import stated
from isthmus.credentials.presenting.dcql import Candidate
from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.credentials.presenting.request_object import Asked

DRIFT = timedelta(minutes=5)
"""How far a wallet's clock may be off."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A credential that its holder showed: as its issuer wrote it, with who proved to hold it."""

    document: Document
    candidate: Candidate


def require(holds: bool, reason: Reason) -> None:  # noqa: FBT001 - it is what is required
    """Raise `PresentationRefused` unless something holds."""
    if not holds:
        raise PresentationRefused(reason)


def require_made_for(asked: Asked, *, nonce: object, audience: object) -> None:
    """Require that a proof was made for this request."""
    require(_is(nonce, asked.nonce), Reason.NONCE_OTHER)
    require(_is(audience, asked.client_id), Reason.AUDIENCE_OTHER)


def require_made_during(asked: Asked, moment: object, now: datetime) -> None:
    """Require that a proof was made since the request was, as far as clocks agree."""
    made = stated.moment(moment)
    if made is None or not asked.begun_at - DRIFT <= made <= now + DRIFT:
        raise PresentationRefused(Reason.TIME_OTHER)


def _is(found: object, wanted: str) -> bool:
    if not isinstance(found, str):
        return False
    # a token may hold half a character, which nothing else can be written as
    return hmac.compare_digest(found.encode(errors="surrogatepass"), wanted.encode())
