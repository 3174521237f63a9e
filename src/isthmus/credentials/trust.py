"""ISSUER_TRUST: whether a configured registry lists an issuer.

An issuer that no registry lists is a warning, never a failure; a registry that could not be read
is named. A name in a document counts only where the issuer is bound to the key that signed.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from isthmus.credentials.contract import Reading
from isthmus.credentials.formats.opened_format import opened_of
from isthmus.credentials.levels import Rows
from isthmus.credentials.registries import ListedIssuer, Registry, fingerprint
from isthmus.model.credential import CredentialFormat
from isthmus.model.verification import Check, CheckKind, CheckResult

LONGEST_CHAIN = 6
SEALED = frozenset({CredentialFormat.ELM_3})
"""Formats whose signature is checked with the certificate that stands beside it."""


@dataclass(frozen=True, slots=True)
class IssuerMarks:
    """What an issuer can be looked up by: its ids, and the chain of certificates it sealed with."""

    ids: frozenset[str]
    chain: Sequence[x509.Certificate] = ()


def check_trust(
    reading: Reading, own: Sequence[Check], registries: Sequence[Registry], now: datetime
) -> list[Check]:
    """Ask every registry: one PASS for each that lists the issuer, else one WARN.

    A listed seal also binds the issuer that its certificate names by a registered identifier.
    """
    unreadable = [r for r in registries if r.fault]
    rows = [_row(CheckResult.UNREACHABLE, f"{r.name}: {r.fault}.", r) for r in unreadable]
    if not registries:
        return [_row(CheckResult.WARN, "No registry of issuers is configured: it is not listed.")]
    marks = marks_of(reading, own)
    listed = [(r, found) for r in registries if (found := find_issuer(r, marks)) is not None]
    rows += [_listed(r, found, Rows(own), marks, now) for r, found in listed]
    if any(row.result is CheckResult.PASS for row in rows) and _seal_names(reading, marks):
        detail = "The certificate of the seal, which a registry lists, names the issuer."
        rows.append(Check(CheckKind.ISSUER_BINDING, CheckResult.PASS, detail))
    if not listed and len(unreadable) < len(registries):
        rows.append(
            _row(CheckResult.WARN, "None of the registries that answered lists the issuer.")
        )
    return rows


def find_issuer(registry: Registry, marks: IssuerMarks) -> ListedIssuer | None:
    """Find an issuer in a registry, by its ids or by a certificate of its chain."""
    for name in sorted(marks.ids):
        if name in registry.ids:
            return registry.ids[name]
    for certificate in marks.chain:
        found = registry.fingerprints.get(
            fingerprint(certificate.public_bytes(Encoding.DER))
        ) or registry.subject_keys.get(_subject_key(certificate))
        if found is not None:
            return found
    return _issued_by(registry, marks.chain[-1]) if marks.chain else None


def _issued_by(registry: Registry, certificate: x509.Certificate) -> ListedIssuer | None:
    """Find the listed authority that signed a certificate."""
    for authority, listed in registry.authorities.get(certificate.issuer.public_bytes(), ()):
        with suppress(ValueError, TypeError, InvalidSignature):
            certificate.verify_directly_issued_by(authority)
            return listed
    return None


def marks_of(reading: Reading, own: Sequence[Check] = ()) -> IssuerMarks:
    """Gather what a reading's issuer can be looked up by.

    The id that a store names counts only where the store answered for the bytes.
    """
    issuer = reading.credential.issuer
    ids = frozenset(x for x in (issuer.did, issuer.uri) if x) if issuer else frozenset()
    if reading.document.issued_by and Rows(own).passed(CheckKind.REGISTER_LOOKUP):
        ids |= {reading.document.issued_by}
    chain = list(_chain(opened_of(reading).envelope)) if reading.format in SEALED else []
    return IssuerMarks(ids, chain)


def _seal_names(reading: Reading, marks: IssuerMarks) -> bool:
    """Tell whether the certificate that sealed names the issuer by its registered identifier."""
    issuer = reading.credential.issuer
    if issuer is None or not marks.chain:
        return False
    named = marks.chain[0].subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    stated = {identifier.value for identifier in issuer.identifiers}
    return any(str(attribute.value) in stated for attribute in named)


def _listed(
    registry: Registry, issuer: ListedIssuer, own: Rows, marks: IssuerMarks, now: datetime
) -> Check:
    where = f"{registry.name} lists it" + (f" ({issuer.country})" if issuer.country else "")
    if registry.next_update and registry.next_update < now:
        return _row(CheckResult.WARN, f"{where}, but that list is out of date.", registry)
    if marks.chain and own.passed(CheckKind.SIGNATURE):
        return _row(CheckResult.PASS, f"{where}, by its certificate.", registry)
    if not own.passed(CheckKind.ISSUER_BINDING):
        return _row(CheckResult.WARN, f"{where}, but nothing binds the document to it.", registry)
    return _row(CheckResult.PASS, f"{where}.", registry)


def _row(result: CheckResult, detail: str, registry: Registry | None = None) -> Check:
    source = None if registry is None else registry.name
    return Check(CheckKind.ISSUER_TRUST, result, detail, source=source)


def _chain(data: Any) -> Iterator[x509.Certificate]:
    """Give the certificates that a seal brings, as far as each is signed by the next."""
    before: x509.Certificate | None = None
    for text in _x5c(data)[:LONGEST_CHAIN]:
        try:
            found = x509.load_der_x509_certificate(base64.b64decode(text))
            if before is not None:
                before.verify_directly_issued_by(found)
        except (ValueError, TypeError, InvalidSignature, x509.InvalidVersion):
            return
        yield found
        before = found


def _x5c(data: Any) -> list[str]:
    try:
        protected = data["signatures"][0]["protected"]
        header = _decoded(protected)
    except (KeyError, IndexError, TypeError, ValueError):
        return []
    found = header.get("x5c") if isinstance(header, Mapping) else None
    return [x for x in found if isinstance(x, str)] if isinstance(found, list) else []


def _decoded(part: str) -> Any:
    try:
        return orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except binascii.Error:
        return None


def _subject_key(certificate: x509.Certificate) -> str:
    """Give the key's identifier as it is computed; what a certificate claims is not believed."""
    key: Any = certificate.public_key()
    return x509.SubjectKeyIdentifier.from_public_key(key).digest.hex()
