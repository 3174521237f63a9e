"""Blockcerts 1.1 to 3.2: a document in a Merkle tree whose root was anchored on a chain.

Offline it can be shown that the document is the one that was hashed, and that the hash is in the
tree. That the root stands on the chain is the register's to say, and is not asked here. Version 1.1
has no tree: what it signs is its uid alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from isthmus.credentials.contract import DocumentUnreadable, Reading, Surroundings
from isthmus.credentials.formats import merkle, schemas, stated
from isthmus.credentials.formats.blockcerts_reading import (
    of_version_1,
    of_version_2,
    of_version_3,
)
from isthmus.credentials.formats.blockcerts_rules import (
    FIRST,
    first_rows,
    form_faults,
    proof_of,
)
from isthmus.credentials.formats.blockcerts_terms import unknown_terms
from isthmus.credentials.formats.faults import rows
from isthmus.credentials.formats.hosting import fetch_graph
from isthmus.credentials.formats.opened_format import OpenedFormat, ReadPart, data_of, opened_of
from isthmus.credentials.formats.opening import Opened
from isthmus.credentials.proofs import data_integrity, linked_data, status
from isthmus.credentials.proofs.contexts import ContextUnknown
from isthmus.credentials.proofs.rdfc import CanonicalFormTooCostly
from isthmus.credentials.proofs.rows import without_context
from isthmus.model.credential import CredentialFormat
from isthmus.model.verification import Check, CheckKind, CheckResult

_CONTEXT = "/blockcerts/"


class Blockcerts(OpenedFormat):
    """A certificate anchored on a chain."""

    name = CredentialFormat.BLOCKCERTS
    names = (CredentialFormat.BLOCKCERTS,)

    def claims(self, opened: Opened) -> bool:
        """Tell by type, context or proof."""
        claims = opened.claims
        types = set(stated.words(claims.get("type")))
        if types & {"BlockcertsCredential", "BlockchainCertificate"}:
            return True
        contexts = stated.words(claims.get("@context"))
        is_named = any(_CONTEXT in item or "blockcerts.org" in item for item in contexts)
        if is_named and ("badge" in claims or "credentialSubject" in claims):
            return True
        is_first = set(claims) >= FIRST or ("document" in claims and "receipt" in claims)
        return is_first or proof_of(claims) is not None

    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Read a certificate of any version that is one signed document."""
        claims = opened.claims
        if "credentialSubject" in claims:
            credential = of_version_3(claims)
        elif "badge" in claims:
            credential = of_version_2(claims)
        elif isinstance(claims.get("document"), dict):
            credential = of_version_1(claims["document"])
        elif claims.keys() >= FIRST:
            credential = of_version_1(claims)
        else:
            raise DocumentUnreadable("the document is a Blockcert of a version before 1.1")
        return Reading(self.name, credential, data_of(opened), opened.document)

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Check form, that the hash is the document's and in the tree, and revocation."""
        claims = opened_of(reading).claims
        found = rows(CheckKind.FORMAT, form_faults(claims), "has the form of a Blockcert")
        found += first_rows(claims)
        found += await schemas.named_schema_rows(claims, surroundings)
        proof = proof_of(claims)
        if "badge" in claims:
            found += _term_rows(claims)
        if proof is not None:
            found += _inclusion_rows(claims, proof, surroundings)
            found += _binding_rows(claims, proof)
        elif claims.keys() >= FIRST:
            found.append(_uid_signed(claims))
        found += await _other_proof_rows(claims, surroundings, is_merkle=proof is not None)
        return found + await _status_rows(claims, surroundings)


def _uid_signed(claims: Mapping[str, Any]) -> Check:
    detail = "nothing is signed"
    if isinstance(claims.get("signature"), str):
        detail = (
            "version 1.1 signs its uid alone, by a Bitcoin key, and brings no proof of its hash"
        )
    return Check(CheckKind.SIGNATURE, CheckResult.SKIPPED, detail, path="/signature")


def _term_rows(claims: Mapping[str, Any]) -> list[Check]:
    """Name what no context defines: whatever it says, no hash covers it."""
    return [
        Check(
            CheckKind.TAMPER, CheckResult.FAIL, "no context defines this: no hash covers it", path
        )
        for path in unknown_terms(claims)
    ]


def _binding_rows(claims: Mapping[str, Any], proof: Mapping[str, Any]) -> list[Check]:
    """Compare the issuer with the body whose key the proof names; the key itself is not used."""
    kind = CheckKind.ISSUER_BINDING
    named, issuer = proof.get("verificationMethod"), stated.url(claims.get("issuer"))
    if not isinstance(named, str) or issuer is None or not named.startswith(("did:", "http")):
        return [Check(kind, CheckResult.SKIPPED, "only the anchor tells who issued it")]
    owner = named.partition("#")[0]
    if owner != issuer and owner.partition(":")[0] == issuer.partition(":")[0]:
        detail = "the proof names a key of somebody else than the issuer"
        others = len(stated.objects(claims.get("proof"))) > 1  # one of several signers may be
        result = CheckResult.WARN if others else CheckResult.FAIL
        return [Check(kind, result, detail, path="/proof/verificationMethod")]
    return [Check(kind, CheckResult.SKIPPED, "only the anchor tells who issued it")]


def _read_proof(proof: Mapping[str, Any]) -> merkle.MerkleProof | None:
    if "proofValue" in proof:
        return merkle.of_proof_value(proof["proofValue"])
    return merkle.of_signature(proof)


def _inclusion_rows(
    claims: Mapping[str, Any], proof: Mapping[str, Any], surroundings: Surroundings
) -> list[Check]:
    found = _read_proof(proof)
    if found is None:
        detail = "the Merkle proof is damaged"
        return [Check(CheckKind.SIGNATURE, CheckResult.FAIL, detail, path="/proof")]
    if not found.leads_to_root():
        detail = "the path of the Merkle proof does not lead to its root"
        return [Check(CheckKind.SIGNATURE, CheckResult.FAIL, detail, path="/proof/path")]
    compared = surroundings.remembered(
        ("hash", claims, proof), lambda: _hash_rows(claims, proof, found.target, surroundings)
    )
    return [*compared, _anchor(found)]


def _anchor(found: merkle.MerkleProof) -> Check:
    detail = "anchor not checked" if found.anchors else "anchor not checked: none is named"
    return Check(CheckKind.REGISTER_LOOKUP, CheckResult.SKIPPED, detail, path="/proof/anchors")


def _hash_rows(
    claims: Mapping[str, Any],
    proof: Mapping[str, Any],
    target: str,
    surroundings: Surroundings,
) -> list[Check]:
    """Compare the hash that the tree holds with the hash of the document."""
    try:
        is_same = any(
            hashlib.sha256(
                linked_data.canonical_form(form, surroundings.contexts).encode()
            ).hexdigest()
            == target
            for form in _hashed_forms(claims, proof)
        )
    except linked_data.UndefinedTerm as fault:
        detail = f"no context defines {fault.term}: it could say anything"
        return [_failed(CheckKind.TAMPER, detail, fault.path), _unsigned()]
    except ContextUnknown as fault:
        detail = "the hash cannot be compared without its context"
        return [
            Check(CheckKind.TAMPER, CheckResult.SKIPPED, detail),
            *without_context(fault, "/proof", ""),
        ]
    except (linked_data.LinkedDataFault, CanonicalFormTooCostly):
        return [_failed(CheckKind.FORMAT, "its statements cannot be read", ""), _unsigned()]
    if not is_same:
        return [
            _failed(CheckKind.TAMPER, "the document is not the one that was hashed", ""),
            _unsigned(),
        ]
    detail = "the document is the one whose hash is in the tree"
    return [Check(CheckKind.TAMPER, CheckResult.PASS, detail), _included()]


def _hashed_forms(
    claims: Mapping[str, Any], proof: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Yield what may have been hashed: all but the proof, or all but the last of a chain."""
    if isinstance(claims.get("document"), dict) and "receipt" in claims:
        yield {"@context": claims.get("@context"), **claims["document"]}
        return
    bare = {key: value for key, value in claims.items() if key not in ("proof", "signature")}
    if "proof" in claims:
        others = [item for item in stated.objects(claims["proof"]) if item is not proof]
        previous = proof.get("previousProof")
        if isinstance(previous, dict):
            yield {**bare, "proof": previous}
        elif len(others) == 1:
            yield {**bare, "proof": others[0]}
    yield bare


def _failed(kind: CheckKind, detail: str, path: str) -> Check:
    return Check(kind, CheckResult.FAIL, detail, path=path or None)


def _unsigned() -> Check:
    detail = "the hash that was anchored is not this document's"
    return Check(CheckKind.SIGNATURE, CheckResult.FAIL, detail, path="/proof")


def _included() -> Check:
    detail = "its hash is in the tree; who made the tree only the anchor can tell"
    return Check(CheckKind.SIGNATURE, CheckResult.SKIPPED, detail, path="/proof")


async def _other_proof_rows(
    claims: Mapping[str, Any], surroundings: Surroundings, *, is_merkle: bool
) -> list[Check]:
    """Check a certificate signed without a Merkle proof as any other credential."""
    if is_merkle or "proof" not in claims:
        return []
    return await data_integrity.check_proofs(claims, surroundings)


async def _status_rows(claims: Mapping[str, Any], surroundings: Surroundings) -> list[Check]:
    if "credentialStatus" in claims:
        return await status.check_status(claims, surroundings)
    if "badge" in claims:
        badge = stated.first(claims.get("badge"))
        issuer = badge.get("issuer")
        if isinstance(issuer, str):
            issuer = (await fetch_graph(claims, surroundings)).issuer
        return await status.check_revocation_list(claims, stated.first(issuer), surroundings)
    return []
