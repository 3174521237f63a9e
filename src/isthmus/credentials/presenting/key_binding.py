"""An SD-JWT with a key binding token: the holder chose what to disclose, to whom and when."""

from __future__ import annotations

from isthmus.credentials.contract import Document, Surroundings
from isthmus.credentials.formats import stated
from isthmus.credentials.presenting.dcql import SD_JWT, Candidate
from isthmus.credentials.presenting.proving import (
    Shown,
    require,
    require_made_during,
    require_made_for,
)
from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.credentials.presenting.request_object import Asked
from isthmus.credentials.proofs.dids import FoundKey, did_of
from isthmus.credentials.proofs.disclosures import digest_of
from isthmus.credentials.proofs.keys import Key
from isthmus.credentials.proofs.multikey import KeyUnreadable
from isthmus.credentials.proofs.sd_jwt import SdJwt, find_holder_key, read_sd_jwt
from isthmus.credentials.proofs.tokens import (
    Token,
    TokenUnreadable,
    algorithm_fault,
    is_token_signed,
    read_token,
)

MEDIA_TYPE = "application/dc+sd-jwt"


async def prove_sd_jwt(text: str, asked: Asked, surroundings: Surroundings) -> Shown:
    """Check that the holder presents an SD-JWT; raise `PresentationRefused`.

    The document given on is the issuer's token with its disclosures: the holder's own token was
    for this request only, and is used up by it.
    """
    try:
        read = read_sd_jwt(text)
        held = read_token(read.key_binding) if read.key_binding is not None else None
        presented = "~".join((read.compact, *read.disclosures, ""))
        digest = digest_of(presented, read.token.claims.get("_sd_alg", "sha-256"))
    except TokenUnreadable:
        raise PresentationRefused(Reason.UNREADABLE) from None
    if held is None or read.key_binding is None or "cnf" not in read.claims:
        raise PresentationRefused(Reason.HOLDER_UNPROVED)
    found = await find_holder_key(read.claims, surroundings)
    require(not found.unreachable, Reason.KEY_UNREACHABLE)
    require(held.header.get("typ") == "kb+jwt", Reason.PURPOSE_OTHER)
    key = _signing_key(read.key_binding, held, found)
    require(held.claims.get("sd_hash") == digest, Reason.DISCLOSURES_OTHER)
    require_made_for(asked, nonce=held.claims.get("nonce"), audience=held.claims.get("aud"))
    require_made_during(asked, held.claims.get("iat"), surroundings.now)
    holder = found.controller or _name_of(key)
    document = Document(presented.encode(), media_type=MEDIA_TYPE, presented_by=holder)
    return Shown(document, _candidate(read))


def _signing_key(text: str, held: Token, found: FoundKey) -> Key:
    key = found.key
    if key is None or algorithm_fault(held.header, key) is not None:
        raise PresentationRefused(Reason.HOLDER_KEY_OTHER)
    require(is_token_signed(text, key, str(held.header["alg"])), Reason.HOLDER_KEY_OTHER)
    return key


def _name_of(key: Key) -> str:
    try:
        return did_of(key)
    except KeyUnreadable:
        raise PresentationRefused(Reason.PROOF_UNKNOWN) from None


def _candidate(read: SdJwt) -> Candidate:
    kind = stated.word(read.claims.get("vct"))
    return Candidate(SD_JWT, frozenset({kind} if kind else ()), read.claims)
