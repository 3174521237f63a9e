"""Documents as callers hand them in."""

from __future__ import annotations

import base64
import binascii
import re

from isthmus.credentials.contract import Document
from isthmus.graph.credential_enums import CredentialFormat
from isthmus.graph.types.payload import UserError, UserErrorCode
from isthmus.model import credential as model

LARGEST = 1_000_000
"""Most bytes of a document; the web's limit on a whole request is of the same size."""
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}")


def document_of(
    text: str, stated: CredentialFormat | None, path: list[str]
) -> Document | UserError:
    """Read a document that was handed in, or say what is wrong with it."""
    body = body_of(text)
    if not body.strip():
        return UserError(code=UserErrorCode.INVALID, message="The document is empty.", path=path)
    if len(body) > LARGEST:
        message = f"The document has more than {LARGEST} bytes."
        return UserError(code=UserErrorCode.INVALID, message=message, path=path)
    told = stated if stated is not CredentialFormat.ORIGINAL else None
    return Document(body, format=model.CredentialFormat[told.name] if told else None)


def body_of(text: str) -> bytes:
    """Give the bytes of a document: of its base64, where it is that as a whole, else its text."""
    if _BASE64.fullmatch(text.strip()):
        try:
            return base64.b64decode("".join(text.split()), validate=True)
        except binascii.Error:
            pass  # it only looked like it
    return text.encode("utf-8", "surrogatepass")
