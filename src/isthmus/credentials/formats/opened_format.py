"""What all formats share: documents are opened once, and their parts read by the same reader."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from isthmus.credentials.contract import Document, DocumentUnreadable, Reading, Surroundings
from isthmus.credentials.formats.opening import Opened, open_document
from isthmus.model.credential import CredentialFormat
from isthmus.model.verification import Check

ReadPart = Callable[[object], Reading | None]
"""Reads a credential inside a document; None where it is none, or too deep inside."""


def _no_part(part: object) -> Reading | None:
    del part
    return None


class OpenedFormat(ABC):
    """A format over opened documents; as a `Format` it opens them itself."""

    name: CredentialFormat
    names: tuple[CredentialFormat, ...]

    def recognises(self, document: Document) -> bool:
        """Tell whether a document is of this format."""
        try:
            return self.claims(open_document(document))
        except DocumentUnreadable:
            return False

    def read(self, document: Document) -> Reading:
        """Read a document of this format, without what is inside it."""
        return self.read_opened(open_document(document), _no_part)

    @abstractmethod
    def claims(self, opened: Opened) -> bool:
        """Tell whether an opened document is of this format."""

    @abstractmethod
    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Read an opened document."""

    @abstractmethod
    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Make the checks that are this format's own."""

    async def complete(self, reading: Reading, surroundings: Surroundings) -> Reading:
        """Add what the document only points at; most documents say all themselves."""
        return reading


def data_of(opened: Opened) -> Any:
    """Give what a reading keeps for its checks: plain JSON as it is, anything else opened."""
    is_plain = opened.claims and not (opened.token or opened.sd_jwt or opened.envelope)
    return opened.claims if is_plain else opened


def opened_of(reading: Reading) -> Opened:
    """Give back what a reading was made from."""
    if isinstance(reading.data, Opened):
        return reading.data
    return Opened(reading.document, reading.data)
