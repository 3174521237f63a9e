"""JAdES: the seal of European Digital Credentials, a certificate's signature over raw JSON."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.proofs.keys import Key, key_of_certificate
from isthmus.credentials.proofs.multikey import KeyUnreadable, decode_base64url
from isthmus.credentials.proofs.rows import broken, row
from isthmus.credentials.proofs.tokens import TokenUnreadable, algorithm_fault, json_object
from isthmus.model.verification import Check

UNDERSTOOD = {"b64", "sigT", "adoTst", "sigD", "x5t#o", "sigX5ts", "srCms", "sigPl", "sigPId"}
MOST_CERTIFICATES = 8


@dataclass(frozen=True, slots=True)
class Jades:
    """A JAdES document taken apart: the unencoded payload, and the signing time it states."""

    payload: str
    claims: Mapping[str, Any]
    signed_at: datetime | None
    seal_not_before: datetime | None
    seal_not_after: datetime | None
    seal_name: str | None


@dataclass(frozen=True, slots=True)
class _Seal:
    protected: str
    header: Mapping[str, Any]
    signature: bytes
    certificate: x509.Certificate | None


def read_jades(document: Mapping[str, Any]) -> Jades:
    """Take `{payload, signatures}` apart; raise `TokenUnreadable`."""
    payload = document.get("payload")
    if not isinstance(payload, str):
        raise TokenUnreadable("the document has no payload")
    seal = _seals(document)[0]
    held = seal.certificate
    return Jades(
        payload,
        json_object(_signed_bytes(payload, seal.header)[1]),
        _moment(seal.header),
        held.not_valid_before_utc if held else None,
        held.not_valid_after_utc if held else None,
        _organisation(held) if held else None,
    )


async def check_jades(document: Mapping[str, Any], surroundings: Surroundings) -> list[Check]:
    """Check a JAdES seal: SIGNATURE, ISSUER_BINDING, and EXPIRY of the seal now and when signed."""
    try:
        seals = _seals(document)
    except TokenUnreadable as fault:
        return [row("SIGNATURE", "FAIL", str(fault), "/signatures")]
    payload = document.get("payload")
    if not isinstance(payload, str):
        return [row("SIGNATURE", "FAIL", "the document has no payload", "/payload")]
    return [
        check
        for number, seal in enumerate(seals)
        for check in _seal_rows(seal, payload, surroundings.now, f"/signatures/{number}")
    ]


def _seal_rows(seal: _Seal, payload: str, now: datetime, path: str) -> list[Check]:
    if seal.certificate is None:
        return [row("SIGNATURE", "FAIL", "the seal carries no certificate to check it by", path)]
    try:
        key = key_of_certificate(seal.certificate)
        signed = _signed_bytes(payload, seal.header)[0]
    except (KeyUnreadable, TokenUnreadable) as unreadable:
        return [row("SIGNATURE", "FAIL", str(unreadable), path)]
    fault = _header_fault(seal, key)
    if fault is not None:
        return [row("SIGNATURE", "FAIL", fault, path)]
    if not _is_signed(seal, key, seal.protected.encode() + b"." + signed):
        return broken("document", path)
    return [
        row("SIGNATURE", "PASS", f"{seal.header['alg']} by the seal's certificate", path),
        _binding(seal.certificate, path),
        *_times(seal.certificate, _moment(seal.header), now, path),
    ]


def _header_fault(seal: _Seal, key: Key) -> str | None:
    critical = seal.header.get("crit", [])
    if not isinstance(critical, list) or not UNDERSTOOD.issuperset(map(str, critical)):
        return "the seal demands something that is not known here"
    thumb = seal.header.get("x5t#S256")
    if thumb is not None and thumb != _thumbprint(seal.certificate):
        return "the seal names another certificate than the one it carries"
    return algorithm_fault(seal.header, key)


def _is_signed(seal: _Seal, key: Key, data: bytes) -> bool:
    if seal.header.get("alg") != "PS256":
        return key.verifies(seal.signature, data)
    if not isinstance(key.public, rsa.RSAPublicKey):
        return False
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
    try:
        key.public.verify(seal.signature, data, pss, hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _binding(certificate: x509.Certificate, path: str) -> Check:
    """Say whom the certificate names: that it may be believed is for the trusted lists to say."""
    named = _organisation(certificate) or "nobody"
    detail = f"unbound: the certificate names {named}, and no trusted list was asked about it"
    return row("ISSUER_BINDING", "WARN", detail, path)


def _times(
    certificate: x509.Certificate, signed_at: datetime | None, now: datetime, path: str
) -> list[Check]:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if signed_at is not None and not start <= signed_at <= end:
        return [row("EXPIRY", "FAIL", "the seal's certificate was not valid when it signed", path)]
    if start <= now <= end:
        return [row("EXPIRY", "PASS", "the seal's certificate is valid", path)]
    if signed_at is None:
        return [row("EXPIRY", "FAIL", "the seal's certificate has expired", path)]
    detail = f"the seal's certificate ended on {end:%Y-%m-%d}; it was valid when it signed"
    return [row("EXPIRY", "WARN", detail, path)]


def _seals(document: Mapping[str, Any]) -> list[_Seal]:
    stated = document.get("signatures")
    if stated is None and "protected" in document:
        stated = [document]
    if not isinstance(stated, list) or not stated or len(stated) > MOST_CERTIFICATES:
        raise TokenUnreadable("the document has no list of signatures")
    return [_seal(one) for one in stated]


def _seal(stated: object) -> _Seal:
    match stated:
        case {"protected": str(protected), "signature": str(signature)}:
            try:
                header = json_object(decode_base64url(protected))
                return _Seal(protected, header, decode_base64url(signature), _certificate(header))
            except (ValueError, UnicodeEncodeError):
                pass
    raise TokenUnreadable("a signature is not made up as a web signature is")


def _certificate(header: Mapping[str, Any]) -> x509.Certificate | None:
    chain = header.get("x5c")
    if not isinstance(chain, list) or not chain or not isinstance(chain[0], str):
        return None
    try:
        return x509.load_der_x509_certificate(base64.b64decode(chain[0], validate=True))
    except ValueError:
        raise TokenUnreadable("the seal's certificate is none") from None


def _signed_bytes(payload: str, header: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Give the payload as it was signed, and as it reads: the same where it is not encoded."""
    if header.get("b64", True) is False:
        critical = header.get("crit")
        if not isinstance(critical, list) or "b64" not in critical:
            raise TokenUnreadable("the seal does not mark its payload as unencoded")
        return payload.encode(), payload.encode()
    try:
        return payload.encode("ascii"), decode_base64url(payload)
    except (ValueError, UnicodeEncodeError):
        raise TokenUnreadable("the payload is not base64url") from None


def _moment(header: Mapping[str, Any]) -> datetime | None:
    """Give the time the signer states: `sigT`, or `iat` in the newer edition."""
    stated = header.get("sigT")
    try:
        if isinstance(stated, str):
            found = datetime.fromisoformat(stated)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        if isinstance(header.get("iat"), int):
            return datetime.fromtimestamp(header["iat"], UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _organisation(certificate: x509.Certificate) -> str | None:
    for name in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        found = certificate.subject.get_attributes_for_oid(name)
        if found:
            return str(found[0].value)
    return None


def _thumbprint(certificate: x509.Certificate | None) -> str:
    if certificate is None:
        return ""
    body = certificate.public_bytes(Encoding.DER)
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
