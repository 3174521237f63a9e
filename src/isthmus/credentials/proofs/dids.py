"""Whose key it is: DIDs, their documents, and what a document allows a key to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urldefrag

from isthmus.credentials.contract import Fetched, Surroundings
from isthmus.credentials.proofs.keys import Key, key_of_jwk, key_of_method, key_of_multikey
from isthmus.credentials.proofs.multikey import (
    Coded,
    KeyUnreadable,
    decode_base64url,
    encode_multikey,
)

_AGREEMENT_ONLY = {"X25519"}
_SIGNING = {"assertionMethod", "authentication", "capabilityInvocation", "capabilityDelegation"}


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key and who vouches for it; `controller` is None where nobody does.

    `fault` says why there is no key, or, beside a key written out in the reference itself, why
    nobody vouches for it; `unreachable` that the one to ask did not answer.
    """

    key: Key | None
    controller: str | None = None
    fault: str | None = None
    unreachable: bool = False
    source: str | None = None
    age_seconds: int | None = None


async def find_key(
    reference: str | Mapping[str, Any], purpose: str, surroundings: Surroundings
) -> FoundKey:
    """Find the key a verification method names, allowed for a purpose."""
    if isinstance(reference, Mapping):
        return await _stated_key(reference, purpose, surroundings)
    if reference.startswith("did:key:"):
        return _of_did_key(reference, purpose)
    if reference.startswith("did:jwk:"):
        return _of_did_jwk(reference, purpose)
    if reference.startswith("did:web:"):
        return await _of_did_web(reference, purpose, surroundings)
    if reference.startswith("did:"):
        method = reference.split(":")[1]
        return FoundKey(None, fault=f"the DID method {method} is not known here")
    return await _of_address(reference, purpose, surroundings)


async def _stated_key(
    method: Mapping[str, Any], purpose: str, surroundings: Surroundings
) -> FoundKey:
    """Look a method up that the proof itself spells out: its own words bind nobody."""
    reference = method.get("id")
    if isinstance(reference, str) and reference.startswith("did:"):
        return await find_key(reference, purpose, surroundings)
    try:
        return FoundKey(key_of_method(method))
    except KeyUnreadable as fault:
        return FoundKey(None, fault=str(fault))


@lru_cache(maxsize=1024)
def _of_did_key(reference: str, purpose: str) -> FoundKey:
    did, _, fragment = reference.partition("#")
    text = did.removeprefix("did:key:").rpartition(":")[2]  # a version may stand before the key
    try:
        key = key_of_multikey(text)
    except KeyUnreadable as fault:
        return FoundKey(None, fault=str(fault))
    if fragment and fragment != text:
        return FoundKey(None, fault="the DID has no such verification method")
    if key.kind in _AGREEMENT_ONLY or purpose not in _SIGNING:
        return FoundKey(None, fault=f"the key may not be used for {purpose}")
    return FoundKey(key, did)


def did_of(key: Key) -> str:
    """Give the did:key of a key; raise `KeyUnreadable` where it has none."""
    return f"did:key:{encode_multikey(Coded(key.kind, key.body))}"


def key_in(did: str) -> Key | None:
    """Give the key that a did:key or did:jwk spells out; None of any other name."""
    if did.startswith("did:key:"):
        return _of_did_key(did, "authentication").key
    return _of_did_jwk(did, "authentication").key if did.startswith("did:jwk:") else None


def _of_did_jwk(reference: str, purpose: str) -> FoundKey:
    did, _, fragment = reference.partition("#")
    try:
        jwk = json.loads(decode_base64url(did.removeprefix("did:jwk:")))
        key = key_of_jwk(jwk)
    except (KeyUnreadable, ValueError, AttributeError):
        return FoundKey(None, fault="the DID holds no JWK that is known here")
    if fragment not in {"", "0"}:
        return FoundKey(None, fault="the DID has no such verification method")
    if jwk.get("use") == "enc" or key.kind in _AGREEMENT_ONLY or purpose not in _SIGNING:
        return FoundKey(None, fault=f"the key may not be used for {purpose}")
    return FoundKey(key, did)


async def _of_did_web(reference: str, purpose: str, surroundings: Surroundings) -> FoundKey:
    did = reference.partition("#")[0]
    address = did_web_address(did)
    if address is None:
        return FoundKey(None, fault="the DID names no address")
    answer = await surroundings.fetcher.fetch(address)
    return _in_answer(answer, did, reference, purpose)


def did_web_address(did: str) -> str | None:
    """Give the address of a did:web's document; None where the DID is malformed."""
    host, *path = did.removeprefix("did:web:").split(":")
    host = unquote(host)
    parts = [unquote(part) for part in path]
    if not host or any(mark in host for mark in "/@?#\\ ") or any(part in _STEPS for part in parts):
        return None
    if any(mark in part for part in parts for mark in "/?#\\"):
        return None
    return f"https://{host}/{'/'.join(parts or ['.well-known'])}/did.json"


_STEPS = {"", ".", ".."}


async def _of_address(reference: str, purpose: str, surroundings: Surroundings) -> FoundKey:
    """Find a key at an address; one written out in the fragment is bound to nobody."""
    address = urldefrag(reference).url
    written = _written_out(reference)
    if written is not None:
        return FoundKey(written)
    if not address.startswith("https://"):
        return FoundKey(None, fault="the verification method is neither a DID nor an address")
    answer = await surroundings.fetcher.fetch(address)
    return _in_answer(answer, address, reference, purpose)


def _in_answer(answer: Fetched, controller: str, reference: str, purpose: str) -> FoundKey:
    written = _written_out(reference)
    if answer.body is None:
        fault = answer.fault or "no answer"
        return FoundKey(written, fault=fault, unreachable=True, source=answer.url)
    found = _in_document(answer.body, controller, reference, purpose)
    return FoundKey(
        found.key or written,
        found.controller,
        found.fault,
        source=answer.url,
        age_seconds=answer.age_seconds,
    )


def _written_out(reference: str) -> Key | None:
    """Read the key that a fragment spells out, as many issuers name their keys."""
    try:
        return key_of_multikey(urldefrag(reference).fragment)
    except KeyUnreadable:
        return None


def _in_document(body: bytes, controller: str, reference: str, purpose: str) -> FoundKey:
    document = _object(body)
    if document is None:
        return FoundKey(None, fault="the answer is no document of keys")
    if document.get("id") == reference and "#" in reference:
        return _of_key_document(document, controller)
    method = _method(document, controller, reference)
    fault = _method_fault(document, method, controller, purpose)
    if fault is not None or method is None:
        return FoundKey(None, fault=fault)
    return _bound(method, controller)


def _of_key_document(document: Mapping[str, Any], address: str) -> FoundKey:
    """Take a key published by itself: it may name any owner, so only its own address binds it."""
    owner = document.get("controller") or document.get("owner")
    found = _bound(document, address)
    return found if owner == address else replace(found, controller=None)


def _method_fault(
    document: Mapping[str, Any], method: Mapping[str, Any] | None, controller: str, purpose: str
) -> str | None:
    if document.get("id") != controller:
        return "the document found is another's"
    if method is None:
        return "the document has no such verification method"
    if method.get("controller", controller) != controller:
        return "the key is under another's control"
    if not _allowed(document, controller, str(method.get("id")), purpose):
        return f"the document does not allow the key for {purpose}"
    return None


def _object(body: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _bound(method: Mapping[str, Any], controller: str) -> FoundKey:
    try:
        key = key_of_method(method)
    except KeyUnreadable as fault:
        return FoundKey(None, fault=str(fault))
    if key.kind in _AGREEMENT_ONLY:
        return FoundKey(None, fault="the key is not for signing")
    return FoundKey(key, controller)


def _method(
    document: Mapping[str, Any], controller: str, reference: str
) -> Mapping[str, Any] | None:
    """Find a method by its name; a reference to the whole document means its only method."""
    stated = [
        entry
        for field in ("verificationMethod", "publicKey", *sorted(_SIGNING))
        for entry in _listed(document.get(field))
        if isinstance(entry, Mapping)
    ]
    if reference == controller:
        return stated[0] if len(stated) == 1 else None
    for entry in stated:
        if _absolute(entry.get("id"), controller) == reference:
            return entry
    return None


def _allowed(document: Mapping[str, Any], controller: str, name: str, purpose: str) -> bool:
    wanted = _absolute(name, controller)
    for entry in _listed(document.get(purpose)):
        stated = entry.get("id") if isinstance(entry, Mapping) else entry
        if _absolute(stated, controller) == wanted:
            return True
    return False


def _absolute(name: object, controller: str) -> str | None:
    if not isinstance(name, str):
        return None
    return f"{controller}{name}" if name.startswith("#") else name


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
