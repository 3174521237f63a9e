"""Registries of issuers: three forms, and what each says of an issuer."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from isthmus.credentials.contract import Document
from isthmus.credentials.formats.opening import Opened
from isthmus.credentials.registries import (
    Registry,
    RegistryUnreadable,
    fingerprint,
    load_registry,
    read_registry,
)
from isthmus.credentials.trust import check_trust
from isthmus.model.credential import CredentialFormat
from isthmus.model.organization import Organization
from isthmus.model.reference import Identifier
from isthmus.model.text import Text
from tests.unit.credentials.cases import DAY, ISSUER, NOW, a_reading, rows

OWN = b"""
name = "Known colleges"
[[issuers]]
name = "College"
country = "IE"
dids = ["did:example:college"]
uris = ["https://college.example/issuer"]
"""
DCC = json.dumps(
    {"meta": {}, "registry": {ISSUER: {"name": "College", "location": "Dublin", "url": "x"}}}
).encode()


def a_certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: object = None, *more: x509.NameAttribute
) -> x509.Certificate:
    """Make a certificate, signed by itself or by another key and name."""
    signer_name, signer = by or (name, key)  # type: ignore[misc]
    subject, issuer = (
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, n), *extra])
        for n, extra in ((name, more), (signer_name, ()))
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(issuer).public_key(key.public_key()).serial_number(7)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(signer, hashes.SHA256())
    )  # fmt: skip


ROOT_KEY, SEAL_KEY = (
    ec.generate_private_key(ec.SECP256R1()),
    ec.generate_private_key(ec.SECP256R1()),
)
ROOT = a_certificate("Root", ROOT_KEY)
SEAL = a_certificate("Seal", SEAL_KEY, ("Root", ROOT_KEY))


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def a_seal(*chain: x509.Certificate) -> Opened:
    header = {"alg": "ES256", "x5c": [base64.b64encode(der(c)).decode() for c in chain]}
    part = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    envelope = {"payload": "{}", "signatures": [{"protected": part, "signature": ""}]}
    return Opened(Document(b"{}"), envelope=envelope)


def a_trusted_list(digital_id: str, status: str = "granted", update: str = "2027-01-01") -> bytes:
    return f"""<?xml version="1.0"?>
    <tsl:TrustServiceStatusList xmlns:tsl="http://uri.etsi.org/02231/v2#"><tsl:SchemeInformation>
    <tsl:SchemeTerritory>BE</tsl:SchemeTerritory>
    <tsl:NextUpdate><tsl:dateTime>{update}T00:00:00Z</tsl:dateTime></tsl:NextUpdate>
    </tsl:SchemeInformation><tsl:TrustServiceProviderList><tsl:TrustServiceProvider>
    <tsl:TSPInformation><tsl:TSPName><tsl:Name>Sealer</tsl:Name></tsl:TSPName></tsl:TSPInformation>
    <tsl:TSPServices><tsl:TSPService><tsl:ServiceInformation>
    <tsl:ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/{status}</tsl:ServiceStatus>
    <tsl:ServiceDigitalIdentity><tsl:DigitalId>{digital_id}</tsl:DigitalId>
    </tsl:ServiceDigitalIdentity></tsl:ServiceInformation></tsl:TSPService></tsl:TSPServices>
    </tsl:TrustServiceProvider></tsl:TrustServiceProviderList></tsl:TrustServiceStatusList>
    """.encode()


def by_certificate(certificate: x509.Certificate) -> str:
    text = base64.b64encode(der(certificate)).decode()
    return f"<tsl:X509Certificate>{text}</tsl:X509Certificate>"


def results(registry: Registry, *chain: x509.Certificate, **other: str) -> list[str]:
    reading = (
        a_reading(a_seal(*chain), format=CredentialFormat.ELM_3, issuer=None)
        if chain
        else a_reading()
    )
    return [row.result.value for row in check_trust(reading, rows(**other), [registry], NOW)]


@pytest.mark.parametrize("body", [OWN, DCC], ids=["own", "dcc"])
def test_an_issuer_is_listed_by_its_did(body: bytes) -> None:
    assert results(read_registry(body, "r")) == ["PASS"]


@pytest.mark.mission("M25")
def test_an_issuer_that_no_registry_lists_is_a_warning() -> None:
    assert results(Registry("r")) == ["WARN"]
    (row,) = check_trust(a_reading(), rows(), [], NOW)
    assert row.result == "WARN"
    assert "No registry" in row.detail


def test_a_listed_name_that_nothing_binds_is_no_trust() -> None:
    assert results(read_registry(OWN, "r"), ISSUER_BINDING="WARN") == ["WARN"]


def test_a_registry_that_cannot_be_read_is_named_beside_what_others_say(tmp_path: Path) -> None:
    gone = load_registry(str(tmp_path / "gone.toml"))
    found = check_trust(a_reading(), rows(), [gone, read_registry(DCC, "dcc")], NOW)
    assert [(row.result.value, row.source) for row in found] == [
        ("UNREACHABLE", "gone.toml"),
        ("PASS", "dcc"),
    ]
    (alone,) = check_trust(a_reading(), rows(), [gone], NOW)
    assert alone.result == "UNREACHABLE"


def test_a_seal_is_trusted_by_its_certificate_or_by_one_that_signed_it() -> None:
    listed = read_registry(a_trusted_list(by_certificate(ROOT)), "be")
    assert results(listed, SEAL, ROOT) == ["PASS"]
    assert results(listed, SEAL) == ["PASS"]
    assert results(Registry("own", fingerprints=listed.fingerprints), ROOT) == ["PASS"]


def test_a_listed_certificate_that_did_not_sign_the_seal_is_no_trust() -> None:
    stranger = a_certificate("Stranger", SEAL_KEY)
    listed = read_registry(a_trusted_list(by_certificate(ROOT)), "be")
    assert results(listed, stranger, ROOT) == ["WARN"]
    forged = a_certificate("Seal", SEAL_KEY, ("Root", SEAL_KEY))
    assert results(listed, forged) == ["WARN"]


def test_a_listed_seal_binds_the_issuer_that_its_certificate_names() -> None:
    identifier = x509.NameAttribute(x509.NameOID.ORGANIZATION_IDENTIFIER, "VATIE-1")
    seal = a_certificate("Seal", SEAL_KEY, ("Root", ROOT_KEY), identifier)
    listed = read_registry(a_trusted_list(by_certificate(ROOT)), "be")
    for stated, kinds in (("VATIE-1", ["PASS", "PASS"]), ("VATIE-2", ["PASS"])):
        issuer = Organization(Text("C"), identifiers=(Identifier("eIDAS", stated),))
        reading = a_reading(a_seal(seal), format=CredentialFormat.ELM_3, issuer=issuer)
        found = check_trust(reading, rows(ISSUER_BINDING="WARN"), [listed], NOW)
        assert [row.result.value for row in found] == kinds


def test_a_seal_is_trusted_by_its_subject_key_as_computed() -> None:
    key = x509.SubjectKeyIdentifier.from_public_key(SEAL_KEY.public_key()).digest
    body = a_trusted_list(f"<tsl:X509SKI>{base64.b64encode(key).decode()}</tsl:X509SKI>")
    assert results(read_registry(body, "be"), SEAL) == ["PASS"]


def test_a_broken_signature_is_never_trusted_by_its_certificate() -> None:
    listed = Registry("r", fingerprints=read_registry(
        a_trusted_list(by_certificate(SEAL)), "be").fingerprints)  # fmt: skip
    assert results(listed, SEAL, SIGNATURE="FAIL", ISSUER_BINDING="FAIL") == ["WARN"]


def test_a_service_that_was_withdrawn_lists_nobody_and_an_old_list_warns() -> None:
    withdrawn = read_registry(a_trusted_list(by_certificate(SEAL), status="withdrawn"), "be")
    assert results(withdrawn, SEAL) == ["WARN"]
    old = f"{NOW - DAY:%Y-%m-%d}"
    (row,) = check_trust(
        a_reading(a_seal(SEAL), format=CredentialFormat.ELM_3, issuer=None), rows(),
        [read_registry(a_trusted_list(by_certificate(SEAL), update=old), "be")],
        NOW + timedelta(days=1),
    )  # fmt: skip
    assert row.result == "WARN"
    assert "out of date" in row.detail


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"<a/>", b"issuers = 3", b"\xff", b"<!DOCTYPE a><a/>", b'{"registry": 1}'],
)
def test_what_is_no_registry_says_so(body: bytes) -> None:
    with pytest.raises(RegistryUnreadable):
        read_registry(body, "r")


def test_fingerprints_may_be_written_with_colons() -> None:
    text = ":".join(fingerprint(der(SEAL))[i : i + 2].upper() for i in range(0, 64, 2))
    body = json.dumps({"issuers": [{"name": "S", "certificates": [text]}]}).encode()
    assert results(read_registry(body, "r"), SEAL) == ["PASS"]
