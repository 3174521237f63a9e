"""Why an answer of a wallet is not taken: each reason by its name, none with what was shown."""

from __future__ import annotations

from enum import StrEnum

from isthmus.errors import IsthmusError


class Reason(StrEnum):
    """What is wrong with an answer."""

    REQUEST_UNKNOWN = "REQUEST_UNKNOWN"
    REQUEST_USED = "REQUEST_USED"
    REQUEST_OPEN = "REQUEST_OPEN"
    RETURN_OTHER = "RETURN_OTHER"
    CODE_OTHER = "CODE_OTHER"
    WALLET_DECLINED = "WALLET_DECLINED"
    STATE_OTHER = "STATE_OTHER"
    UNREADABLE = "UNREADABLE"
    TOO_MANY = "TOO_MANY"
    FORMAT_OTHER = "FORMAT_OTHER"
    PROOF_UNKNOWN = "PROOF_UNKNOWN"
    TERMS_UNDEFINED = "TERMS_UNDEFINED"
    HOLDER_UNPROVED = "HOLDER_UNPROVED"
    HOLDER_KEY_OTHER = "HOLDER_KEY_OTHER"
    HOLDER_OTHER = "HOLDER_OTHER"
    KEY_UNREACHABLE = "KEY_UNREACHABLE"
    SIGNATURE_BROKEN = "SIGNATURE_BROKEN"
    PURPOSE_OTHER = "PURPOSE_OTHER"
    NONCE_OTHER = "NONCE_OTHER"
    AUDIENCE_OTHER = "AUDIENCE_OTHER"
    DISCLOSURES_OTHER = "DISCLOSURES_OTHER"
    TIME_OTHER = "TIME_OTHER"
    QUERY_UNKNOWN = "QUERY_UNKNOWN"
    TYPE_OTHER = "TYPE_OTHER"
    CLAIM_MISSING = "CLAIM_MISSING"
    QUERY_UNANSWERED = "QUERY_UNANSWERED"


_SENTENCES = {
    Reason.REQUEST_UNKNOWN: "There is no such request, or it expired.",
    Reason.REQUEST_USED: "The request was answered already.",
    Reason.REQUEST_OPEN: "No wallet has answered the request yet.",
    Reason.RETURN_OTHER: "The address to return to is none of those that the hub knows.",
    Reason.CODE_OTHER: "The code is not the one that the wallet was given.",
    Reason.WALLET_DECLINED: "The wallet declined the request.",
    Reason.STATE_OTHER: "The answer belongs to another request.",
    Reason.UNREADABLE: "The answer does not read as a presentation.",
    Reason.TOO_MANY: "The answer shows more than was asked for.",
    Reason.FORMAT_OTHER: "What is shown is of another format than was asked for.",
    Reason.PROOF_UNKNOWN: "The presentation is signed in a way that was not offered.",
    Reason.TERMS_UNDEFINED: "The presentation uses terms that no context at hand defines.",
    Reason.HOLDER_UNPROVED: "The holder did not sign the presentation.",
    Reason.HOLDER_KEY_OTHER: "The presentation is signed by another key than the holder's.",
    Reason.HOLDER_OTHER: "The holder named is not the one whose key signed the presentation.",
    Reason.KEY_UNREACHABLE: "The holder's key could not be had.",
    Reason.SIGNATURE_BROKEN: "The holder's signature is not good over what is shown.",
    Reason.PURPOSE_OTHER: "The presentation is signed for another purpose.",
    Reason.NONCE_OTHER: "The presentation was made for another nonce.",
    Reason.AUDIENCE_OTHER: "The presentation was made for another verifier.",
    Reason.DISCLOSURES_OTHER: "The holder signed another choice of disclosures.",
    Reason.TIME_OTHER: "The presentation was not made while the request was open.",
    Reason.QUERY_UNKNOWN: "The answer names a query that was not asked.",
    Reason.TYPE_OTHER: "What is shown is of another type than was asked for.",
    Reason.CLAIM_MISSING: "What is shown lacks a claim that was asked for.",
    Reason.QUERY_UNANSWERED: "The answer lacks a credential that was asked for.",
}
_CODES = {
    Reason.REQUEST_UNKNOWN: "NOT_FOUND",
    Reason.REQUEST_USED: "CONFLICT",
    Reason.KEY_UNREACHABLE: "SOURCE_UNREACHABLE",
    Reason.FORMAT_OTHER: "UNSUPPORTED_FORMAT",
    Reason.PROOF_UNKNOWN: "UNSUPPORTED_FORMAT",
    Reason.HOLDER_UNPROVED: "SIGNATURE_INVALID",
    Reason.HOLDER_KEY_OTHER: "SIGNATURE_INVALID",
    Reason.HOLDER_OTHER: "SIGNATURE_INVALID",
    Reason.SIGNATURE_BROKEN: "SIGNATURE_INVALID",
    Reason.DISCLOSURES_OTHER: "SIGNATURE_INVALID",
    Reason.PURPOSE_OTHER: "SIGNATURE_INVALID",
}
"""The code of each reason in `userErrors`; of all others, INVALID."""


class PresentationRefused(IsthmusError):
    """An answer that is not taken; `reason` says which of the rules it broke."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(_SENTENCES[reason])
        self.reason = reason
        self.code = _CODES.get(reason, "INVALID")
        self.retryable = reason in {Reason.KEY_UNREACHABLE, Reason.REQUEST_OPEN}
