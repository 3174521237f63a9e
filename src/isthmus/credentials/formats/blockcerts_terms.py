"""The terms of Open Badges 2 and Blockcerts 2, by which an unmapped field is told at once.

A field that no context defines vanishes when the document is hashed, so that anybody could add
it afterwards. A context that maps everything unknown hides the same gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from isthmus.credentials.formats import stated
from isthmus.credentials.formats.faults import pointer

_TERMS = frozenset(
    (  # noqa: SIM905 - words are read more easily than a list
        "alignment allowedOrigins anchors audience author badge caption chain claim created "
        "creator criteria description displayHtml email endorsement endorsementComment evidence "
        "expires genre hashed hosted id identity image introductionUrl issuedOn issuer jobTitle "
        "left merkleRoot metadataJson name narrative nonce owner proof publicKey publicKeyPem "
        "recipient recipientProfile related revocationList revocationReason revoked "
        "revokedAssertions right salt signature signatureLines signed sourceId startsWith "
        "subtitle tags targetCode targetDescription targetFramework targetHash targetName "
        "targetUrl telephone type uid universalIdentifier url validatesType validation "
        "validationFrame validationSchema verification verificationProperty verify version"
    ).split()
)
_MOST = 20


def unknown_terms(claims: Mapping[str, Any]) -> list[str]:
    """Give the paths of fields that neither the vocabulary nor an inline context defines."""
    known = dict.fromkeys(_TERMS)
    found = []
    for at, item in enumerate(stated.many(claims.get("@context"))):
        if isinstance(item, dict):
            known |= item
            if "@vocab" in item:
                found.append(pointer("/@context", at, "@vocab"))
    found += list(_unknown(claims, known, ""))
    return found[:_MOST]


def _is_json(meaning: Any) -> bool:
    """Tell a term whose content is hashed as JSON, whatever its keys are."""
    return isinstance(meaning, dict) and meaning.get("@type") == "@json"


def _unknown(value: Any, known: Mapping[str, Any], path: str) -> Iterator[str]:
    if isinstance(value, dict):
        if not (_is_json(value) and value.keys() == {"@type", "@value"}):
            yield from _unknown_of(value, known, path)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _unknown(item, known, pointer(path, at))


def _unknown_of(value: Mapping[str, Any], known: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, item in value.items():
        if name.startswith("@") or ":" in name:
            continue
        here = pointer(path, name)
        if name not in known:
            yield here
        elif not _is_json(known[name]):
            yield from _unknown(item, known, here)
