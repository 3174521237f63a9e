"""Documents that only people can read: they exist, and a store may have delivered them."""

from __future__ import annotations

from isthmus.credentials.contract import Reading, Surroundings
from isthmus.credentials.formats.delivery import delivery_rows
from isthmus.credentials.formats.opened_format import OpenedFormat, ReadPart, opened_of
from isthmus.credentials.formats.opening import Opened
from isthmus.model.credential import Credential, CredentialForm, CredentialFormat
from isthmus.model.verification import Check, CheckKind, CheckResult


class PdfDocument(OpenedFormat):
    """A PDF: nothing inside it is read, so nothing inside it is claimed."""

    name = CredentialFormat.PDF
    names = (CredentialFormat.PDF,)

    def claims(self, opened: Opened) -> bool:
        """Tell by the first bytes."""
        return opened.is_pdf

    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Keep the document; what a store says of it is the store's to add."""
        delivered = opened.document.hmac is not None
        form = CredentialForm.REGISTER_ENTRY if delivered else CredentialForm.UPLOADED_FILE
        return Reading(self.name, Credential(self.name, form), opened, opened.document)

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Check only whether the store delivered exactly these bytes."""
        del surroundings
        detail = "a PDF: it exists, what stands in it is not read"
        return [
            Check(CheckKind.FORMAT, CheckResult.WARN, detail),
            *delivery_rows(opened_of(reading).document),
        ]
