"""Why a callback is not taken: a code for its sender, and a sentence that gives nothing away."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The codes in the answer to a callback that is refused."""

    UNKNOWN = "CALLBACK_UNKNOWN"
    LATE = "CALLBACK_LATE"
    REPEATED = "CALLBACK_REPEATED"
    TOO_MANY = "CALLBACK_TOO_MANY"
    OTHER = "CALLBACK_OTHER"
    UNREADABLE = "CALLBACK_UNREADABLE"
    UNSIGNED = "CALLBACK_UNSIGNED"
    OUT_OF_TIME = "SIGNATURE_OUT_OF_TIME"
    BROKEN = "SIGNATURE_BROKEN"
    SENDER_UNKNOWN = "SENDER_UNKNOWN"
    SENDER_OTHER = "SENDER_OTHER"
    GATEWAY_OTHER = "GATEWAY_OTHER"
    KEY_UNREACHABLE = "KEY_UNREACHABLE"


SENTENCES = {
    Reason.UNKNOWN: "Nothing that was asked for here is answered by this.",
    Reason.LATE: "The call that this answers is no longer waited for.",
    Reason.REPEATED: "This message was taken before.",
    Reason.TOO_MANY: "As many answers to this call were taken as may be.",
    Reason.OTHER: "Its action, message id or recipient is not of the call that it answers.",
    Reason.UNREADABLE: "The body is no JSON object.",
    Reason.UNSIGNED: "There is no signature, or it does not read.",
    Reason.OUT_OF_TIME: "The signature was made in the future, has expired, or holds for too long.",
    Reason.BROKEN: "The signature is not the sender's over this body.",
    Reason.SENDER_UNKNOWN: "No valid key of the sender is known.",
    Reason.SENDER_OTHER: "The signature is not of the one the body is from.",
    Reason.GATEWAY_OTHER: "The gateway's signature is missing, or of another gateway.",
    Reason.KEY_UNREACHABLE: "The sender's key cannot be looked up now.",
}


class CallbackRefused(Exception):
    """A callback that is not taken."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(SENTENCES[reason])
        self.reason = reason
