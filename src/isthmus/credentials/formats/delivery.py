"""Whether a store delivered exactly these bytes: the HMAC that DigiLocker puts beside them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from isthmus.credentials.contract import Document
from isthmus.model.verification import Check, CheckKind, CheckResult

_URI = re.compile(r"([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)-[A-Za-z]{5}-.+")


STORE = "digilocker"
"""What stands before the store's own id of an issuer in a registry: `digilocker:in.gov.cbse`."""


def issuer_of_uri(uri: str) -> str | None:
    """Give the issuer of a store's URI, whose id has dots: in.gov.cbse of `in.gov.cbse-...`."""
    found = _URI.fullmatch(uri.strip())
    return f"{STORE}:{found[1]}" if found else None


def hmac_is_good(body: bytes, key: bytes, stated: str) -> bool:
    """Compare in constant time, in both forms met: base64 of the digest, and of its hex text."""
    made = hmac.new(key, body, hashlib.sha256)
    forms = (made.digest(), made.hexdigest().encode())
    given = stated.strip().encode(errors="replace")
    found = [hmac.compare_digest(base64.b64encode(form), given) for form in forms]
    return any(found)


def delivery_rows(document: Document, *, names_issuer: bool = False) -> list[Check]:
    """Say whether the store answers for the bytes: TAMPER and REGISTER_LOOKUP.

    A store pulls a document from the issuer it stands for, so that the issuer whose id it states,
    or who is named in bytes that it delivered, is bound to them; where nobody is, nobody is bound.
    """
    if document.register is not None:
        detail = "the register that keeps it gave it just now"
        row = Check(CheckKind.REGISTER_LOOKUP, CheckResult.PASS, detail, source=document.register)
        return [row, _binding(document, names_issuer=names_issuer)]
    if document.hmac is None or document.hmac_key is None:
        detail = "no store answers for it: there is no hmac to check"
        return [Check(CheckKind.REGISTER_LOOKUP, CheckResult.SKIPPED, detail)]
    if hmac_is_good(document.body, document.hmac_key, document.hmac):
        return [
            Check(CheckKind.TAMPER, CheckResult.PASS, "the bytes are those the store sent"),
            Check(CheckKind.REGISTER_LOOKUP, CheckResult.PASS, "it exists, delivered by the store"),
            _binding(document, names_issuer=names_issuer),
        ]
    return [
        Check(CheckKind.TAMPER, CheckResult.FAIL, "the hmac does not fit the bytes"),
        Check(CheckKind.REGISTER_LOOKUP, CheckResult.FAIL, "the store did not send these bytes"),
    ]


def _binding(document: Document, *, names_issuer: bool) -> Check:
    if document.issued_by is not None:
        detail = "the store names the issuer it had the document from"
        return Check(CheckKind.ISSUER_BINDING, CheckResult.PASS, detail)
    if names_issuer:
        detail = "the store delivered it as a document of the issuer that it names"
        return Check(CheckKind.ISSUER_BINDING, CheckResult.PASS, detail)
    detail = "no issuer can be read in the document"
    return Check(CheckKind.ISSUER_BINDING, CheckResult.SKIPPED, detail)
