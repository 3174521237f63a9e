"""What a store lists for a learner, and a document as the store gave it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from isthmus.connector.records import CredentialRecord


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a learner's store: its key there, the canonical record, and what was sent."""

    key: str
    record: CredentialRecord
    raw: Any = None


@dataclass(frozen=True, slots=True)
class Original:
    """A document byte for byte, with what came beside it.

    `hmac` with its key lets the verifier ask whether the store sent these bytes. `register` is
    the name of a register whose own answer this is. `presented_by` is who the store says its
    holder is; `hosted_at` the address it was fetched from.
    """

    body: bytes = field(repr=False)
    media_type: str | None = None
    hmac: str | None = None
    hmac_key: bytes | None = field(default=None, repr=False)
    hosted_at: str | None = None
    presented_by: str | None = None
    register: str | None = None
    issuer: str | None = None
    """The store's own id of the issuer it fetched the document from."""
