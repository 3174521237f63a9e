"""By which key a token wants to be checked: its header, its issuer's DID, its issuer's metadata."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from cryptography import x509

from isthmus.credentials.contract import Fetched, Surroundings
from isthmus.credentials.proofs.dids import FoundKey, find_key
from isthmus.credentials.proofs.keys import key_of_certificate, key_of_jwk
from isthmus.credentials.proofs.multikey import KeyUnreadable

_NO_KEY = "the token does not say by which key to check it"


async def find_token_key(
    header: Mapping[str, Any],
    issuer: str | None,
    surroundings: Surroundings,
    *,
    purpose: str = "assertionMethod",
) -> FoundKey:
    """Find the key of a token; a key that the token itself carries is bound to nobody."""
    reference = _reference(header.get("kid"), issuer)
    if reference is not None:
        return await find_key(reference, purpose, surroundings)
    if isinstance(header.get("jwk"), Mapping):
        return _carried(header["jwk"])
    if isinstance(header.get("x5c"), list):
        return _certified(header["x5c"])
    kid = header.get("kid")
    if isinstance(kid, str) and kid.startswith("https://"):
        return await _at_address(kid, issuer, surroundings)
    if issuer is not None and issuer.startswith("https://"):
        return await _of_metadata(issuer, kid, surroundings)
    return FoundKey(None, fault=_NO_KEY)


def _reference(kid: object, issuer: str | None) -> str | None:
    """Name a verification method, where the header and the issuer give one."""
    if isinstance(kid, str) and (kid.startswith("did:") or "#" in kid.lstrip("#")):
        return kid
    if issuer is None or not issuer.startswith("did:"):
        return None
    if not isinstance(kid, str) or not kid:
        return issuer
    return f"{issuer}#{kid.lstrip('#')}"


def _carried(jwk: Mapping[str, Any]) -> FoundKey:
    try:
        return FoundKey(key_of_jwk(jwk))
    except KeyUnreadable as fault:
        return FoundKey(None, fault=str(fault))


def _certified(chain: list[Any]) -> FoundKey:
    """Take the key of the certificate that a token carries: named, but vouched for by nobody."""
    try:
        body = base64.b64decode(chain[0], validate=True)
        return FoundKey(key_of_certificate(x509.load_der_x509_certificate(body)))
    except (KeyUnreadable, ValueError, TypeError, IndexError):
        return FoundKey(None, fault="the token's certificate is none")


async def _at_address(kid: str, issuer: str | None, surroundings: Surroundings) -> FoundKey:
    """Get a JWK from its address; one below the issuer's own address is the issuer's."""
    answer = await surroundings.fetcher.fetch(kid)
    # not any address of the host: many issuers may share one
    is_own = issuer is not None and kid.startswith(f"{issuer.rstrip('/')}/")
    return _among(answer, None, issuer if is_own else None)


async def _of_metadata(issuer: str, kid: object, surroundings: Surroundings) -> FoundKey:
    """Ask the issuer's metadata, as SD-JWT VC has it."""
    place = urlsplit(issuer)
    path = f"/.well-known/jwt-vc-issuer{place.path.rstrip('/')}"
    answer = await surroundings.fetcher.fetch(
        urlunsplit((place.scheme, place.netloc, path, "", ""))
    )
    stated = _object(answer.body)
    if stated.get("issuer") not in {None, issuer}:
        return FoundKey(None, fault="the metadata found is another issuer's", source=answer.url)
    if isinstance(stated.get("jwks_uri"), str):
        answer = await surroundings.fetcher.fetch(stated["jwks_uri"])
    return _among(answer, kid, issuer)


def _among(answer: Fetched, kid: object, controller: str | None) -> FoundKey:
    if answer.body is None:
        fault = answer.fault or "no answer"
        return FoundKey(None, fault=fault, unreachable=True, source=answer.url)
    jwks = list(_jwks(_object(answer.body)))
    wanted = [jwk for jwk in jwks if kid is None or jwk.get("kid") == kid]
    if len(wanted) != 1:
        return FoundKey(None, fault="the issuer publishes no such key", source=answer.url)
    found = _carried(wanted[0])
    return FoundKey(
        found.key,
        controller if found.key else None,
        found.fault,
        source=answer.url,
        age_seconds=answer.age_seconds,
    )


def _jwks(stated: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "kty" in stated:
        yield stated
    inner = stated.get("jwks", stated)
    keys = inner.get("keys") if isinstance(inner, Mapping) else None
    for jwk in keys if isinstance(keys, list) else ():
        if isinstance(jwk, Mapping):
            yield jwk


def _object(body: bytes | None) -> Mapping[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
