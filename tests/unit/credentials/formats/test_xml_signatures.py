"""XML signatures: over the whole document, by the certificate inside, or they say why not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml.signer import XMLSigner

from isthmus.credentials.contract import Document
from isthmus.credentials.reading import check_format, read
from isthmus.model.verification import CheckKind, CheckResult
from tests.unit.credentials.formats.shelf import NOW, around, failed, results, sample


@pytest.fixture(scope="module")
def signed() -> bytes:
    """The store's certificate, sealed by a key made for the test."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Board of River Schools")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    root = etree.fromstring(sample("digilocker.xml"))
    return etree.tostring(XMLSigner().sign(root, key=key, cert=pem))


async def test_a_signed_certificate_passes_with_nobody_vouching_for_the_key(signed: bytes) -> None:
    rows = await check_format(read(Document(signed)), around())
    assert results(rows, CheckKind.SIGNATURE) == {CheckResult.PASS}
    assert results(rows, CheckKind.ISSUER_BINDING) == {CheckResult.WARN}


async def test_a_mark_changed_afterwards_fails(signed: bytes) -> None:
    body = signed.replace(b'marksTotal="87"', b'marksTotal="97"')
    assert body != signed
    assert failed(await check_format(read(Document(body)), around()), CheckKind.SIGNATURE)


async def test_a_signature_over_something_else_than_the_document_fails(signed: bytes) -> None:
    root = etree.fromstring(signed)
    inner = etree.tostring(root)
    body = b'<Certificate name="Another" type="X" number="1">' + inner + b"</Certificate>"
    assert failed(await check_format(read(Document(body)), around()), CheckKind.SIGNATURE)


async def test_an_unsigned_certificate_is_not_called_signed() -> None:
    rows = await check_format(read(Document(sample("digilocker.xml"))), around())
    assert results(rows, CheckKind.SIGNATURE) == {CheckResult.SKIPPED}


def sealed(fixtures: Path) -> bytes:
    folder = fixtures / "credentials/elm/Credentials/XML Examples (ELM v2)"
    return (folder / "EDC_DiplomaSupplement_AA.xml").read_bytes()


@pytest.mark.shared
async def test_the_seal_of_the_diploma_supplement_fits(fixtures: Path) -> None:
    rows = await check_format(read(Document(sealed(fixtures))), around())
    assert results(rows, CheckKind.SIGNATURE) == {CheckResult.PASS}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Master of Science in Civil", b"Doctor of Science in Civil"),
        (b"<xades:SigningTime>2022", b"<xades:SigningTime>2021"),
        (b'Filter="subtract"', b'Filter="intersect"'),
        (b"h5DO01UOGxTaLFc3zbr1Q8PWw2v4UjupL3jsRb2Wcxg=", b"AAAA"),
    ],
)
async def test_the_seal_of_an_altered_supplement_fails(
    old: bytes, new: bytes, fixtures: Path
) -> None:
    body = sealed(fixtures).replace(old, new)
    assert body != sealed(fixtures)
    assert failed(await check_format(read(Document(body)), around()), CheckKind.SIGNATURE)
