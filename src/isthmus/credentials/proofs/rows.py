"""Rows of the checks of proofs."""

from __future__ import annotations

from isthmus.credentials.proofs.contexts import ContextUnknown
from isthmus.credentials.proofs.dids import FoundKey
from isthmus.model.verification import Check, CheckKind, CheckResult


def row(
    kind: str, result: str, detail: str, path: str | None = None, found: FoundKey | None = None
) -> Check:
    """Make a row; `found` says whom the key was had from, and how old that answer is."""
    return Check(
        CheckKind(kind),
        CheckResult(result),
        detail,
        path=path or None,
        source=found.source if found else None,
        age_seconds=found.age_seconds if found else None,
    )


def without_key(found: FoundKey, path: str | None) -> list[Check]:
    """Say that there is no key to check a signature by, and why."""
    if found.unreachable:
        detail = f"the key could not be had: {found.fault}"
        return [
            row("SIGNATURE", "UNREACHABLE", detail, path, found),
            row("ISSUER_BINDING", "UNREACHABLE", detail, path, found),
        ]
    return [row("SIGNATURE", "FAIL", f"no key to check it by: {found.fault}", path, found)]


def without_context(fault: ContextUnknown, path: str, place: str) -> list[Check]:
    """Say that a context is not at hand: nobody can tell what the terms mean, or were signed as."""
    detail = (
        f"the context {fault.url} is not at hand: `isthmus contexts fetch` brings the pinned ones, "
        "ISTHMUS_CONTEXTS_DIR names a folder of your own"
    )
    return [
        row("SIGNATURE", "UNREACHABLE", detail, path),
        row("FORMAT", "UNREACHABLE", detail, f"{place}/@context"),
    ]


def broken(what: str, path: str | None) -> list[Check]:
    """Say that a signature is not good."""
    return [
        row("SIGNATURE", "FAIL", f"the signature is not of this key over this {what}", path),
        row("TAMPER", "FAIL", "the claims or the proof changed after signing", path),
    ]
