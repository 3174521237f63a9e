"""XML signatures, as the stores of India and the first European credentials carry them."""

from __future__ import annotations

import logging

from cryptography import x509
from lxml import etree
from signxml.exceptions import SignXMLException
from signxml.verifier import XMLVerifier

from isthmus.credentials.formats import xml_subtraction
from isthmus.credentials.formats.decoding import local_name
from isthmus.model.verification import Check, CheckKind, CheckResult

_SPACE = "http://www.w3.org/2000/09/xmldsig#"

_TRANSFORMS = {
    f"{_SPACE}enveloped-signature",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
}

logging.getLogger("signxml").setLevel(logging.CRITICAL)  # it would log what it verifies


def signature_rows(root: etree._Element) -> list[Check]:
    """Check an enveloped signature by the certificate inside it; none gives SKIPPED."""
    found = [item for item in root.iter(f"{{{_SPACE}}}Signature") if local_name(item)]
    if not found:
        return [Check(CheckKind.SIGNATURE, CheckResult.SKIPPED, "the XML is not signed")]
    used = {item.get("Algorithm") for item in found[0].iter(f"{{{_SPACE}}}Transform")}
    if not used <= _TRANSFORMS and not xml_subtraction.is_by_subtraction(found[0]):
        detail = "the signature covers the document by a transform that is not supported"
        return [Check(CheckKind.SIGNATURE, CheckResult.SKIPPED, detail)]
    certificate = _certificate(found[0])
    if certificate is None:
        detail = "the signature names no certificate to check it by"
        return [Check(CheckKind.SIGNATURE, CheckResult.SKIPPED, detail)]
    try:
        if xml_subtraction.is_by_subtraction(found[0]):
            covered = xml_subtraction.fits(root, found[0], certificate)
        else:
            covered = _covered(root, certificate)
    except (SignXMLException, ValueError, etree.LxmlError, KeyError, TypeError):
        covered = False
    if not covered:
        detail = "the signature does not fit the document"
        return [Check(CheckKind.SIGNATURE, CheckResult.FAIL, detail)]
    return [
        Check(CheckKind.SIGNATURE, CheckResult.PASS, "the signature fits the document"),
        Check(
            CheckKind.ISSUER_BINDING,
            CheckResult.WARN,
            "the certificate inside the document signed it; nobody vouches for that certificate",
        ),
    ]


def _covered(root: etree._Element, certificate: x509.Certificate) -> bool:
    """Verify, and tell whether what was signed is the whole document and not a part of it."""
    if not any(item.get("URI") == "" for item in root.iter(f"{{{_SPACE}}}Reference")):
        return False
    found = XMLVerifier().verify(root, x509_cert=certificate, expect_references=True)
    results = found if isinstance(found, list) else [found]
    return any(
        result.signed_xml is not None and local_name(result.signed_xml) == local_name(root)
        for result in results
    )


def _certificate(signature: etree._Element) -> x509.Certificate | None:
    for item in signature.iter(f"{{{_SPACE}}}X509Certificate"):
        body = "".join((item.text or "").split())
        lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
        pem = f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
        try:
            return x509.load_pem_x509_certificate(pem.encode())
        except ValueError:
            continue
    return None
