"""HOLDER_BINDING: whether the one who presents a credential is the one it was awarded to."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from isthmus.credentials.contract import Reading
from isthmus.credentials.formats.opened_format import opened_of
from isthmus.credentials.proofs.dids import key_in
from isthmus.credentials.proofs.keys import key_of_jwk
from isthmus.credentials.proofs.multikey import KeyUnreadable
from isthmus.model.credential import Subject
from isthmus.model.verification import Check, CheckKind, CheckResult

HASHES = {"sha256": hashlib.sha256, "md5": hashlib.md5}
"""How Open Badges 2 hides a recipient; `md5` only to read old badges."""


def check_holder(reading: Reading) -> Check:
    """Compare who presents a document with whom it names."""
    presenter, subject = reading.document.presented_by, reading.credential.subject
    if not presenter:
        return _row(CheckResult.SKIPPED, "Nobody has proved to be the one who presents it.")
    confirmed = _confirmed(opened_of(reading).claims)
    if _is_named(presenter, subject) or _is_confirmed(presenter, confirmed):
        return _row(CheckResult.PASS, "The one who presents it is the one it names.")
    if subject.id is None and subject.identity is None and confirmed is None:
        return _row(CheckResult.WARN, "It names nobody, so that anyone could present it.")
    return _row(CheckResult.FAIL, "It names somebody else than the one who presents it.")


def presenter_is(presenter: str, name: str | None) -> bool:
    """Tell whether a key or DID is the one named; a key of a DID stands for the DID."""
    if not name:
        return False
    return presenter == name or (
        presenter.startswith("did:") and presenter.partition("#")[0] == name.partition("#")[0]
    )


def _is_named(presenter: str, subject: Subject) -> bool:
    if presenter_is(presenter, subject.id):
        return True
    if subject.identity is None:
        return False
    plain = presenter.removeprefix("mailto:")
    if not subject.hashed:
        return plain.casefold() == subject.identity.removeprefix("mailto:").casefold()
    name, _, digest = subject.identity.partition("$")
    make = HASHES.get(name)
    if make is None:
        return False
    made = make((plain + (subject.salt or "")).encode()).hexdigest()
    return hmac.compare_digest(made, digest.lower())


def _confirmed(claims: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give what a token confirms as its holder's key, where it states one."""
    found = claims.get("cnf")
    return found if isinstance(found, Mapping) else None


def _is_confirmed(presenter: str, confirmed: Mapping[str, Any] | None) -> bool:
    match confirmed:
        case {"kid": str(kid)}:
            return presenter_is(presenter, kid)
        case {"jwk": Mapping() as jwk}:
            return _is_key(presenter, jwk)
    return False


def _is_key(presenter: str, jwk: Mapping[str, Any]) -> bool:
    """Tell whether a presenter, known by a key, is known by this one."""
    found = key_in(presenter)
    try:
        stated = key_of_jwk(jwk)
    except KeyUnreadable:
        return False
    return found is not None and (found.kind, found.body) == (stated.kind, stated.body)


def _row(result: CheckResult, detail: str) -> Check:
    return Check(CheckKind.HOLDER_BINDING, result, detail)
