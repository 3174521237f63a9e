"""Whether the issuer controls the key that signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isthmus.credentials.proofs.dids import FoundKey
from isthmus.model.verification import Check, CheckKind, CheckResult


def party_of(document: Mapping[str, Any]) -> str | None:
    """Give the id of the one who speaks in a document: issuer, holder of a presentation."""
    for field in ("issuer", "holder"):
        stated = document.get(field)
        if isinstance(stated, Mapping):
            stated = stated.get("id", stated.get("@id"))
        if isinstance(stated, str):
            return stated
    return None


def binding_check(found: FoundKey, party: str | None, path: str | None) -> Check:
    """Compare the key's controller with the issuer.

    Where the issuer is no DID, or the key stands only in the address of the proof, nobody can
    be asked: the issuer is unbound, which is a warning. An issuer that is a DID controls its
    keys or does not: another's key is a failure.
    """
    result, detail = _verdict(found, party)
    return Check(
        CheckKind.ISSUER_BINDING,
        result,
        detail,
        path=path or None,
        source=found.source,
        age_seconds=found.age_seconds,
    )


def _verdict(found: FoundKey, party: str | None) -> tuple[CheckResult, str]:
    if found.unreachable:
        return CheckResult.UNREACHABLE, f"the issuer's keys could not be had: {found.fault}"
    if found.fault is not None:
        return CheckResult.FAIL, found.fault
    return _of_controller(found.controller, party)


def _of_controller(controller: str | None, party: str | None) -> tuple[CheckResult, str]:
    if party is None:
        return CheckResult.WARN, "unbound: the document names no issuer"
    if controller is not None and controller == party:
        return CheckResult.PASS, "the issuer controls the key"
    if party.startswith("did:"):
        return CheckResult.FAIL, "the key that signed is not the issuer's"
    if controller is None:
        return CheckResult.WARN, "unbound: the key stands in the proof and nobody vouches for it"
    return CheckResult.WARN, "unbound: the key's controller is not shown to be the issuer"
