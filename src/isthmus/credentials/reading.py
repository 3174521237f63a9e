"""Reads a document of any format known, from its bytes alone, and hands its checks to its format.

    bytes ──> opened once (image, token, JSON, XML, PDF) ──> the first format that claims it

`complete` may follow where a document only points at what it says, as hosted badges do.
"""

from __future__ import annotations

from collections.abc import Sequence

from isthmus.credentials.contract import Document, DocumentUnreadable, Reading, Surroundings
from isthmus.credentials.formats.blockcerts import Blockcerts
from isthmus.credentials.formats.clr import ComprehensiveRecord
from isthmus.credentials.formats.digilocker import DigiLocker
from isthmus.credentials.formats.elm import EuropeanCredential
from isthmus.credentials.formats.elm_xml import EuropeanCredentialXml
from isthmus.credentials.formats.incredible import InCredible
from isthmus.credentials.formats.nft import NftRecord
from isthmus.credentials.formats.open_badges_2 import OpenBadges2
from isthmus.credentials.formats.open_badges_3 import OpenBadges3
from isthmus.credentials.formats.opened_format import OpenedFormat, ReadPart
from isthmus.credentials.formats.opening import Opened, open_claims, open_document
from isthmus.credentials.formats.pdf import PdfDocument
from isthmus.credentials.formats.sd_jwt_vc import SdJwtCredential
from isthmus.credentials.formats.statement import SelfStatement
from isthmus.credentials.formats.w3c import W3cCredential
from isthmus.model.verification import Check

FORMATS: Sequence[OpenedFormat] = (
    EuropeanCredential(),
    EuropeanCredentialXml(),
    DigiLocker(),
    Blockcerts(),
    InCredible(),
    ComprehensiveRecord(),
    OpenBadges3(),
    OpenBadges2(),
    SelfStatement(),
    NftRecord(),
    PdfDocument(),
    SdJwtCredential(),
    W3cCredential(),
)
"""Every format, the more particular before the more general."""

_DEEPEST = 5


def read(document: Document) -> Reading:
    """Read a document; raise `DocumentUnreadable`, with what it looks like, and nothing else."""
    return _read(open_document(document), depth=0)


def _read(opened: Opened, depth: int) -> Reading:
    for known in FORMATS:
        if known.claims(opened):
            return known.read_opened(opened, _inner(opened, depth))
    raise DocumentUnreadable(_looks(opened))


def _inner(opened: Opened, depth: int) -> ReadPart:
    def read_part(part: object) -> Reading | None:
        if depth >= _DEEPEST:
            return None
        try:
            return _read(open_claims(opened.document, part), depth + 1)
        except DocumentUnreadable:
            return None

    return read_part


async def check_format(reading: Reading, surroundings: Surroundings) -> list[Check]:
    """Make the checks of the format that a document was read as."""
    return await format_of(reading).check(reading, surroundings)


async def complete(reading: Reading, surroundings: Surroundings) -> Reading:
    """Add what a document only points at, such as a hosted badge's class and issuer."""
    return await format_of(reading).complete(reading, surroundings)


def format_of(reading: Reading) -> OpenedFormat:
    """Give the format that a document was read as."""
    return next(known for known in FORMATS if reading.format in known.names)


def _looks(opened: Opened) -> str:
    if opened.root is not None:
        return "the document is XML of no format known here"
    if opened.token is not None:
        return "the document is a token that holds no credential"
    return "the document is JSON, but no credential of a format known here"
