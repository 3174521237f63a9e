"""The signature of inCredible: RSA over two hashes, of its own options and of the certificate.

Its libraries of 2019 left statements about relative identifiers out before hashing, so that a
certificate whose recipient is `#/evidence/0/subject` says the name of that recipient unsigned. Such
a signature may fit and still prove too little: it is a warning, and no evidence of the whole.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from isthmus.credentials.contract import DocumentUnreadable, Fetched, Surroundings
from isthmus.credentials.formats import stated
from isthmus.credentials.formats.decoding import json_object
from isthmus.credentials.formats.incredible_terms import local, plain
from isthmus.credentials.proofs.contexts import ContextUnknown
from isthmus.credentials.proofs.keys import Key, key_of_pem
from isthmus.credentials.proofs.linked_data import Canonical, LinkedDataFault, canonical_rest
from isthmus.credentials.proofs.multikey import KeyUnreadable
from isthmus.credentials.proofs.nquads import literal
from isthmus.credentials.proofs.rdfc import CanonicalFormTooCostly
from isthmus.credentials.proofs.rows import row, without_context
from isthmus.model.verification import Check

_SUITE = "RsaSignature2018"
_OPTIONS = ("created", "creator")
_PLACE = "/signature"


class _Signature(NamedTuple):
    """What a certificate says of its signature, by local names, and the certificate without it."""

    says: Mapping[str, Any]
    rest: Mapping[str, Any]


async def signature_rows(claims: Mapping[str, Any], surroundings: Surroundings) -> list[Check]:
    """Check the signature of a certificate, and whether its issuer vouches for the key."""
    found = _signature(claims)
    if found is None:
        return [row("SIGNATURE", "SKIPPED", "nothing is signed")]
    kinds = [local(kind) for kind in stated.words(found.says.get("type"))]
    if _SUITE not in kinds:
        detail = f"the suite {' '.join(kinds) or 'without a name'} is not known here"
        return [row("SIGNATURE", "SKIPPED", detail, _PLACE)]
    if not all(isinstance(found.says.get(name), str) for name in _OPTIONS):
        detail = "the signature does not state by which key, or when"
        return [row("SIGNATURE", "FAIL", detail, _PLACE)]
    return await _checked(found, claims, surroundings)


def _signature(claims: Mapping[str, Any]) -> _Signature | None:
    for name, value in claims.items():
        if local(name) == "signature" and isinstance(value, dict):
            return _Signature(plain(value), {k: v for k, v in claims.items() if k != name})
    return None


async def _checked(
    found: _Signature, claims: Mapping[str, Any], surroundings: Surroundings
) -> list[Check]:
    badge = stated.first(plain(claims).get("badge"))
    issuer = stated.first(badge.get("awardedBy", badge.get("issuer")))
    answer, profile = await _profile(issuer, surroundings)
    vouched, named = _key(profile, found.says["creator"]), _key(issuer, found.says["creator"])
    key = vouched or named
    if key is None:
        result = "FAIL" if answer is not None and answer.body is not None else "UNREACHABLE"
        detail = "there is no key of that name, in the document or at its issuer's address"
        return [row("SIGNATURE", result, detail, _PLACE)]
    try:
        form = canonical_rest(found.rest, surroundings.contexts)
    except ContextUnknown as fault:
        return without_context(fault, _PLACE, "")
    except (LinkedDataFault, CanonicalFormTooCostly) as fault:
        return [row("SIGNATURE", "FAIL", f"cannot be good: {fault}", _PLACE)]
    if not key.verifies(_value(found.says), _signed(found.says, form)):
        return [
            row("SIGNATURE", "FAIL", "the signature is not of this key over this document", _PLACE),
            row("TAMPER", "FAIL", "the claims or the signature changed after signing", _PLACE),
        ]
    return [*_good(form), _binding(answer, is_vouched=vouched is not None)]


def _good(form: Canonical) -> list[Check]:
    if not form.unsaid:
        return [row("SIGNATURE", "PASS", f"{_SUITE} by a key of kind RSA", _PLACE)]
    detail = f"it fits, but covers nothing that is said of {', '.join(sorted(form.unsaid))}"
    return [
        row("SIGNATURE", "WARN", detail, _PLACE),
        row("TAMPER", "WARN", "a part of it could be altered: no signature covers it"),
    ]


def _signed(says: Mapping[str, Any], form: Canonical) -> bytes:
    """Give what is signed; the options are statements whose names were never made absolute."""
    options = "".join(f"_:c14n0 <sec:{name}> {literal(says[name])} .\n" for name in _OPTIONS)
    return b"".join(hashlib.sha256(text.encode()).digest() for text in (options, form.text))


def _value(says: Mapping[str, Any]) -> bytes:
    """Read the value, in either alphabet of base64; one that is neither fits no key."""
    text = says.get("signatureValue")
    try:
        plain_text = text.translate(str.maketrans("-_", "+/")) if isinstance(text, str) else ""
        return base64.b64decode(plain_text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _key(profile: Mapping[str, Any], name: str) -> Key | None:
    """Find the key of a name in a profile, written out there."""
    for item in stated.objects(profile.get("publicKey")):
        pem = stated.word(item.get("publicKeyPem"))
        if stated.url(item) == name and pem is not None:
            try:
                key = key_of_pem(pem)
            except KeyUnreadable:
                continue
            return key if key.kind == "RSA" else None
    return None


async def _profile(
    issuer: Mapping[str, Any], surroundings: Surroundings
) -> tuple[Fetched | None, Mapping[str, Any]]:
    """Get the profile from the address that names the issuer; a copy inside proves nothing."""
    address = stated.url(issuer)
    if address is None or not address.startswith("https://"):
        return None, {}
    answer = await surroundings.fetcher.fetch(address)
    try:
        profile = plain(json_object(answer.body or b""))
    except DocumentUnreadable:
        return answer, {}
    return answer, profile if stated.url(profile) == address else {}


def _binding(answer: Fetched | None, *, is_vouched: bool) -> Check:
    if is_vouched:
        return row("ISSUER_BINDING", "PASS", "the issuer's profile names the key")
    if answer is not None and answer.body is None:
        detail = "unbound: the key stands in the document, and its issuer did not answer"
        return row("ISSUER_BINDING", "UNREACHABLE", detail)
    detail = "unbound: the key stands in the document, and nobody vouches for it"
    return row("ISSUER_BINDING", "WARN", detail)
