"""What a Blockcert of each version must state, and where its Merkle proof stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from isthmus.credentials.formats import stated, w3c_rules
from isthmus.credentials.formats.faults import Fault, rows
from isthmus.model.verification import Check, CheckKind

_PROOFS = {"MerkleProof2017", "MerkleProof2019"}
_SUITE = "merkle-proof-2019"
FIRST = {"certificate", "assertion", "recipient", "verify"}
"""The parts of a certificate of version 1, bare in 1.1 and in a `document` in 1.2."""
_STATED = (("name", "title"), ("description",), ("issuer",))


def proof_of(claims: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give the Merkle proof of a certificate, where it has one."""
    signature = stated.first(claims.get("signature"))
    if _PROOFS & set(stated.words(signature.get("type"))):
        return signature
    if isinstance(claims.get("document"), dict) and isinstance(claims.get("receipt"), dict):
        return stated.first(claims["receipt"])
    for proof in stated.objects(claims.get("proof")):
        kind = proof.get("chainedProofType", proof.get("type"))
        if kind == "MerkleProof2019" or proof.get("cryptosuite") == _SUITE:
            return proof
    return None


def form_faults(claims: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what makes a document no Blockcert of its version."""
    if "credentialSubject" in claims:
        for fault in w3c_rules.form_faults(claims):
            if fault.path != "/id" and not _is_plain_id(fault, claims):
                yield fault
        return
    is_first = claims.keys() >= FIRST  # version 1.1, signed without a tree
    if proof_of(claims) is None and not (is_first and isinstance(claims.get("signature"), str)):
        yield Fault("/signature", "a Blockcert must have a Merkle proof")
    if "document" not in claims and not is_first:
        for name in ("id", "issuedOn", "recipient", "badge"):
            if not claims.get(name):
                yield Fault(f"/{name}", f"a Blockcert must state its {name}")


def _is_plain_id(fault: Fault, claims: Mapping[str, Any]) -> bool:
    """Early certificates of version 3 name their parts by bare UUIDs."""
    return fault.sentence == "an id must be one URL" and w3c_rules.version_of(claims) == 1


def first_rows(claims: Mapping[str, Any]) -> list[Check]:
    """Check what a certificate of version 1 must state of itself; none for later versions."""
    document = claims.get("document", claims)
    if not isinstance(document, dict) or not document.keys() >= FIRST:
        return []
    certificate = stated.first(document.get("certificate"))
    faults = (
        Fault("/certificate", f"a certificate must state its {' or '.join(names)}")
        for names in _STATED
        if not any(certificate.get(name) for name in names)
    )
    return rows(CheckKind.SCHEMA, faults, "states what a certificate of version 1 must")
