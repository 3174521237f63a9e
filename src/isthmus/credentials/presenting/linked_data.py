"""A presentation as linked data: its holder's proof, and the credentials in it as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from isthmus.credentials.contract import Document, Surroundings
from isthmus.credentials.formats import stated, w3c_rules
from isthmus.credentials.presenting.asking import OFFERED
from isthmus.credentials.presenting.dcql import LINKED_DATA, Candidate
from isthmus.credentials.presenting.proving import (
    Shown,
    require,
    require_made_during,
    require_made_for,
)
from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.credentials.presenting.request_object import Asked
from isthmus.credentials.presenting.types import types_of
from isthmus.credentials.presenting.verbatim import part_of
from isthmus.credentials.proofs.data_integrity import check_proofs
from isthmus.model.verification import CheckKind, CheckResult

MEDIA_TYPE = "application/vc"


async def prove_linked_data(
    text: str, presentation: Mapping[str, Any], asked: Asked, surroundings: Surroundings
) -> list[Shown]:
    """Check that the holder made a presentation; give what it shows; raise `PresentationRefused`.

    `text` is the presentation as it came, `presentation` the same read.
    """
    # who speaks in a presentation is its holder: an issuer would be taken for the speaker
    is_one = w3c_rules.is_presentation(presentation) and "issuer" not in presentation
    require(is_one, Reason.UNREADABLE)
    proof = _proof_of(presentation)
    require(stated.words(proof.get("proofPurpose")) == ["authentication"], Reason.PURPOSE_OTHER)
    require_made_for(asked, nonce=proof.get("challenge"), audience=proof.get("domain"))
    if "created" in proof:
        require_made_during(asked, proof["created"], surroundings.now)
    holder = await _holder_of(presentation, proof, surroundings)
    return [
        _shown(part_of(text, *place), credential, holder, surroundings)
        for place, credential in _credentials(presentation)
    ]


def _proof_of(presentation: Mapping[str, Any]) -> Mapping[str, Any]:
    proof = presentation.get("proof")
    if isinstance(proof, list) and len(proof) == 1:
        proof = proof[0]
    if not isinstance(proof, dict):
        raise PresentationRefused(Reason.HOLDER_UNPROVED)
    kind, offered = proof.get("type"), OFFERED[LINKED_DATA]
    is_suite = proof.get("cryptosuite") in offered["cryptosuite_values"]
    is_offered = is_suite if kind == "DataIntegrityProof" else kind in offered["proof_type_values"]
    require(is_offered, Reason.PROOF_UNKNOWN)
    return proof


async def _holder_of(
    presentation: Mapping[str, Any], proof: Mapping[str, Any], surroundings: Surroundings
) -> str:
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or not method.startswith("did:"):
        raise PresentationRefused(Reason.HOLDER_OTHER)
    signer = method.partition("#")[0]
    rows = await check_proofs(presentation, surroundings)
    results = {(check.kind, check.result) for check in rows}
    _require_signed(results)
    if "holder" in presentation:
        require((CheckKind.ISSUER_BINDING, CheckResult.PASS) in results, Reason.HOLDER_OTHER)
        require(stated.url(presentation["holder"]) == signer, Reason.HOLDER_OTHER)
    return signer


def _require_signed(results: set[tuple[CheckKind, CheckResult]]) -> None:
    silent = {result for _, result in results}
    require(CheckResult.UNREACHABLE not in silent, Reason.KEY_UNREACHABLE)
    require((CheckKind.FORMAT, CheckResult.FAIL) not in results, Reason.TERMS_UNDEFINED)
    require((CheckKind.SIGNATURE, CheckResult.PASS) in results, Reason.SIGNATURE_BROKEN)
    require((CheckKind.SIGNATURE, CheckResult.FAIL) not in results, Reason.SIGNATURE_BROKEN)
    require((CheckKind.EXPIRY, CheckResult.FAIL) not in results, Reason.TIME_OTHER)


def _credentials(
    presentation: Mapping[str, Any],
) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    inside = presentation.get("verifiableCredential")
    if isinstance(inside, dict):
        yield ("verifiableCredential",), inside
        return
    for number, credential in enumerate(inside if isinstance(inside, list) else ()):
        if not isinstance(credential, dict):
            raise PresentationRefused(Reason.FORMAT_OTHER)
        yield ("verifiableCredential", number), credential


def _shown(text: str, credential: dict[str, Any], holder: str, surroundings: Surroundings) -> Shown:
    document = Document(text.encode(), media_type=MEDIA_TYPE, presented_by=holder)
    types = types_of(credential, surroundings.contexts)
    return Shown(document, Candidate(LINKED_DATA, types, credential))
