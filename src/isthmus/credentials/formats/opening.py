"""A document opened: what its bytes are, baked images and tokens unwrapped, read once for all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from isthmus.credentials import baking
from isthmus.credentials.contract import Document, DocumentUnreadable
from isthmus.credentials.formats import decoding, stated
from isthmus.credentials.proofs import jws, sd_jwt

# an old image may hold only the address of its badge
_HOSTED = {"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"}
_COMPACT = re.compile(r"[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]*\.[A-Za-z0-9_\-]*")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a document holds: one of `claims` (JSON, perhaps signed), `root` (XML) or a PDF.

    `token` is the compact JWS whose claims these are, `sd_jwt` the SD-JWT; `envelope` is a JWS in
    JSON around them, as European Digital Credentials have.
    """

    document: Document
    claims: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    sd_jwt: str | None = None
    envelope: dict[str, Any] | None = None
    root: etree._Element | None = None
    is_pdf: bool = False
    baked: bool = False


def open_document(document: Document) -> Opened:
    """Open a document of any kind known; raise `DocumentUnreadable` with what it looks like."""
    body = decoding.bounded(document.body)
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if body.startswith(baking.PNG_START):
        return _open_text(document, baking.unbake_png(body), baked=True)
    if b"%PDF-" in body[:1024]:
        return Opened(document, is_pdf=True)
    if start.startswith(b"<"):
        return _open_xml(document, body)
    return _open_text(document, body)


def open_claims(document: Document, part: Any) -> Opened:
    """Open a credential inside another one: an object, or a compact token."""
    if isinstance(part, str):
        return _open_text(document, part.encode())
    if not isinstance(part, dict):
        raise DocumentUnreadable("a credential inside the document is neither object nor token")
    return Opened(document, part)


def _open_xml(document: Document, body: bytes) -> Opened:
    root = decoding.xml_root(body, is_image=b"svg" in body[:2048])
    if decoding.local_name(root) == "svg":
        return _open_text(document, baking.unbake_svg(root), baked=True)
    if decoding.has_doctype(root):
        raise DocumentUnreadable("the document declares a document type")
    return Opened(document, root=root)


def _open_text(document: Document, body: bytes, *, baked: bool = False) -> Opened:
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return _open_json(document, body, baked=baked)
    try:
        found = body.strip().decode("ascii")
    except UnicodeDecodeError as fault:
        raise DocumentUnreadable("the document is of no format known here") from fault
    if baked and stated.is_url(found) and found.startswith("http"):
        return Opened(document, {**_HOSTED, "id": found}, baked=True)
    if found.startswith("ey"):  # a token, which print and mail may have wrapped
        found = "".join(found.split())
    if "~" in found:
        return _open_sd_jwt(document, found)
    if _COMPACT.fullmatch(found):
        return _open_token(document, found, baked=baked)
    if start.startswith(b"["):
        raise DocumentUnreadable("the document is JSON, but not one object")
    raise DocumentUnreadable("the document is of no format known here")


def _open_json(document: Document, body: bytes, *, baked: bool) -> Opened:
    found = decoding.json_object(body)
    payload = found.get("payload")
    if isinstance(payload, str) and ("signatures" in found or "signature" in found):
        return _open_envelope(document, found, payload)
    return Opened(document, found, baked=baked)


def _open_envelope(document: Document, found: dict[str, Any], payload: str) -> Opened:
    if payload.lstrip().startswith("{"):
        return Opened(document, decoding.json_object(payload), envelope=found)
    signature, protected = found.get("signature"), found.get("protected")
    if isinstance(signature, str) and isinstance(protected, str):
        text = f"{protected}.{payload}.{signature}"
        if isinstance(found.get("header"), dict) and "disclosures" in found["header"]:
            return _open_sd_jwt(document, document.body.decode(errors="replace"))
        return _open_token(document, text, baked=False)
    raise DocumentUnreadable("the document is a signature over something that is no credential")


def _open_token(document: Document, found: str, *, baked: bool) -> Opened:
    try:
        token = jws.read_token(found)
    except jws.TokenUnreadable as fault:
        raise DocumentUnreadable("the document looks like a token, but is none") from fault
    claims = decoding.json_object(token.payload)  # again: with the limits of this reader
    return Opened(document, claims, token=found, baked=baked)


def _open_sd_jwt(document: Document, found: str) -> Opened:
    try:
        read = sd_jwt.read_sd_jwt(found)
    except jws.TokenUnreadable as fault:
        raise DocumentUnreadable("the document looks like an SD-JWT, but is none") from fault
    return Opened(document, dict(read.claims), sd_jwt=found)
