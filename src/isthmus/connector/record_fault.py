"""Why a record cannot be used, in words its author can act on."""

from __future__ import annotations


class RecordFault(ValueError):
    """Raised by a mapping: the record is quarantined with this very sentence.

    Say where it stands and what would be right. A version read before stays as it is.
    """

    def __init__(
        self, message: str, *, reason: str = "FIELD_INVALID", field: str | None = None
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.field = field
