"""What a sender of Beckn is told at once: ACK, or NACK with a code."""

from __future__ import annotations

from typing import Any

from isthmus.connector.callback.refusals import Reason

ACK: dict[str, Any] = {"message": {"ack": {"status": "ACK"}}}
_KINDS = {
    Reason.UNREADABLE: "JSON-SCHEMA-ERROR",
    Reason.UNKNOWN: "CONTEXT-ERROR",
    Reason.LATE: "CONTEXT-ERROR",
    Reason.OTHER: "CONTEXT-ERROR",
    Reason.REPEATED: "CONTEXT-ERROR",
}


def nack(code: str, message: str) -> dict[str, Any]:
    """Refuse a message, with the code and the sentence of why."""
    kind = _KINDS.get(Reason(code), "POLICY-ERROR") if code in set(Reason) else "POLICY-ERROR"
    return {
        "message": {"ack": {"status": "NACK"}},
        "error": {"type": kind, "code": code, "message": message},
    }
