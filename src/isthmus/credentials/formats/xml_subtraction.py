"""XML signatures over a document minus its signature (XPath filter 2), as European seals have.

Kept narrow on purpose: one signature in the document, one filter, exclusive canonical form, and
every reference must fit, of which one must be the whole document.
"""

from __future__ import annotations

import base64
import binascii
import copy
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

Node = etree._Element  # noqa: SLF001 - lxml has no other name for it

_SPACE = "http://www.w3.org/2000/09/xmldsig#"
FILTER = "http://www.w3.org/2002/06/xmldsig-filter2"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_DIGESTS: dict[str, Callable[[bytes], Any]] = {
    "http://www.w3.org/2001/04/xmlenc#sha256": hashlib.sha256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashlib.sha384,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashlib.sha512,
}
_METHODS: dict[str, hashes.HashAlgorithm] = {
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": hashes.SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": hashes.SHA384(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": hashes.SHA512(),
}


def is_by_subtraction(signature: Node) -> bool:
    """Tell whether a signature uses the filter, and nothing else that is not known here."""
    used = {item.get("Algorithm") for item in signature.iter(f"{{{_SPACE}}}Transform")}
    return FILTER in used and used <= {FILTER, _EXCLUSIVE}


def fits(root: Node, signature: Node, certificate: x509.Certificate) -> bool:
    """Tell whether the signature is over the whole document, by the key of the certificate."""
    if sum(1 for _ in root.iter(f"{{{_SPACE}}}Signature")) != 1:
        return False
    info = signature.find(f"{{{_SPACE}}}SignedInfo")
    if info is None:
        return False
    references = info.findall(f"{{{_SPACE}}}Reference")
    covers_all = any(reference.get("URI") == "" for reference in references)
    try:
        return (
            covers_all
            and all(_reference_fits(root, reference) for reference in references)
            and _key_signed(info, signature, certificate)
        )
    except (binascii.Error, ValueError, etree.LxmlError):
        return False


def _reference_fits(root: Node, reference: Node) -> bool:
    target = _target(root, reference)
    method = reference.find(f"{{{_SPACE}}}DigestMethod")
    digest = None if method is None else _DIGESTS.get(method.get("Algorithm") or "")
    if target is None or digest is None:
        return False
    made = digest(_canonical(target)).digest()
    return hmac.compare_digest(made, _bytes(reference, "DigestValue"))


def _target(root: Node, reference: Node) -> Node | None:
    address = reference.get("URI")
    if address == "":
        return _without_signature(root) if _subtracts(reference) else None
    if not address or not address.startswith("#"):
        return None
    found = [item for item in root.iter(etree.Element) if item.get("Id") == address[1:]]
    return found[0] if len(found) == 1 else None


def _subtracts(reference: Node) -> bool:
    filters = list(reference.iter(f"{{{FILTER}}}XPath"))
    return (
        len(filters) == 1
        and filters[0].get("Filter") == "subtract"
        and (filters[0].text or "").strip() == "/descendant::ds:Signature"
        and filters[0].nsmap.get("ds") == _SPACE
    )


def _without_signature(root: Node) -> Node:
    """Copy the document without its signature, keeping the text that follows it."""
    made = copy.deepcopy(root)
    signature = next(made.iter(f"{{{_SPACE}}}Signature"))
    parent, before = signature.getparent(), signature.getprevious()
    if parent is not None:
        if before is not None:
            before.tail = (before.tail or "") + (signature.tail or "")
        else:
            parent.text = (parent.text or "") + (signature.tail or "")
        signature.tail = None
        parent.remove(signature)
    return made


def _canonical(element: Node) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _bytes(element: Node, name: str) -> bytes:
    found = element.find(f"{{{_SPACE}}}{name}")
    text = "" if found is None else "".join((found.text or "").split())
    return base64.b64decode(text, validate=True)


def _key_signed(info: Node, signature: Node, certificate: x509.Certificate) -> bool:
    method = info.find(f"{{{_SPACE}}}SignatureMethod")
    canonical = info.find(f"{{{_SPACE}}}CanonicalizationMethod")
    digest = None if method is None else _METHODS.get(method.get("Algorithm") or "")
    key = certificate.public_key()
    if canonical is None or canonical.get("Algorithm") != _EXCLUSIVE or digest is None:
        return False
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(
            _bytes(signature, "SignatureValue"), _canonical(info), padding.PKCS1v15(), digest
        )
    except InvalidSignature:
        return False
    return True
